/**
 * One seeded stream of random inputs through everything that is pure, or can be made so, once on a
 * JVM and once compiled to C: the outputs must be the same bytes. Not part of the product.
 */
@NullMarked
package inuse.differential;

import org.jspecify.annotations.NullMarked;
