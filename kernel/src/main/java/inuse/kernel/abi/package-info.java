/** Numbers and layouts that the kernel promises its callers, each with the header it is from. */
@NullMarked
package inuse.kernel.abi;

import org.jspecify.annotations.NullMarked;
