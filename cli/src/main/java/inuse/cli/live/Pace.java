package inuse.cli.live;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When to look again. The kernel tells when a socket has ended, and a peek every second whether
 * anything is bound in another way; only then, or once in a while for what neither shows, is
 * everything looked at. Whatever it costs, nine tenths of the time nothing is done.
 */
final class Pace {
  static final Duration PEEK = Duration.ofSeconds(1);

  /** For connections that come and go, TIME_WAIT, and processes that were left behind. */
  static final Duration LOOK = Duration.ofSeconds(5);

  /** At least between two looks, however much is told. */
  static final Duration QUIET = Duration.ofMillis(250);

  private static final int SHARE = 10;

  private final boolean peeks;
  private final Cost look = new Cost();
  private final Cost peek = new Cost();
  private boolean wanted = true;

  /** What the same work cost lately. */
  private static final class Cost {
    /** At the first times anything may be slower than it is. */
    private static final int TIMES = 4;

    private final Deque<Duration> lately = new ArrayDeque<>();

    /** When it was done; zero for never. */
    private Duration at = Duration.ZERO;

    void again(Duration from, Duration to) {
      at = to;
      lately.add(to.minus(from));
      if (lately.size() > TIMES) {
        lately.remove();
      }
    }

    /** The least of them, which had to wait for nobody else; zero where that is not known yet. */
    private Duration least() {
      return lately.size() < TIMES
          ? Duration.ZERO
          : lately.stream().reduce(lately.getFirst(), Pace::shorter);
    }

    /** How long it is not to be done again, where that is usually so long. */
    Duration rest(Duration now, Duration usual) {
      Duration left = at.plus(longer(usual, least().multipliedBy(SHARE))).minus(now);
      return at.isZero() || left.isNegative() ? Duration.ZERO : left;
    }
  }

  /**
   * The pace of looks.
   *
   * @param peeks whether a peek sees all that a look does
   */
  Pace(boolean peeks) {
    this.peeks = peeks;
  }

  /** Something has changed. */
  void wants() {
    wanted = true;
  }

  /** Whether news may be waited for: not while they would change nothing. */
  boolean listens(Duration now) {
    return !wanted && untilLook(now, QUIET).isZero();
  }

  boolean isLookDue(Duration now) {
    return pauseOfLook(now).isZero();
  }

  boolean isPeekDue(Duration now) {
    return peeks && !wanted && pauseOfPeek(now).isZero();
  }

  /** How long nothing is due. */
  Duration pause(Duration now) {
    Duration pause = pauseOfLook(now);
    if (!wanted && !untilLook(now, QUIET).isZero()) {
      // Then news are listened to.
      pause = shorter(pause, untilLook(now, QUIET));
    }
    return peeks && !wanted ? shorter(pause, pauseOfPeek(now)) : pause;
  }

  private Duration pauseOfLook(Duration now) {
    return untilLook(now, wanted ? QUIET : peeks ? LOOK : PEEK);
  }

  private Duration untilLook(Duration now, Duration usual) {
    return look.rest(now, usual);
  }

  private Duration pauseOfPeek(Duration now) {
    return peek.rest(now, PEEK);
  }

  /** A look is over. */
  void looked(Duration from, Duration to) {
    look.again(from, to);
    wanted = false;
  }

  /** A peek is over. */
  void peeked(Duration from, Duration to) {
    peek.again(from, to);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
