/**
 * The kernel's settings that matter to ports: what they do, advice on them, and changes that can be
 * undone.
 */
@NullMarked
package inuse.core.tune;

import org.jspecify.annotations.NullMarked;
