package inuse.core.fix;

import inuse.core.evidence.Untrusted;
import java.time.Duration;
import java.util.Optional;

/** Limits that differ from the usual ones in one thing. */
final class Allow {
  private static final Limits USUAL = Limits.USUAL;

  private Allow() {}

  private static Limits limits(
      boolean kill, boolean destroy, int most, boolean mine, String under, String command) {
    return new Limits(
        USUAL.grace(),
        USUAL.signal(),
        kill,
        destroy,
        most,
        mine,
        false,
        Optional.of(under).filter(one -> !one.isEmpty()).map(Untrusted::new),
        Optional.of(command).filter(one -> !one.isEmpty()).map(Untrusted::new),
        USUAL.settle(),
        USUAL.timeout());
  }

  static Limits destroying() {
    return limits(true, true, 8, false, "", "");
  }

  static Limits most(int number) {
    return limits(true, false, number, false, "", "");
  }

  static Limits onlyMine() {
    return limits(true, false, 8, true, "", "");
  }

  static Limits under(String directory) {
    return limits(true, false, 8, false, directory, "");
  }

  static Limits command(String name) {
    return limits(true, false, 8, false, "", name);
  }

  /** Only earlier runs of the command that is to be started. */
  static Limits previous() {
    return limits(USUAL.grace(), USUAL.signal(), true, USUAL.settle(), USUAL.timeout());
  }

  static Limits noKill() {
    return limits(false, false, 8, false, "", "");
  }

  static Limits signal(int number) {
    return limits(USUAL.grace(), number, false, USUAL.settle(), USUAL.timeout());
  }

  /** The times of the usual ones changed. */
  static Limits times(Duration grace, Duration settle, Optional<Duration> timeout) {
    return limits(grace, USUAL.signal(), false, settle, timeout);
  }

  private static Limits limits(
      Duration grace, int signal, boolean previous, Duration settle, Optional<Duration> timeout) {
    return new Limits(
        grace,
        signal,
        USUAL.kill(),
        USUAL.destroy(),
        USUAL.most(),
        USUAL.onlyMine(),
        previous,
        USUAL.under(),
        USUAL.command(),
        settle,
        timeout);
  }
}
