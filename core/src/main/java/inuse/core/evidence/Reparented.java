package inuse.core.evidence;

import java.util.List;

/**
 * The topmost process of a process's session, itself or one above it, whose parent cannot have
 * started it: it does not lead its session, and its parent is in another one. So its real parent
 * has gone, and a reaper (PID 1, or a process that set PR_SET_CHILD_SUBREAPER) adopted it. Or it
 * leads the session of a terminal that has gone, and such a reaper is its parent.
 *
 * @param who lost its parent
 * @param through the programs of those above the process, up to and with who; none where it is who
 * @param sessionLives whether the leader of its session is alive; a daemon's is not
 * @param detached whether its standard streams are all on /dev/null, files, or closed
 * @param terminalGone whether one of them is known to be on a terminal that was closed
 */
public record Reparented(
    Pid who,
    List<Untrusted> through,
    boolean sessionLives,
    Reading<Boolean> detached,
    boolean terminalGone) {
  public Reparented {
    through = List.copyOf(through);
  }

  /** One of which no terminal is known to be gone. */
  public Reparented(
      Pid who, List<Untrusted> through, boolean sessionLives, Reading<Boolean> detached) {
    this(who, through, sessionLives, detached, false);
  }
}
