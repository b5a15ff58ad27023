/** The command line: its table of verbs and options, and what was meant by the words. */
@NullMarked
package inuse.cli.line;

import org.jspecify.annotations.NullMarked;
