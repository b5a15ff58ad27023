/** What can hold an address: one cause, one file, one page. */
@NullMarked
package inuse.core.explain.causes;

import org.jspecify.annotations.NullMarked;
