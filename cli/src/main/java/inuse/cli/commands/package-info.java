/** The verbs, one class each. */
@NullMarked
package inuse.cli.commands;

import org.jspecify.annotations.NullMarked;
