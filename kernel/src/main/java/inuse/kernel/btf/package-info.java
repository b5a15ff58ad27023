/** The kernel's own types, as it describes them to BPF programs: ids and offsets by name. */
@NullMarked
package inuse.kernel.btf;

import org.jspecify.annotations.NullMarked;
