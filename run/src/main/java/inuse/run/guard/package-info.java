/**
 * Interception of a program's binds before the kernel executes them (seccomp user notification).
 */
@NullMarked
package inuse.run.guard;

import org.jspecify.annotations.NullMarked;
