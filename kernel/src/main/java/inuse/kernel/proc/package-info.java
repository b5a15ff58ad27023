/**
 * Files of proc(5) and /etc, one class each: {@code parse} is pure, reading is apart from it and
 * starts at an injected root.
 */
@NullMarked
package inuse.kernel.proc;

import org.jspecify.annotations.NullMarked;
