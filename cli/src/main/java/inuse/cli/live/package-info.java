/** The live view: what is shown, what a key does to it, and what of the screen has to change. */
@NullMarked
package inuse.cli.live;

import org.jspecify.annotations.NullMarked;
