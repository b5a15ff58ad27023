/** Another program's system calls, seen before they are made: seccomp_unotify(2). */
@NullMarked
package inuse.kernel.seccomp;

import org.jspecify.annotations.NullMarked;
