/** What was observed: records only, without judgement. */
@NullMarked
package inuse.core.evidence;

import org.jspecify.annotations.NullMarked;
