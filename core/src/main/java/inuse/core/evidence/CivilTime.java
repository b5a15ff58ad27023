package inuse.core.evidence;

import java.util.Optional;

/**
 * A moment by the calendar, in UTC or with an offset that was added before. Not from java.time,
 * whose texts would bring every calendar and locale into the executable.
 *
 * @param year 0 to 9999
 * @param month 1 to 12
 * @param day 1 to 31
 */
public record CivilTime(int year, int month, int day, int hour, int minute, int second, int milli) {
  private static final long MILLIS_PER_DAY = 86_400_000;
  private static final long DAYS_TO_1970 = 719_468;
  private static final long DAYS_PER_ERA = 146_097;
  private static final int[] DAYS_OF_MONTH = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  /** The moment by the calendar in UTC. Years are counted from March: February is their end. */
  public static CivilTime of(Moment moment) {
    long ofDay = Math.floorMod(moment.epochMillis(), MILLIS_PER_DAY);
    long days = Math.floorDiv(moment.epochMillis(), MILLIS_PER_DAY) + DAYS_TO_1970;
    long era = Math.floorDiv(days, DAYS_PER_ERA);
    long ofEra = Math.floorMod(days, DAYS_PER_ERA);
    long yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    long ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long fromMarch = (5 * ofYear + 2) / 153;
    long day = ofYear - (153 * fromMarch + 2) / 5 + 1;
    long month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    return new CivilTime(
        (int) year,
        (int) month,
        (int) day,
        (int) (ofDay / 3_600_000),
        (int) (ofDay / 60_000 % 60),
        (int) (ofDay / 1000 % 60),
        (int) (ofDay % 1000));
  }

  /** The moment in UTC. */
  public Moment moment() {
    return new Moment(
        days() * MILLIS_PER_DAY + hour * 3_600_000L + minute * 60_000L + second * 1000L + milli);
  }

  /** Days since 1970-01-01. */
  public long days() {
    long shifted = month <= 2 ? year - 1L : year;
    long era = Math.floorDiv(shifted, 400);
    long yearOfEra = Math.floorMod(shifted, 400);
    long ofYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    long ofEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear;
    return era * DAYS_PER_ERA + ofEra - DAYS_TO_1970;
  }

  /** Whether the calendar has that year. */
  public static boolean isLeap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  /** How many days that month has. */
  public static int daysOf(int year, int month) {
    return month == 2 && isLeap(year) ? 29 : DAYS_OF_MONTH[month - 1];
  }

  /**
   * Reads {@code 2026-11-29}, {@code 2026-11-29T03:12}, with seconds or a fraction of them, and a
   * blank in place of the T; without a zone, and only what the calendar has.
   */
  public static Optional<CivilTime> parse(String text) {
    if (text.length() < 10 || text.charAt(4) != '-' || text.charAt(7) != '-') {
      return Optional.empty();
    }
    int year = number(text, 0, 4, 9999);
    int month = number(text, 5, 7, 12);
    int day = number(text, 8, 10, 31);
    if (year < 0 || month < 1 || day < 1 || day > daysOf(year, month)) {
      return Optional.empty();
    }
    CivilTime date = new CivilTime(year, month, day, 0, 0, 0, 0);
    if (text.length() == 10) {
      return Optional.of(date);
    }
    boolean parted = text.charAt(10) == 'T' || text.charAt(10) == ' ';
    return parted ? date.at(text.substring(11)) : Optional.empty();
  }

  /** The same day at {@code 03:12}, {@code 03:12:04} or {@code 03:12:04.123}. */
  public Optional<CivilTime> at(String clock) {
    int length = clock.length();
    if (length < 5 || clock.charAt(2) != ':') {
      return Optional.empty();
    }
    boolean seconds = length > 5;
    boolean fraction = length > 8;
    if ((seconds && (length < 8 || clock.charAt(5) != ':'))
        || (fraction && (length < 10 || clock.charAt(8) != '.'))) {
      return Optional.empty();
    }
    int hour = number(clock, 0, 2, 23);
    int minute = number(clock, 3, 5, 59);
    int second = seconds ? number(clock, 6, 8, 59) : 0;
    int milli = fraction ? number((clock.substring(9) + "00").substring(0, 3), 0, 3, 999) : 0;
    return hour < 0 || minute < 0 || second < 0 || milli < 0
        ? Optional.empty()
        : Optional.of(new CivilTime(year, month, day, hour, minute, second, milli));
  }

  private static int number(String text, int from, int to, int most) {
    return Decimal.parse(text.substring(from, to), most).orElse(-1);
  }
}
