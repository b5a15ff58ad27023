/** The kernel's sockets: real binds, and the tables of what is bound. */
@NullMarked
package inuse.core.ask.sockets;

import org.jspecify.annotations.NullMarked;
