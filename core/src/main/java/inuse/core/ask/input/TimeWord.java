package inuse.core.ask.input;

import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Zone;
import java.time.Duration;
import java.util.Optional;

/**
 * A time as people write it: {@code 03:12} (the last one), {@code 2026-11-29}, {@code "2026-11-29
 * 03:12:04"} in local time, with a Z in UTC, or how long ago: {@code 90s}, {@code 2h}, {@code 3d}.
 *
 * @param from the first moment that it means
 * @param length until the first that it does not mean any more
 */
public record TimeWord(Moment from, Duration length) {
  /** A date alone. */
  private static final int DATE = 10;

  /** A clock without seconds. */
  private static final int MINUTES = 5;

  private static final long DAY = 86_400_000;

  /** What is said of a word that is not a time. */
  public static final String FORM = "is not a time such as 03:12, '2026-11-29 03:12' or 2h (ago)";

  /** The first moment that it does not mean any more. */
  public Moment end() {
    return new Moment(from.epochMillis() + length.toMillis());
  }

  /** The time, if the word is one. */
  public static Optional<TimeWord> parse(String word, Moment now, Zone zone) {
    if (word.equals("now")) {
      return Optional.of(new TimeWord(now, Duration.ofSeconds(1)));
    }
    Optional<Duration> ago = ago(word);
    if (ago.isPresent()) {
      long from = now.epochMillis() - ago.get().toMillis();
      return Optional.of(new TimeWord(new Moment(from), Duration.ofSeconds(1)));
    }
    Optional<CivilTime> clock = zone.local(now).at(word);
    if (clock.isPresent()) {
      return Optional.of(new TimeWord(last(clock.get(), now, zone), lengthOf(word)));
    }
    boolean utc = word.endsWith("Z");
    String local = utc ? word.substring(0, word.length() - 1) : word;
    Duration length =
        local.length() == DATE
            ? Duration.ofDays(1)
            : local.length() < DATE ? Duration.ZERO : lengthOf(local.substring(DATE + 1));
    return CivilTime.parse(local)
        .map(time -> new TimeWord(utc ? time.moment() : zone.moment(time), length));
  }

  /** The last time that a clock said so. */
  private static Moment last(CivilTime today, Moment now, Zone zone) {
    Moment moment = zone.moment(today);
    if (moment.epochMillis() <= now.epochMillis()) {
      return moment;
    }
    CivilTime before = CivilTime.of(new Moment(today.moment().epochMillis() - DAY));
    return zone.moment(before);
  }

  /** A clock without seconds means the whole minute. */
  private static Duration lengthOf(String clock) {
    return clock.length() == MINUTES ? Duration.ofMinutes(1) : Duration.ofSeconds(1);
  }

  private static Optional<Duration> ago(String word) {
    if (word.endsWith("d")) {
      return DurationWord.parse(word.substring(0, word.length() - 1) + "h")
          .map(hours -> hours.multipliedBy(24));
    }
    boolean unit = word.endsWith("s") || word.endsWith("m") || word.endsWith("h");
    return unit ? DurationWord.parse(word) : Optional.empty();
  }
}
