package inuse.core.fix;

import inuse.core.evidence.Directory;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Untrusted;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What the user allows.
 *
 * @param grace between the first signal and SIGKILL
 * @param signal the first signal
 * @param kill whether survivors are killed
 * @param destroy whether connections may be destroyed
 * @param maxProcesses processes that may be ended; empty where the caller set no limit
 * @param onlyMine only processes of the calling user
 * @param onlyPrevious only earlier runs of the command to be started
 * @param socketsOfOthers whether processes may be ended that hold a socket which another user made,
 *     or to which another user's link leads: somebody else may have chosen them, and whoever agrees
 *     has to know
 * @param under only processes that work in that directory or below
 * @param command only processes of that name
 * @param only only these processes, which are all that was agreed to; empty where none were named
 * @param with a process above the holders that is to end too, since it starts them again
 * @param settle how long a freed address is watched
 * @param timeout for everything until the address is free; empty for no limit
 */
public record FreeOptions(
    Duration grace,
    Signal signal,
    boolean kill,
    boolean destroy,
    Optional<Integer> maxProcesses,
    boolean onlyMine,
    boolean onlyPrevious,
    boolean socketsOfOthers,
    Optional<Directory> under,
    Optional<Untrusted> command,
    Optional<Set<ProcessIdentity>> only,
    Optional<ProcessIdentity> with,
    Duration settle,
    Optional<Duration> timeout) {

  /** Processes that may be ended where the caller set no limit. */
  private static final int MAX_PROCESSES = 8;

  /** The same, where somebody is asked who can judge what the options alone do not allow. */
  public FreeOptions asked() {
    return with(maxProcesses, true, only, with);
  }

  /** The same, where nothing but these processes may end: all of them, if somebody was asked. */
  public FreeOptions only(Set<ProcessIdentity> those) {
    return with(
        socketsOfOthers
            ? maxProcesses.or(() -> Optional.of(Math.max(MAX_PROCESSES, those.size())))
            : maxProcesses,
        socketsOfOthers,
        Optional.of(those),
        with);
  }

  /** The same, where that process is to end too. */
  public FreeOptions with(ProcessIdentity starter) {
    return with(maxProcesses, socketsOfOthers, only, Optional.of(starter));
  }

  private FreeOptions with(
      Optional<Integer> most,
      boolean others,
      Optional<Set<ProcessIdentity>> those,
      Optional<ProcessIdentity> starter) {
    return new FreeOptions(
        grace,
        signal,
        kill,
        destroy,
        most,
        onlyMine,
        onlyPrevious,
        others,
        under,
        command,
        those,
        starter,
        settle,
        timeout);
  }

  /** Whether the caller limited whose processes may end. */
  boolean isLimited() {
    return onlyMine || onlyPrevious || under.isPresent() || command.isPresent() || only.isPresent();
  }

  /** Processes that may be ended. */
  public int most() {
    return maxProcesses.orElse(MAX_PROCESSES);
  }

  /** The defaults. */
  public static final FreeOptions DEFAULT =
      new FreeOptions(
          Duration.ofSeconds(10),
          Signal.TERM,
          true,
          false,
          Optional.empty(),
          false,
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Duration.ofSeconds(1),
          Optional.empty());
}
