/** Small programs that the kernel checks and runs for us: bpf(2). */
@NullMarked
package inuse.kernel.bpf;

import org.jspecify.annotations.NullMarked;
