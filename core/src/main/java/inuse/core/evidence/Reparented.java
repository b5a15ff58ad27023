package inuse.core.evidence;

/**
 * A process whose parent cannot have started it: it does not lead its session, and its parent is in
 * another one. So its real parent has gone, and a reaper (PID 1, or a process that set
 * PR_SET_CHILD_SUBREAPER) adopted it.
 *
 * @param sessionLives whether the leader of its session is alive; a daemon's is not
 * @param detached whether its standard streams are all on /dev/null, files, or closed
 */
public record Reparented(boolean sessionLives, Reading<Boolean> detached) {}
