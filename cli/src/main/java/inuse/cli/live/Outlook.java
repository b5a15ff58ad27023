package inuse.cli.live;

import inuse.core.Changes;
import inuse.core.Inuse;
import inuse.core.evidence.Extent;
import inuse.core.evidence.Port;
import inuse.core.list.Listing;
import inuse.core.list.Row;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What is looked at again and again, and when. */
final class Outlook implements AutoCloseable {
  /** Garbage, counted in rows: what a look leaves behind besides, and what is too much. */
  private static final int OF_A_LOOK = 50;

  private static final int MOST_GARBAGE = 200;

  /** How often it is read what a recorder wrote: less than a hundredth of a millisecond's work. */
  private static final Duration OF_A_RECORDER = Duration.ofMillis(100);

  private final Inuse inuse;
  private final Supplier<Duration> clock;
  private final Changes changes;
  private final UnaryOperator<Listing> wanted;
  private Extent extent;
  private int garbage;
  private Pace pace;
  private Set<Port> ports = Set.of();

  /**
   * An outlook on that much.
   *
   * @param wanted leaves out what is not
   * @param clock one that only goes on
   */
  Outlook(Inuse inuse, Extent extent, UnaryOperator<Listing> wanted, Supplier<Duration> clock) {
    this.inuse = inuse;
    this.clock = clock;
    this.extent = extent;
    this.wanted = wanted;
    changes = inuse.changes();
    // What comes from now on is a change.
    var _ = changes.areThere();
    pace = pace();
  }

  private Pace pace() {
    return new Pace(!extent.everywhere() && !extent.unixSockets());
  }

  /** Looks once. */
  Listing look() {
    Duration from = clock.get();
    Listing listing = wanted.apply(inuse.list(extent));
    collect(listing);
    pace.looked(from, clock.get());
    Set<Port> held = new HashSet<>();
    for (Row row : listing.rows()) {
      if (row.held() instanceof Row.Held.Ports its) {
        held.addAll(its.ports());
      }
    }
    ports = held;
    return listing;
  }

  /**
   * The executable collects garbage only when its whole heap has been written to, which would make
   * a small program a large one.
   */
  private void collect(Listing listing) {
    garbage += OF_A_LOOK + listing.rows().size();
    if (garbage > MOST_GARBAGE) {
      System.gc();
      garbage = 0;
    }
  }

  /** Whether it is time to look, as far as can be told without. */
  boolean isDue() {
    Duration now = clock.get();
    if (changes.areRecorded()) {
      pace.wants();
    }
    if (pace.isPeekDue(now)) {
      if (changes.areThere()) {
        pace.wants();
      }
      pace.peeked(now, clock.get());
    }
    return pace.isLookDue(clock.get());
  }

  /** How long nothing is due. */
  Duration pause() {
    Duration pause = pace.pause(clock.get());
    return changes.isRecorded() && pause.compareTo(OF_A_RECORDER) > 0 ? OF_A_RECORDER : pause;
  }

  /** What to wait for besides; empty while nothing that is told would matter. */
  OptionalInt descriptor() {
    return pace.listens(clock.get()) ? changes.descriptor() : OptionalInt.empty();
  }

  /** The kernel has told something. */
  void hears() {
    if (changes.haveEnded(ports)) {
      pace.wants();
    }
  }

  /** What was told is of our own making. */
  void forgetNews() {
    var _ = changes.haveEnded(Set.of());
    var _ = changes.areRecorded();
  }

  /** To look as soon as that is no burden. */
  void wants() {
    pace.wants();
  }

  /** Looks at all network namespaces from now on, or no longer. */
  void turns() {
    extent = new Extent(extent.unixSockets(), !extent.everywhere(), extent.connections());
    pace = pace();
  }

  boolean isEverywhere() {
    return extent.everywhere();
  }

  @Override
  public void close() {
    changes.close();
  }
}
