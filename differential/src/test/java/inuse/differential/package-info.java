/** The two ways to run agree, input by input. */
@NullMarked
package inuse.differential;

import org.jspecify.annotations.NullMarked;
