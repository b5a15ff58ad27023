/**
 * The kernel's settings that matter to ports: what they do, what is to be said of them here, and
 * their change, which can be taken back.
 */
@NullMarked
package inuse.core.tune;

import org.jspecify.annotations.NullMarked;
