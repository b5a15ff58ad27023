package inuse.core.events;

import inuse.core.evidence.Moment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the events of all segments, one after the other, say about ports: pure. The most recent
 * {@link #MAX_ENTRIES} are kept.
 */
public final class History {
  /** Entries that are kept. */
  public static final int MAX_ENTRIES = 10_000;

  /** Processes that are remembered of a segment. */
  private static final int MAX_PROCESSES = 50_000;

  private static final Moment FOR_EVER = new Moment(Long.MAX_VALUE);

  private final HistoryQuery query;
  private final Consumer<HistoryEntry> live;
  private final Map<Integer, RecordedProcess> processes = new HashMap<>();
  private final Deque<Integer> order = new ArrayDeque<>();
  private final Map<Long, Open> open = new HashMap<>();
  private final Deque<Numbered> entries = new ArrayDeque<>();
  private long dropped;
  private long number;
  private Optional<Event.Start> segment = Optional.empty();
  private Optional<Event.Start> first = Optional.empty();
  private Optional<Stamp> last = Optional.empty();

  public History(HistoryQuery query) {
    this(query, entry -> {});
  }

  /**
   * A history that is also told at once.
   *
   * @param live is given what begins, and what is over, as the events come
   */
  public History(HistoryQuery query, Consumer<HistoryEntry> live) {
    this.query = query;
    this.live = live;
  }

  private record Numbered(long number, HistoryEntry entry) {}

  /** A socket that has its port. */
  private static final class Open {
    private final long number;
    private final Place place;
    private final Optional<RecordedProcess> by;
    private final Stamp from;
    private final boolean earlier;
    private boolean listening;
    private boolean confirmed = true;

    Open(long number, Place place, Optional<RecordedProcess> by, Stamp from, boolean earlier) {
      this.number = number;
      this.place = place;
      this.by = by;
      this.from = from;
      this.earlier = earlier;
    }
  }

  /**
   * What was found.
   *
   * @param entries in the order in which they began
   * @param dropped how many more there were before them
   * @param recorded whether anything was recorded at all in the time that was asked about
   * @param running whether the recorder runs, so that what was not released is held now
   * @param until the time of the last line
   */
  public record Answer(
      List<HistoryEntry> entries,
      long dropped,
      boolean recorded,
      boolean running,
      Optional<Moment> until) {
    public Answer {
      entries = List.copyOf(entries);
    }
  }

  /** Takes the next line; one that is not understood is passed over. */
  public void line(String line) {
    if (query.mayConcern(line)) {
      EventReader.read(line).ifPresent(this::accept);
    }
  }

  /** Takes the next event. */
  public void accept(Event event) {
    number++;
    switch (event) {
      case Event.Start start -> begin(start);
      case Event.Named(Stamp stamp, RecordedProcess process) -> remember(process);
      case Event.Socket socket -> change(socket);
      case Event.Refused refused -> refused(refused);
      case Event.Gap gap -> {
        Moment since = gap.since().or(() -> last.map(Stamp::time)).orElse(gap.stamp().time());
        missing(since, gap.stamp().time(), Optional.of(gap.loss()), gap.count());
      }
      case Event.End end -> {}
    }
    last = Optional.of(event.stamp());
  }

  private void begin(Event.Start start) {
    settle();
    boolean otherBoot = segment.filter(before -> !before.boot().equals(start.boot())).isPresent();
    if (last.isPresent() && !start.rotated()) {
      missing(last.get().time(), start.stamp().time(), Optional.empty(), Optional.empty());
    }
    if (otherBoot) {
      open.values().forEach(one -> close(one, start.stamp(), HistoryEntry.End.UNSEEN));
      open.clear();
    }
    // What is there still is said again.
    open.values().forEach(one -> one.confirmed = false);
    processes.clear();
    order.clear();
    segment = Optional.of(start);
    first = first.or(() -> segment);
  }

  private void remember(RecordedProcess process) {
    if (processes.put(process.number(), process) == null) {
      order.add(process.number());
    }
    if (order.size() > MAX_PROCESSES) {
      processes.remove(order.removeFirst());
    }
  }

  private void change(Event.Socket socket) {
    if (!socket.already()) {
      settle();
    }
    Open before = open.get(socket.cookie());
    if (socket.change() == Event.Change.RELEASED) {
      if (before != null) {
        open.remove(socket.cookie());
        close(before, socket.stamp(), HistoryEntry.End.RELEASED);
      }
      return;
    }
    if (before != null && isPassedOn(before, socket)) {
      open.remove(socket.cookie());
      close(before, socket.stamp(), HistoryEntry.End.RELEASED);
      before = null;
    }
    if (before == null) {
      if (!query.covers(socket.place())) {
        return;
      }
      before =
          new Open(
              number,
              socket.place(),
              socket.process().map(processes::get),
              socket.stamp(),
              socket.already());
      open.put(socket.cookie(), before);
    }
    before.confirmed = true;
    before.listening |= socket.change() == Event.Change.LISTENING;
    if (!socket.already()) {
      held(before, socket.stamp(), HistoryEntry.End.STILL, FOR_EVER).ifPresent(live);
    }
  }

  /** Whether the process that bound it has ended, and another has the socket now. */
  private boolean isPassedOn(Open one, Event.Socket socket) {
    Optional<RecordedProcess> now = socket.process().map(processes::get);
    return socket.already()
        && one.by.isPresent()
        && now.isPresent()
        && !now.get().identity().equals(one.by.get().identity());
  }

  /** Ends what a new segment did not say again, once it has said all. */
  private void settle() {
    Iterator<Open> all = open.values().iterator();
    while (all.hasNext()) {
      Open one = all.next();
      if (!one.confirmed) {
        all.remove();
        close(one, segment.map(Event.Start::stamp).orElse(one.from), HistoryEntry.End.UNSEEN);
      }
    }
  }

  private void close(Open one, Stamp to, HistoryEntry.End end) {
    held(one, to, end, to.time()).ifPresent(entry -> keep(one.number, entry));
  }

  /**
   * The entry of a socket, if it is asked about.
   *
   * @param until when it had the port at the latest
   */
  private Optional<HistoryEntry> held(Open one, Stamp to, HistoryEntry.End end, Moment until) {
    return !query.onlyRefused() && query.isWanted(one.by) && query.overlaps(one.from.time(), until)
        ? Optional.of(
            new HistoryEntry.Held(one.place, one.by, one.listening, one.from, one.earlier, to, end))
        : Optional.empty();
  }

  private void refused(Event.Refused refused) {
    settle();
    if (!query.covers(refused.place())) {
      return;
    }
    Optional<RecordedProcess> asked = refused.process().map(processes::get);
    List<RecordedProcess> holders = new ArrayList<>();
    for (int holder : refused.holders()) {
      Optional.ofNullable(processes.get(holder)).ifPresent(holders::add);
    }
    boolean wanted =
        query.isWanted(asked) || holders.stream().anyMatch(one -> query.isWanted(Optional.of(one)));
    if (wanted && query.overlaps(refused.stamp().time(), refused.stamp().time())) {
      keep(
          number,
          new HistoryEntry.Refused(
              refused.stamp(),
              refused.place(),
              asked,
              refused.causes(),
              holders,
              refused.fix(),
              refused.count()));
    }
  }

  private void missing(Moment from, Moment to, Optional<Event.Loss> loss, Optional<Long> count) {
    if (query.overlaps(from, to)) {
      keep(number, new HistoryEntry.Missing(from, to, loss, count));
    }
  }

  private void keep(long position, HistoryEntry entry) {
    live.accept(entry);
    entries.add(new Numbered(position, entry));
    if (entries.size() > MAX_ENTRIES) {
      entries.removeFirst();
      dropped++;
    }
  }

  /**
   * The answer, by the lines so far.
   *
   * @param running whether the recorder runs, so that they are all that happened until now
   */
  public Answer answer(boolean running) {
    settle();
    List<Numbered> all = new ArrayList<>(entries);
    Stamp now = last.orElse(new Stamp(new Moment(0), 0));
    Moment until = running ? FOR_EVER : now.time();
    for (Open one : open.values()) {
      held(one, now, HistoryEntry.End.STILL, until)
          .ifPresent(entry -> all.add(new Numbered(one.number, entry)));
    }
    all.sort(Comparator.comparingLong(Numbered::number));
    boolean recorded = first.isPresent() && query.overlaps(first.get().stamp().time(), until);
    return new Answer(
        all.stream().map(Numbered::entry).toList(),
        dropped,
        recorded,
        running,
        last.map(Stamp::time));
  }
}
