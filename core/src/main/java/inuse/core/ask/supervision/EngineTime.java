package inuse.core.ask.supervision;

import inuse.core.evidence.Moment;
import inuse.kernel.proc.Numeral;
import java.util.Optional;
import java.util.OptionalLong;

/** A time as engines write it: {@code 2026-11-29T02:36:01.123456789Z}, to the second. */
final class EngineTime {
  private static final String FORM = "0000-00-00T00:00:00";
  private static final long MILLIS_PER_SECOND = 1000;
  private static final long SECONDS_PER_DAY = 86_400;

  private EngineTime() {}

  /** The moment; empty where it is none, or not in UTC. */
  static Optional<Moment> of(String text) {
    if (text.length() <= FORM.length() || !text.endsWith("Z")) {
      return Optional.empty();
    }
    long[] fields = new long[6];
    int[] places = {0, 5, 8, 11, 14, 17};
    for (int i = 0; i < fields.length; i++) {
      OptionalLong field = Numeral.decimal(text.substring(places[i], places[i] + (i == 0 ? 4 : 2)));
      if (field.isEmpty()) {
        return Optional.empty();
      }
      fields[i] = field.getAsLong();
    }
    long day = days(fields[0], fields[1], fields[2]);
    long seconds = (fields[3] * 60 + fields[4]) * 60 + fields[5];
    return Optional.of(new Moment((day * SECONDS_PER_DAY + seconds) * MILLIS_PER_SECOND));
  }

  /** Days since 1970-01-01, with years that begin in March. */
  private static long days(long year, long month, long day) {
    long shifted = month > 2 ? year : year - 1;
    long ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + ofYear - 719_468;
  }
}
