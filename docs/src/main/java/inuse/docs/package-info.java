/** Tests that keep what is written about the project true. */
@NullMarked
package inuse.docs;

import org.jspecify.annotations.NullMarked;
