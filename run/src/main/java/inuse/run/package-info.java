/** Starting a program, and looking after it where that is wanted. */
@NullMarked
package inuse.core.run;

import org.jspecify.annotations.NullMarked;
