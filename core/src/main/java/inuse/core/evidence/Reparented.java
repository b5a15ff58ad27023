package inuse.core.evidence;

/**
 * The topmost process of a process's session, itself or one above it, whose parent cannot have
 * started it: it does not lead its session, and its parent is in another one. So its real parent
 * has gone, and a reaper (PID 1, or a process that set PR_SET_CHILD_SUBREAPER) adopted it.
 *
 * @param who lost its parent
 * @param sessionLives whether the leader of its session is alive; a daemon's is not
 * @param detached whether its standard streams are all on /dev/null, files, or closed
 */
public record Reparented(Pid who, boolean sessionLives, Reading<Boolean> detached) {}
