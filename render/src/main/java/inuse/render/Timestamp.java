package inuse.render;

import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;

/** A time as RFC 3339 in UTC. */
public final class Timestamp {
  private static final int LENGTH = "2026-11-22T07:10:00.042Z".length();

  private Timestamp() {}

  /** To the second: {@code 2026-11-22T07:10:00Z}. */
  public static String of(Moment time) {
    CivilTime utc = CivilTime.of(time);
    return date(utc) + "T" + clock(utc) + "Z";
  }

  /** To the millisecond: {@code 2026-11-22T07:10:00.042Z}. */
  public static String millis(Moment time) {
    CivilTime utc = CivilTime.of(time);
    // Each line of a recorder has one.
    StringBuilder text = new StringBuilder(LENGTH);
    pad(text, utc.year(), 4).append('-');
    pad(text, utc.month(), 2).append('-');
    pad(text, utc.day(), 2).append('T');
    pad(text, utc.hour(), 2).append(':');
    pad(text, utc.minute(), 2).append(':');
    pad(text, utc.second(), 2).append('.');
    return pad(text, utc.milli(), 3).append('Z').toString();
  }

  /** For people, to the minute: {@code 2026-11-22 07:10 UTC}. */
  static String minute(Moment time) {
    CivilTime utc = CivilTime.of(time);
    return date(utc) + " " + clock(utc).substring(0, 5) + " UTC";
  }

  /** For people, as their clock says it: {@code 2026-11-22 07:10:00}. */
  public static String local(CivilTime time) {
    return date(time) + " " + clock(time);
  }

  /** {@code 2026-11-22}. */
  private static String date(CivilTime time) {
    return padded(time.year(), 4) + "-" + padded(time.month(), 2) + "-" + padded(time.day(), 2);
  }

  /** {@code 07:10:00}. */
  static String clock(CivilTime time) {
    return padded(time.hour(), 2) + ":" + padded(time.minute(), 2) + ":" + padded(time.second(), 2);
  }

  private static String padded(int number, int digits) {
    return pad(new StringBuilder(), number, digits).toString();
  }

  private static StringBuilder pad(StringBuilder text, int number, int digits) {
    int least = 10;
    for (int digit = 1; digit < digits; digit++) {
      if (number < least) {
        text.append('0');
      }
      least *= 10;
    }
    return text.append(number);
  }
}
