/** A server of the Model Context Protocol over standard input and output, for coding agents. */
@NullMarked
package inuse.mcp;

import org.jspecify.annotations.NullMarked;
