/**
 * The library's front door: {@link inuse.core.Inuse} asks, plans, frees, waits, and judges
 * settings. The packages below contain what it takes and returns.
 */
@NullMarked
package inuse.core;

import org.jspecify.annotations.NullMarked;
