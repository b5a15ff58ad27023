package inuse.core.events;

import inuse.core.evidence.Reading;
import inuse.core.io.Host;
import inuse.core.io.Readings;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The segments in a directory. What is not a segment there is passed over. */
@SuppressWarnings("exports") // made by Inuse
public final class Segments {
  /** Where {@code inuse record} writes. */
  public static final String DIRECTORY = "/var/log/inuse";

  /** How the name of each ends. */
  public static final String SUFFIX = ".jsonl";

  private final Host host;
  private final String directory;

  public Segments(Host host, String directory) {
    this.host = host;
    this.directory = directory;
  }

  /** A segment: its path and its first line. */
  public record Segment(String path, Event.Start start) {}

  /**
   * All of them, in the order in which they were written: boots by the clock on the wall, and since
   * one boot by the time that cannot be set.
   */
  public Reading<List<Segment>> all() {
    return Readings.reading(host.proc().directory(directory), this::ordered);
  }

  private List<Segment> ordered(List<Proc.Entry> entries) {
    List<Segment> segments = new ArrayList<>();
    Map<String, Long> boots = new HashMap<>();
    for (Proc.Entry entry : entries) {
      if (entry.name().endsWith(SUFFIX)) {
        segment(directory + "/" + entry.name()).ifPresent(segments::add);
      }
    }
    for (Segment segment : segments) {
      boots.merge(segment.start.boot(), segment.start.stamp().time().epochMillis(), Math::min);
    }
    segments.sort(
        Comparator.<Segment>comparingLong(one -> boots.getOrDefault(one.start.boot(), 0L))
            .thenComparing(one -> one.start.boot())
            .thenComparingLong(one -> one.start.stamp().nanos())
            .thenComparing(Segment::path));
    return segments;
  }

  private Optional<Segment> segment(String path) {
    try (SegmentFile file = SegmentFile.open(host, path)) {
      return file.next()
          .flatMap(EventReader::read)
          .filter(Event.Start.class::isInstance)
          .map(start -> new Segment(path, (Event.Start) start));
    }
  }

  /** Whether a recorder writes there now: it holds a lock on the last of them. */
  public boolean isRecording() {
    if (!(all() instanceof Reading.Known<List<Segment>>(List<Segment> segments))
        || segments.isEmpty()) {
      return false;
    }
    try (SegmentFile newest = open(segments.getLast())) {
      return newest.isBeingWritten();
    }
  }

  /** What all of them say. */
  public History.Answer answer(HistoryQuery query) {
    History history = new History(query);
    boolean running = isRecording();
    try (SegmentTail lines = lines()) {
      lines.pass(history);
    }
    return history.answer(running);
  }

  /** What the last lines say, of a recorder that runs. */
  public Optional<RecentEvents> recent(HistoryQuery query) {
    if (!(all() instanceof Reading.Known<List<Segment>>(List<Segment> segments))
        || segments.isEmpty()) {
      return Optional.empty();
    }
    try (SegmentFile newest = open(segments.getLast())) {
      if (!newest.isBeingWritten()) {
        return Optional.empty();
      }
      RecentEvents recent = new RecentEvents(query);
      newest.skipToLast(RecentEvents.BYTES);
      Optional<String> line = newest.next();
      while (line.isPresent()) {
        recent.line(line.get());
        line = newest.next();
      }
      return Optional.of(recent);
    }
  }

  /** The lines that are written from now on; empty where no recorder runs. */
  public Optional<SegmentTail> newLines() {
    if (!(all() instanceof Reading.Known<List<Segment>>(List<Segment> segments))
        || segments.isEmpty()) {
      return Optional.empty();
    }
    SegmentFile newest = open(segments.getLast());
    if (!newest.isBeingWritten()) {
      newest.close();
      return Optional.empty();
    }
    return Optional.of(SegmentTail.after(this, segments.getLast(), newest));
  }

  /** All lines, from the oldest on. */
  public SegmentTail lines() {
    return linesFrom(Optional.empty());
  }

  /**
   * All lines from that segment on, as {@link SegmentTail} has them.
   *
   * @param first its first line; empty, or of a segment that is gone, for the oldest
   */
  public SegmentTail linesFrom(Optional<Event.Start> first) {
    return new SegmentTail(this, first);
  }

  /** Opens one for reading; it is empty where it cannot be opened any more. */
  SegmentFile open(Segment segment) {
    return SegmentFile.open(host, segment.path());
  }
}
