/** The command: words in, an answer and an exit code out. */
@NullMarked
package inuse.cli;

import org.jspecify.annotations.NullMarked;
