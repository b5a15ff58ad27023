/** Each bind of a program looked at before the kernel does it (seccomp user notification). */
@NullMarked
package inuse.run.guard;

import org.jspecify.annotations.NullMarked;
