package inuse.core.events;

import inuse.core.evidence.Moment;
import java.util.List;
import java.util.Optional;

/** Something that the segments tell. */
public sealed interface HistoryEntry {
  /**
   * A socket that had a port.
   *
   * @param by the process that bound it
   * @param listening whether it ever listened
   * @param earlier whether it had it before {@code from} already
   * @param to when it ended, at the latest, or the last moment at which it had not
   */
  record Held(
      Place place,
      Optional<RecordedProcess> by,
      boolean listening,
      Stamp from,
      boolean earlier,
      Stamp to,
      End end)
      implements HistoryEntry {}

  /** How a time that a socket had a port is over. */
  enum End {
    /** It was released, or its holder died. */
    RELEASED("released"),
    /** It had it still in the moment of the last line. */
    STILL("still"),
    /** Before that moment, while nothing was recorded. */
    UNSEEN("unseen");

    private final String word;

    End(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /**
   * A bind that was refused.
   *
   * @param asked the process that asked
   * @param holders those that had the port in that moment
   * @param count how many times in a row
   */
  record Refused(
      Stamp at,
      Place place,
      Optional<RecordedProcess> asked,
      List<String> causes,
      List<RecordedProcess> holders,
      Optional<String> fix,
      int count)
      implements HistoryEntry {
    public Refused {
      causes = List.copyOf(causes);
      holders = List.copyOf(holders);
    }
  }

  /**
   * A time of which something is missing.
   *
   * @param loss empty where no recorder ran
   */
  record Missing(Moment from, Moment to, Optional<Event.Loss> loss, Optional<Long> count)
      implements HistoryEntry {}
}
