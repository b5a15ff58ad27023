package inuse.core.evidence;

/**
 * A process whose parent cannot have started it: it did not found its session, and its parent is of
 * another one. So whoever started it is gone, and a reaper (PID 1, or what asked to be one by
 * PR_SET_CHILD_SUBREAPER) took it over.
 *
 * @param sessionLives whether the leader of its session is alive; a daemon's is not
 * @param detached whether its standard streams are all on /dev/null, files, or closed
 */
public record Reparented(boolean sessionLives, Reading<Boolean> detached) {}
