/**
 * Ports for tests in JUnit Jupiter: {@link inuse.junit.HeldPort} gives a test one that no other
 * process is given, and {@link inuse.junit.RequiresFreePort} fails it early.
 */
@NullMarked
package inuse.junit;

import org.jspecify.annotations.NullMarked;
