/**
 * Access to files, sockets and programs of this host for the packages above; a failure is a value.
 */
@NullMarked
package inuse.core.io;

import org.jspecify.annotations.NullMarked;
