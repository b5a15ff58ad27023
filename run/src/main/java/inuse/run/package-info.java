/** Starting a program, and supervising it on request. */
@NullMarked
package inuse.run;

import org.jspecify.annotations.NullMarked;
