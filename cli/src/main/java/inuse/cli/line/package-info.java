/** The command line: the table of verbs and options, and the parsing of its words. */
@NullMarked
package inuse.cli.line;

import org.jspecify.annotations.NullMarked;
