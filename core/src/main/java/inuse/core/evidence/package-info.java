/** What was seen: records only, with no opinion. */
@NullMarked
package inuse.core.evidence;

import org.jspecify.annotations.NullMarked;
