/**
 * {@code inuse hook}: what a shell's command line would end, told from its words alone. Nothing is
 * run here, and nothing looked at.
 */
@NullMarked
package inuse.cli.hook;

import org.jspecify.annotations.NullMarked;
