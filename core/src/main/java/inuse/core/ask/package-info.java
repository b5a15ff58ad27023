/** From a question to a {@link inuse.core.evidence.Snapshot}, under one deadline. */
@NullMarked
package inuse.core.ask;

import org.jspecify.annotations.NullMarked;
