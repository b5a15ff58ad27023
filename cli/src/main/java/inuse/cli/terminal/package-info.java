/** The terminal: its size, colours, questions and pager. */
@NullMarked
package inuse.cli.terminal;

import org.jspecify.annotations.NullMarked;
