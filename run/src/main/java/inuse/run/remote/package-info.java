/** Another host is asked over ssh: the executable goes there, and what it answers comes back. */
@NullMarked
package inuse.run.remote;

import org.jspecify.annotations.NullMarked;
