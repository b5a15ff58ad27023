/** The command compiled to C: system calls over TeaVM. */
@NullMarked
package inuse.teavm;

import org.jspecify.annotations.NullMarked;
