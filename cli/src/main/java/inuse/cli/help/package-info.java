/** Help, manual page and completions, all made from the table of options. */
@NullMarked
package inuse.cli.help;

import org.jspecify.annotations.NullMarked;
