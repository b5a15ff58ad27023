/** Starting a program, and looking after it where that is wanted. */
@NullMarked
package inuse.run;

import org.jspecify.annotations.NullMarked;
