/** The faces of an answer. Everything that another process wrote is escaped here. */
@NullMarked
package inuse.render;

import org.jspecify.annotations.NullMarked;
