/** Finding programs, and following and ending their process trees. */
@NullMarked
package inuse.run.process;

import org.jspecify.annotations.NullMarked;
