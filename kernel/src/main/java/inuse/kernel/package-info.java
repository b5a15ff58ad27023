/**
 * Linux in Linux's own words: system calls, errno, file descriptors. What the results mean for a
 * port is the business of other packages.
 */
@NullMarked
package inuse.kernel;

import org.jspecify.annotations.NullMarked;
