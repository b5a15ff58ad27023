/** What is in charge of a process: a unit, a container engine, a process manager. */
@NullMarked
package inuse.core.ask.supervision;

import org.jspecify.annotations.NullMarked;
