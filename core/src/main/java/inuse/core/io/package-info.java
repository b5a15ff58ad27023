/**
 * Files, sockets and programs of this host, as everything above reads them; a failure is a value.
 */
@NullMarked
package inuse.core.io;

import org.jspecify.annotations.NullMarked;
