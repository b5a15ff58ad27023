/** Network namespaces, found and named. */
@NullMarked
package inuse.core.ask.namespaces;

import org.jspecify.annotations.NullMarked;
