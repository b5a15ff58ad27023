/** Planted: a public API, so that it is seen to be written down. */
@NullMarked
package inuse.planted.api;

import org.jspecify.annotations.NullMarked;
