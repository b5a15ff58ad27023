package inuse.core.evidence;

import java.util.List;

/**
 * The topmost process of a process's session, itself or one above it, whose parent cannot have
 * started it: it does not lead its session, and its parent is in another one. So its real parent
 * has gone, and a reaper (PID 1, or a process that set PR_SET_CHILD_SUBREAPER) adopted it.
 *
 * @param who lost its parent
 * @param through the programs of those above the process, up to and with who; none where it is who
 * @param sessionLives whether the leader of its session is alive; a daemon's is not
 * @param detached whether its standard streams are all on /dev/null, files, or closed
 */
public record Reparented(
    Pid who, List<Untrusted> through, boolean sessionLives, Reading<Boolean> detached) {
  public Reparented {
    through = List.copyOf(through);
  }
}
