/**
 * The library's front door: {@link inuse.core.Inuse} asks, plans, gives back, waits, and judges
 * settings. The packages below hold what it takes and returns.
 */
@NullMarked
package inuse.core;

import org.jspecify.annotations.NullMarked;
