/** The list of everything that is bound: pure, made from an inventory. */
@NullMarked
package inuse.core.list;

import org.jspecify.annotations.NullMarked;
