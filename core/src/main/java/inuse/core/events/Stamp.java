package inuse.core.events;

import inuse.core.evidence.Moment;

/**
 * When something happened.
 *
 * @param time what the clock on the wall said; it may be set, also back
 * @param nanos CLOCK_BOOTTIME in nanoseconds: the order of what happened since one boot
 */
public record Stamp(Moment time, long nanos) {}
