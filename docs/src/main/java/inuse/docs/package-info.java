/** Tests of what holds for the whole tree: its layers, its form, its scripts. */
@NullMarked
package inuse.docs;

import org.jspecify.annotations.NullMarked;
