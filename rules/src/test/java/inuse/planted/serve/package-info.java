/** Planted: breaks the rules of the tree, so that they are seen to fire. */
@NullMarked
package inuse.planted.serve;

import org.jspecify.annotations.NullMarked;
