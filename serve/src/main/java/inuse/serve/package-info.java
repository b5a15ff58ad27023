/**
 * One host's page and metrics, for a user without privileges: it looks, and changes nothing. What
 * it shows was written by other programs, so that all of it is hostile until it is escaped.
 */
@NullMarked
package inuse.serve;

import org.jspecify.annotations.NullMarked;
