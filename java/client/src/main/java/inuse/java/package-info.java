/**
 * {@link inuse.java.Inuse} says what holds a port and gives it back; {@link inuse.java.HeldPort}
 * keeps one for a server to come.
 */
@NullMarked
package inuse.java;

import org.jspecify.annotations.NullMarked;
