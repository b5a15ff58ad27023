/**
 * Linux in Linux's own words: system calls, errno, file descriptors. Knows nothing of what the
 * answers mean to somebody who wants a port.
 */
@NullMarked
package inuse.kernel;

import org.jspecify.annotations.NullMarked;
