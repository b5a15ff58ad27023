package inuse.core.fix;

import inuse.core.evidence.Directory;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Untrusted;
import java.time.Duration;
import java.util.Optional;

/** Options of {@code inuse free} that differ from the defaults in one value. */
final class Allow {
  private static final FreeOptions DEFAULT = FreeOptions.DEFAULT;

  private Allow() {}

  private static FreeOptions limits(
      boolean kill,
      boolean destroy,
      int most,
      boolean mine,
      Optional<Directory> under,
      String command) {
    return new FreeOptions(
        DEFAULT.grace(),
        DEFAULT.signal(),
        kill,
        destroy,
        most == 8 ? Optional.empty() : Optional.of(most),
        mine,
        false,
        DEFAULT.socketsOfOthers(),
        under,
        Optional.of(command).filter(one -> !one.isEmpty()).map(Untrusted::new),
        DEFAULT.only(),
        DEFAULT.with(),
        DEFAULT.settle(),
        DEFAULT.timeout());
  }

  static FreeOptions destroying() {
    return limits(true, true, 8, false, Optional.empty(), "");
  }

  static FreeOptions most(int number) {
    return limits(true, false, number, false, Optional.empty(), "");
  }

  static FreeOptions destroyingOnlyMine() {
    return limits(true, true, 8, true, Optional.empty(), "");
  }

  static FreeOptions onlyMine() {
    return limits(true, false, 8, true, Optional.empty(), "");
  }

  static FreeOptions under(Directory directory) {
    return limits(true, false, 8, false, Optional.of(directory), "");
  }

  static FreeOptions command(String name) {
    return limits(true, false, 8, false, Optional.empty(), name);
  }

  /** Only earlier runs of the command that is to be started. */
  static FreeOptions previous() {
    return limits(DEFAULT.grace(), DEFAULT.signal(), true, DEFAULT.settle(), DEFAULT.timeout());
  }

  /** Sockets that another user than their holder's made. */
  static FreeOptions socketsOfOthers() {
    return new FreeOptions(
        DEFAULT.grace(),
        DEFAULT.signal(),
        DEFAULT.kill(),
        DEFAULT.destroy(),
        DEFAULT.maxProcesses(),
        DEFAULT.onlyMine(),
        DEFAULT.onlyPrevious(),
        true,
        DEFAULT.under(),
        DEFAULT.command(),
        DEFAULT.only(),
        DEFAULT.with(),
        DEFAULT.settle(),
        DEFAULT.timeout());
  }

  static FreeOptions noKill() {
    return limits(false, false, 8, false, Optional.empty(), "");
  }

  static FreeOptions signal(int number) {
    return limits(DEFAULT.grace(), new Signal(number), false, DEFAULT.settle(), DEFAULT.timeout());
  }

  /** The times of the usual ones changed. */
  static FreeOptions times(Duration grace, Duration settle, Optional<Duration> timeout) {
    return limits(grace, DEFAULT.signal(), false, settle, timeout);
  }

  private static FreeOptions limits(
      Duration grace,
      Signal signal,
      boolean previous,
      Duration settle,
      Optional<Duration> timeout) {
    return new FreeOptions(
        grace,
        signal,
        DEFAULT.kill(),
        DEFAULT.destroy(),
        DEFAULT.maxProcesses(),
        DEFAULT.onlyMine(),
        previous,
        DEFAULT.socketsOfOthers(),
        DEFAULT.under(),
        DEFAULT.command(),
        DEFAULT.only(),
        DEFAULT.with(),
        settle,
        timeout);
  }
}
