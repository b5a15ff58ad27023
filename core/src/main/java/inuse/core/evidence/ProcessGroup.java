package inuse.core.evidence;

/**
 * The process group of a process, in its session: children inherit both, and no process can put
 * another one into them that it did not start.
 *
 * @param session the session's id, the pid of the process that began it
 * @param number the group's id
 */
public record ProcessGroup(Pid session, Pid number) {}
