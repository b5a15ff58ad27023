/** From a snapshot to a diagnosis: pure, with no clock, file or kernel. */
@NullMarked
package inuse.core.explain;

import org.jspecify.annotations.NullMarked;
