package inuse.render;

/** A length of time for people, in the unit that says most of it. */
public final class Age {
  private static final long MINUTE = 60;
  private static final long HOUR = 3600;
  private static final long DAY = 86_400;

  private Age() {}

  /** For example {@code 90 s}, {@code 5 min}, {@code 47 h}, {@code 3 days}. */
  public static String of(long seconds) {
    if (seconds < 2 * MINUTE) {
      return seconds + " s";
    }
    if (seconds < 2 * HOUR) {
      return seconds / MINUTE + " min";
    }
    return seconds < 2 * DAY ? seconds / HOUR + " h" : seconds / DAY + " days";
  }
}
