/**
 * What a recorder wrote down: the lines of its segments, and what they say about a port at a
 * moment. Segments are files that other programs may have written to, so that all in them is
 * hostile.
 */
@NullMarked
package inuse.core.events;

import org.jspecify.annotations.NullMarked;
