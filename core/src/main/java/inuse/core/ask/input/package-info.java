/** Parsers of what a user wrote: targets, the server to come, its command. */
@NullMarked
package inuse.core.ask.input;

import org.jspecify.annotations.NullMarked;
