/** Answers as text, JSON and schema. All text of other processes is escaped here. */
@NullMarked
package inuse.render;

import org.jspecify.annotations.NullMarked;
