package inuse.core.evidence;

/**
 * A process, identified for good: a pid alone may be recycled.
 *
 * @param startTicks clock ticks from boot to its start, field 22 of proc_pid_stat(5)
 */
public record ProcessIdentity(Pid pid, long startTicks) {}
