package inuse.core.events;

import inuse.core.events.Segments.Segment;
import java.util.List;
import java.util.Optional;

/** The lines of all segments, one after the other, and then those that are written later. */
public final class SegmentTail implements AutoCloseable {
  private final Segments segments;
  private final Optional<Event.Start> first;
  private Optional<Segment> current = Optional.empty();
  private Optional<SegmentFile> file = Optional.empty();

  /**
   * The lines from a segment on.
   *
   * @param first of that segment; where that is not there any more, it begins with the oldest one
   */
  SegmentTail(Segments segments, Optional<Event.Start> first) {
    this.segments = segments;
    this.first = first;
  }

  /** The lines that are written from now on, into that segment and those after it. */
  static SegmentTail after(Segments segments, Segment newest, SegmentFile open) {
    SegmentTail tail = new SegmentTail(segments, Optional.of(newest.start()));
    tail.current = Optional.of(newest);
    tail.file = Optional.of(open);
    open.skipToLast(0);
    return tail;
  }

  /** The first line of the segment that is read now; empty before the first line. */
  public Optional<Event.Start> start() {
    return current.map(Segment::start);
  }

  /** Tells a history every line that there is now. */
  public void pass(History history) {
    Optional<String> line = next();
    while (line.isPresent()) {
      history.line(line.get());
      line = next();
    }
  }

  /** The next event; empty where there is none yet. */
  public Optional<Event> nextEvent() {
    Optional<String> line = next();
    while (line.isPresent()) {
      Optional<Event> event = EventReader.read(line.get());
      if (event.isPresent()) {
        return event;
      }
      line = next();
    }
    return Optional.empty();
  }

  /** The next line; empty where there is none yet. */
  private Optional<String> next() {
    while (true) {
      Optional<String> line = file.flatMap(SegmentFile::next);
      if (line.isPresent()) {
        return line;
      }
      // While that one is written there is none after it.
      Optional<Segment> later =
          file.filter(SegmentFile::isBeingWritten).isPresent() ? Optional.empty() : later();
      if (later.isEmpty()) {
        return Optional.empty();
      }
      // What was written between the two looks.
      line = file.flatMap(SegmentFile::next);
      if (line.isPresent()) {
        return line;
      }
      close();
      current = later;
      file = later.map(segments::open);
    }
  }

  /** The first segment after this one. */
  private Optional<Segment> later() {
    List<Segment> all = segments.all().toOptional().orElse(List.of());
    return current
        .map(before -> all.stream().filter(one -> isAfter(one, before)).findFirst())
        .orElseGet(() ->
            all.stream().filter(this::isFirst).findFirst().or(() -> all.stream().findFirst()));
  }

  private boolean isFirst(Segment segment) {
    return first
        .filter(start -> start.boot().equals(segment.start().boot()))
        .filter(start -> start.stamp().nanos() == segment.start().stamp().nanos())
        .isPresent();
  }

  /** Whether it was begun after the other: another boot's is, if it is not the older one. */
  private static boolean isAfter(Segment one, Segment before) {
    Stamp begin = one.start().stamp();
    Stamp other = before.start().stamp();
    return one.start().boot().equals(before.start().boot())
        ? begin.nanos() > other.nanos()
        : begin.time().epochMillis() > other.time().epochMillis();
  }

  @Override
  public void close() {
    file.ifPresent(SegmentFile::close);
    file = Optional.empty();
  }
}
