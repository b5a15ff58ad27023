/** From a diagnosis to a port that can be bound: decide, then act, then prove. */
@NullMarked
package inuse.core.fix;

import org.jspecify.annotations.NullMarked;
