package inuse.core.fix;

import inuse.core.evidence.Directory;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Untrusted;
import java.time.Duration;
import java.util.Optional;

/**
 * What the user allows.
 *
 * @param grace between the first signal and SIGKILL
 * @param signal the first signal
 * @param kill whether survivors are killed
 * @param destroy whether connections may be destroyed
 * @param maxProcesses processes that may be ended
 * @param onlyMine only processes of the calling user
 * @param onlyPrevious only earlier runs of the command to be started
 * @param socketsOfOthers whether processes may be ended that hold a socket which another user made,
 *     or to which another user's link leads: somebody else may have chosen them, and whoever agrees
 *     has to know
 * @param under only processes that work in that directory or below
 * @param command only processes of that name
 * @param settle how long a freed address is watched
 * @param timeout for everything until the address is free; empty for no limit
 */
public record FreeOptions(
    Duration grace,
    Signal signal,
    boolean kill,
    boolean destroy,
    int maxProcesses,
    boolean onlyMine,
    boolean onlyPrevious,
    boolean socketsOfOthers,
    Optional<Directory> under,
    Optional<Untrusted> command,
    Duration settle,
    Optional<Duration> timeout) {

  /** The defaults. */
  public static final FreeOptions DEFAULT =
      new FreeOptions(
          Duration.ofSeconds(10),
          Signal.TERM,
          true,
          false,
          8,
          false,
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          Duration.ofSeconds(1),
          Optional.empty());
}
