/** Tests of what holds for the whole tree: its layers, its form, its scripts. */
@NullMarked
package inuse.rules;

import org.jspecify.annotations.NullMarked;
