/**
 * The flight recorder: what the kernel tells of binds becomes the events of {@code inuse.core
 * .events}, each refused bind with its holders of that moment, written into segments.
 */
@NullMarked
package inuse.record;

import org.jspecify.annotations.NullMarked;
