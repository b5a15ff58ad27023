/** The faces of an answer. Everything that another process wrote is escaped here. */
@NullMarked
package inuse.cli.render;

import org.jspecify.annotations.NullMarked;
