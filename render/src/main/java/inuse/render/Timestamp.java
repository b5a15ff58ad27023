package inuse.render;

import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;

/** A time as RFC 3339 in UTC. */
public final class Timestamp {
  private Timestamp() {}

  /** To the second: {@code 2026-11-22T07:10:00Z}. */
  public static String of(Moment time) {
    CivilTime utc = CivilTime.of(time);
    return date(utc) + "T" + clock(utc) + "Z";
  }

  /** To the millisecond: {@code 2026-11-22T07:10:00.042Z}. */
  public static String millis(Moment time) {
    CivilTime utc = CivilTime.of(time);
    return date(utc) + "T" + clock(utc) + "." + padded(utc.milli(), 3) + "Z";
  }

  /** For people, to the minute: {@code 2026-11-22 07:10 UTC}. */
  static String minute(Moment time) {
    CivilTime utc = CivilTime.of(time);
    return date(utc) + " " + clock(utc).substring(0, 5) + " UTC";
  }

  /** {@code 2026-11-22}. */
  static String date(CivilTime time) {
    return padded(time.year(), 4) + "-" + padded(time.month(), 2) + "-" + padded(time.day(), 2);
  }

  /** {@code 07:10:00}. */
  static String clock(CivilTime time) {
    return padded(time.hour(), 2) + ":" + padded(time.minute(), 2) + ":" + padded(time.second(), 2);
  }

  private static String padded(int number, int digits) {
    String text = Integer.toString(number);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }
}
