/** Help, manual page and completions, all made of the table of options. */
@NullMarked
package inuse.cli.help;

import org.jspecify.annotations.NullMarked;
