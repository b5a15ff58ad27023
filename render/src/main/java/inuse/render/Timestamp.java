package inuse.render;

import inuse.core.evidence.Moment;

/** A time as RFC 3339 in UTC, to the second. */
public final class Timestamp {
  private static final long SECONDS_PER_DAY = 86_400;
  private static final long DAYS_TO_1970 = 719_468;
  private static final long DAYS_PER_ERA = 146_097;

  private Timestamp() {}

  /** For example {@code 2026-11-22T07:10:00Z}. */
  public static String of(Moment time) {
    long seconds = Math.floorDiv(time.epochMillis(), 1000L);
    long ofDay = Math.floorMod(seconds, SECONDS_PER_DAY);
    return date(Math.floorDiv(seconds, SECONDS_PER_DAY))
        + "T"
        + clock(ofDay)
        + ":"
        + two(ofDay % 60)
        + "Z";
  }

  /** For people, to the minute: {@code 2026-11-22 07:10 UTC}. */
  static String minute(Moment time) {
    long seconds = Math.floorDiv(time.epochMillis(), 1000L);
    return date(Math.floorDiv(seconds, SECONDS_PER_DAY))
        + " "
        + clock(Math.floorMod(seconds, SECONDS_PER_DAY))
        + " UTC";
  }

  private static String clock(long ofDay) {
    return two(ofDay / 3600) + ":" + two(ofDay / 60 % 60);
  }

  /** Years are counted from March, so that the day added in leap years is their last one. */
  private static String date(long daysSince1970) {
    long days = daysSince1970 + DAYS_TO_1970;
    long era = Math.floorDiv(days, DAYS_PER_ERA);
    long ofEra = Math.floorMod(days, DAYS_PER_ERA);
    long yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    long ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long fromMarch = (5 * ofYear + 2) / 153;
    long day = ofYear - (153 * fromMarch + 2) / 5 + 1;
    long month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    String digits = Long.toString(year);
    return "0".repeat(Math.max(0, 4 - digits.length()))
        + digits
        + "-"
        + two(month)
        + "-"
        + two(day);
  }

  private static String two(long number) {
    return number < 10 ? "0" + number : Long.toString(number);
  }
}
