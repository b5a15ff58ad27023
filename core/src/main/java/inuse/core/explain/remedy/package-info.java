/** Ways to get an address back, as commands and their effects. */
@NullMarked
package inuse.core.explain.remedy;

import org.jspecify.annotations.NullMarked;
