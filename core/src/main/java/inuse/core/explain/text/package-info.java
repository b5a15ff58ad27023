/** The sentences that several causes share. */
@NullMarked
package inuse.core.explain.text;

import org.jspecify.annotations.NullMarked;
