package inuse.serve;

import inuse.core.Inuse;
import inuse.core.events.Event;
import inuse.core.events.SegmentTail;
import inuse.core.events.Segments;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.jvm.ForeignSystemCalls;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Brings the events of the segments into the index, and goes on as they are written. */
final class Follower {
  private static final Duration PERIOD = Duration.ofMillis(250);

  /** Periods after which it looks whether a recorder runs. */
  private static final int UNTIL_STATUS = 8;

  /** Periods after which it looks which segments are gone. */
  private static final int UNTIL_FORGETTING = 240;

  /** Events of a transaction. */
  private static final int BATCH = 20_000;

  private final String directory;
  private final EventIndex index;
  private final Metrics metrics;
  private final Feed feed;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private volatile Recorder recorder = Recorder.UNKNOWN;

  /** What is known of the recorder whose segments are read. */
  enum Recorder {
    /** Nothing yet. */
    UNKNOWN("unknown"),
    RUNNING("running"),
    /** There are segments, and nothing writes to the last one. */
    STOPPED("stopped"),
    /** There is no segment. */
    NONE("none"),
    /** The directory is not there, or not for this user. */
    UNREADABLE("unreadable");

    private final String word;

    Recorder(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  Follower(String directory, EventIndex index, Metrics metrics, Feed feed) {
    this.directory = directory;
    this.index = index;
    this.metrics = metrics;
    this.feed = feed;
  }

  Recorder recorder() {
    return recorder;
  }

  /** Is open until what was there at the start is indexed. */
  CountDownLatch catchingUp() {
    return caughtUp;
  }

  /** Waits until what was there at the start is indexed; false where that takes longer. */
  boolean awaitCaughtUp(Duration most) throws InterruptedException {
    return caughtUp.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Follows until it is stopped; belongs to a platform thread. */
  void follow() throws SQLException, InterruptedException {
    try (Inuse inuse = Inuse.open(new ForeignSystemCalls())) {
      Segments segments =
          inuse.segments(
              new Untrusted(
                  new String(
                      directory.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
      try (SegmentTail tail = segments.linesFrom(index.position())) {
        int period = 0;
        boolean goesOn = true;
        while (goesOn) {
          boolean more = takes(tail);
          index.settleOutbox();
          if (!more) {
            caughtUp.countDown();
          }
          if (period % UNTIL_STATUS == 0) {
            look(segments);
          }
          if (period % UNTIL_FORGETTING == UNTIL_FORGETTING - 1) {
            forget(segments);
          }
          period++;
          goesOn = !stop.await(more ? 0 : PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } finally {
      index.close();
    }
  }

  void stop() {
    stop.countDown();
  }

  /** Takes a batch; whether there may be more. */
  private boolean takes(SegmentTail tail) throws SQLException {
    int count = 0;
    boolean refused = false;
    boolean sockets = false;
    while (count < BATCH) {
      Optional<Event> event = tail.nextEvent();
      if (event.isEmpty()) {
        break;
      }
      count++;
      if (index.accept(event.get())) {
        refused |= event.get() instanceof Event.Refused;
        sockets |= event.get() instanceof Event.Socket;
        metrics.count(event.get(), index::program);
      }
    }
    if (count > 0) {
      index.commit();
      feed.tell(refused, sockets);
    }
    return count == BATCH;
  }

  private void look(Segments segments) {
    recorder =
        switch (segments.all()) {
          case Reading.Unknown<List<Segments.Segment>> unknown -> Recorder.UNREADABLE;
          case Reading.Known<List<Segments.Segment>>(List<Segments.Segment> all) ->
              all.isEmpty()
                  ? Recorder.NONE
                  : segments.isRecording() ? Recorder.RUNNING : Recorder.STOPPED;
        };
  }

  /** What the segments have forgotten is forgotten here. */
  private void forget(Segments segments) throws SQLException {
    if (segments.all() instanceof Reading.Known<List<Segments.Segment>>(var all)) {
      Moment oldest =
          all.isEmpty() ? new Moment(Long.MAX_VALUE) : all.getFirst().start().stamp().time();
      index.forget(oldest);
    }
  }
}
