/** Whatever reads what others wrote, under a fuzzer that looks for the way through the code. */
@NullMarked
package inuse.zoo.fuzz;

import org.jspecify.annotations.NullMarked;
