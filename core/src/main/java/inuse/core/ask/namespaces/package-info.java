/** Other network namespaces: found, named, and what is bound there. */
@NullMarked
package inuse.core.ask.namespaces;

import org.jspecify.annotations.NullMarked;
