package inuse.core.events;

import inuse.core.evidence.Moment;
import java.util.List;
import java.util.Optional;

/** One line of a segment, in the layout {@link #LAYOUT}. A process is meant by its number there. */
public sealed interface Event {
  /** The name of the layout, in the first line of each segment. */
  String LAYOUT = "inuse.event/1";

  /** When it happened. */
  Stamp stamp();

  /**
   * The first line of a segment. What was bound then follows, so that each segment stands alone.
   *
   * @param boot /proc/sys/kernel/random/boot_id
   * @param netns inode of the network namespace that the recorder runs in
   * @param version of the recorder
   * @param rotated whether the same recorder wrote the segment before
   */
  record Start(Stamp stamp, String boot, long netns, String version, boolean rotated, Source source)
      implements Event {}

  /** How the recorder learns of binds. */
  enum Source {
    /** From programs in the kernel: every one. */
    BPF("bpf"),
    /** By looking now and then: what lasted as long as that, and no refused bind. */
    POLLING("polling");

    private final String word;

    Source(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** Names a process, once in a segment. */
  record Named(Stamp stamp, RecordedProcess process) implements Event {}

  /** What a socket does with its port. */
  enum Change {
    BOUND("bound"),
    LISTENING("listening"),
    RELEASED("released");

    private final String word;

    Change(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /**
   * A socket and its port.
   *
   * @param already whether it was like that when the segment began
   * @param cookie of the socket, which no other has until the next boot
   * @param process that bound it, where that is known
   */
  record Socket(
      Stamp stamp,
      Change change,
      boolean already,
      long cookie,
      Optional<Integer> process,
      Place place)
      implements Event {}

  /**
   * A bind that was refused because the port was in use.
   *
   * @param causes ids, as in a diagnosis; none where no diagnosis was made
   * @param holders that had the port in that moment
   * @param fix a line that gives the port back
   * @param count how many times, of binds like it that followed each other
   */
  record Refused(
      Stamp stamp,
      Optional<Integer> process,
      Place place,
      List<String> causes,
      List<Integer> holders,
      Optional<String> fix,
      int count)
      implements Event {
    public Refused {
      causes = List.copyOf(causes);
      holders = List.copyOf(holders);
    }
  }

  /**
   * What is missing from here on back to the line before.
   *
   * @param count how many events, where that is known
   * @param since when it began, where that is not the line before
   */
  record Gap(Stamp stamp, Loss loss, Optional<Long> count, Optional<Moment> since)
      implements Event {}

  /** Why events are missing, or times are not in order. */
  enum Loss {
    /** They came faster than they were read. */
    LOST("lost"),
    /** The machine slept. */
    SUSPENDED("suspended"),
    /** The clock on the wall was set. */
    CLOCK("clock"),
    /** The recorder before this one did not come to its end. */
    STOPPED_UNEXPECTEDLY("stopped-unexpectedly"),
    /** More binds were refused in one second than are written. */
    CAPPED("capped"),
    /** They could not be written. */
    NOT_WRITTEN("not-written");

    private final String word;

    Loss(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /** The one of that word. */
    public static Optional<Loss> of(String word) {
      for (Loss one : values()) {
        if (one.word.equals(word)) {
          return Optional.of(one);
        }
      }
      return Optional.empty();
    }
  }

  /** The recorder ended as it should. */
  record End(Stamp stamp) implements Event {}
}
