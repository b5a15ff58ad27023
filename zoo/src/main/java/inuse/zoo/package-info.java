/**
 * Every way to hold a port, made for real in a network namespace of its own, and both forms of
 * {@code inuse} asked about it.
 */
@NullMarked
package inuse.zoo;

import org.jspecify.annotations.NullMarked;
