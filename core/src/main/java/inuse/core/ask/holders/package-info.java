/** Which processes have a socket, and what they are. */
@NullMarked
package inuse.core.ask.holders;

import org.jspecify.annotations.NullMarked;
