package inuse.core.evidence;

/**
 * One process, for ever: a pid alone may be given to another process later.
 *
 * @param startTicks clock ticks from boot to its start, field 22 of proc_pid_stat(5)
 */
public record ProcessIdentity(Pid pid, long startTicks) {}
