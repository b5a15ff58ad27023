package inuse.core.io;

import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;
import java.util.Optional;

/**
 * A time zone as a rule: {@code CET-1CEST,M3.5.0,M10.5.0/3} (POSIX, "TZ", as tzset(3) has it, with
 * hours beyond a day as RFC 8536 allows). A second time without dates is taken as never in force.
 */
final class ZoneRule {
  private static final long SECONDS_PER_DAY = 86_400;
  private static final int HOUR = 3600;

  /** Of a date within a year, and the time of that day at which clocks are set. */
  private record Turn(Kind kind, int month, int week, int day, int seconds) {
    enum Kind {
      /** The week'th such day of a month, 5 for its last. */
      WEEKDAY,
      /** Counted from 1, never the 29th of February. */
      JULIAN,
      /** Counted from 0. */
      ZERO_BASED
    }

    /** Seconds since 1970, by the clock on the wall. */
    long of(int year) {
      long first = new CivilTime(year, 1, 1, 0, 0, 0, 0).days();
      long days =
          switch (kind) {
            case WEEKDAY -> weekday(year);
            case JULIAN -> first + day - 1 + (CivilTime.isLeap(year) && day >= 60 ? 1 : 0);
            case ZERO_BASED -> first + day;
          };
      return days * SECONDS_PER_DAY + seconds;
    }

    private long weekday(int year) {
      long first = new CivilTime(year, month, 1, 0, 0, 0, 0).days();
      // 1970-01-01 was a Thursday, day 4 of a week that begins on Sunday.
      long ofWeek = Math.floorMod(first + 4, 7L);
      long at = Math.floorMod(day - ofWeek, 7L) + 7L * (week - 1);
      int length = CivilTime.daysOf(year, month);
      return first + (at >= length ? at - 7 : at);
    }
  }

  private final String text;
  private int at;
  private boolean broken;
  private long standard;
  private long summer;
  private Optional<Turn> toSummer = Optional.empty();
  private Optional<Turn> toStandard = Optional.empty();

  private ZoneRule(String text) {
    this.text = text;
  }

  /** The rule, if the text is one. */
  static Optional<ZoneRule> parse(String text) {
    ZoneRule rule = new ZoneRule(text);
    rule.read();
    return rule.broken || rule.at < text.length() ? Optional.empty() : Optional.of(rule);
  }

  /** Seconds east of Greenwich at that moment. */
  long offset(Moment moment) {
    if (toSummer.isEmpty() || toStandard.isEmpty()) {
      return standard;
    }
    long seconds = Math.floorDiv(moment.epochMillis(), 1000L);
    int year = CivilTime.of(new Moment((seconds + standard) * 1000)).year();
    long begin = toSummer.get().of(year) - standard;
    long end = toStandard.get().of(year) - summer;
    boolean inSummer =
        begin < end ? seconds >= begin && seconds < end : seconds >= begin || seconds < end;
    return inSummer ? summer : standard;
  }

  private void read() {
    name();
    standard = -time(24);
    if (broken || at == text.length()) {
      return;
    }
    name();
    summer = peek() == ',' || peek() == '\0' ? standard + HOUR : -time(24);
    if (takes(',')) {
      Turn begin = turn();
      broken |= !takes(',');
      toSummer = Optional.of(begin);
      toStandard = Optional.of(turn());
    }
  }

  private void name() {
    int from = at;
    if (takes('<')) {
      while (peek() != '>' && peek() != '\0') {
        at++;
      }
      broken |= !takes('>') || at - from < 5;
      return;
    }
    while ((peek() >= 'A' && peek() <= 'Z') || (peek() >= 'a' && peek() <= 'z')) {
      at++;
    }
    broken |= at - from < 3;
  }

  /** Hours, and minutes and seconds where they are given, with a sign. */
  private int time(int hours) {
    int sign = takes('-') ? -1 : 1;
    if (sign > 0) {
      takes('+');
    }
    int seconds = number(hours) * HOUR;
    if (takes(':')) {
      seconds += number(59) * 60;
      if (takes(':')) {
        seconds += number(59);
      }
    }
    return sign * seconds;
  }

  private Turn turn() {
    Turn.Kind kind =
        takes('M') ? Turn.Kind.WEEKDAY : takes('J') ? Turn.Kind.JULIAN : Turn.Kind.ZERO_BASED;
    int month = 1;
    int week = 1;
    if (kind == Turn.Kind.WEEKDAY) {
      month = number(12);
      broken |= month < 1 || !takes('.');
      week = number(5);
      broken |= week < 1 || !takes('.');
    }
    int day = number(kind == Turn.Kind.WEEKDAY ? 6 : 365);
    broken |= kind == Turn.Kind.JULIAN && day < 1;
    int seconds = takes('/') ? time(167) : 2 * HOUR;
    return new Turn(kind, Math.max(1, month), week, day, seconds);
  }

  private int number(int most) {
    int from = at;
    int number = 0;
    while (peek() >= '0' && peek() <= '9' && at - from < 3) {
      number = number * 10 + peek() - '0';
      at++;
    }
    broken |= at == from || number > most;
    return number;
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private boolean takes(char one) {
    boolean there = at < text.length() && text.charAt(at) == one;
    at += there ? 1 : 0;
    return there;
  }
}
