/** Planted: breaks the rules of the tree, so that they are seen to fire. */
@NullMarked
package inuse.planted.spring;

import org.jspecify.annotations.NullMarked;
