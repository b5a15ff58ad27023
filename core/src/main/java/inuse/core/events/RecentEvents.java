package inuse.core.events;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the last lines of a recorder that runs say about one port, or about all. Its segments name a
 * process again after so many bytes that the last {@link #BYTES} stand alone.
 */
public final class RecentEvents {
  /** Bytes of the last lines. */
  public static final int BYTES = 256 * 1024;

  private final HistoryQuery query;
  private final Map<Integer, RecordedProcess> processes = new HashMap<>();
  private final Map<Long, RecordedProcess> bound = new HashMap<>();
  private Optional<Ended> ended = Optional.empty();
  private Optional<Event.Refused> refused = Optional.empty();

  /** The end of a time that a process had the port. */
  public record Ended(Stamp at, RecordedProcess process) {}

  RecentEvents(HistoryQuery query) {
    this.query = query;
  }

  void line(String line) {
    if (query.mayConcern(line)) {
      EventReader.read(line).ifPresent(this::accept);
    }
  }

  private void accept(Event event) {
    switch (event) {
      case Event.Named(Stamp stamp, RecordedProcess process) ->
          processes.put(process.number(), process);
      case Event.Socket socket when query.covers(socket.place()) -> {
        Optional<RecordedProcess> process = socket.process().map(processes::get);
        if (socket.change() == Event.Change.RELEASED) {
          ended = process.map(one -> new Ended(socket.stamp(), one)).or(() -> ended);
        } else {
          process.ifPresent(one -> bound.put(socket.cookie(), one));
        }
      }
      case Event.Refused one when query.covers(one.place()) -> refused = Optional.of(one);
      default -> {}
    }
  }

  /** What had the port last and gave it up. */
  public Optional<Ended> ended() {
    return ended;
  }

  /** The last bind that was refused. */
  public Optional<Event.Refused> refused() {
    return refused;
  }

  /** The process that asked for it. */
  public Optional<RecordedProcess> refusedProcess() {
    return refused.flatMap(Event.Refused::process).map(processes::get);
  }

  /** The process that bound the socket of that cookie. */
  public Optional<RecordedProcess> binder(long cookie) {
    return Optional.ofNullable(bound.get(cookie));
  }
}
