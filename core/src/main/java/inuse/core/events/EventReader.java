package inuse.core.events;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the lines of a segment. Members that it does not know are passed over; a line that it does
 * not understand is none, as is the torn last line of a recorder that was killed.
 */
public final class EventReader {
  private EventReader() {}

  /** The event of a line, which has one char, 0 to 255, for each byte. */
  public static Optional<Event> read(String line) {
    return JsonReader.parse(line).flatMap(EventReader::event);
  }

  private static Optional<Event> event(JsonValue line) {
    Optional<Moment> time = text(line, "time").flatMap(Rfc3339::parse);
    Optional<Long> nanos = number(line, "ns", Long.MAX_VALUE);
    if (time.isEmpty() || nanos.isEmpty()) {
      return Optional.empty();
    }
    Stamp stamp = new Stamp(time.get(), nanos.get());
    return switch (text(line, "event").orElse("")) {
      case "start" -> start(stamp, line);
      case "process" -> process(line).map(process -> new Event.Named(stamp, process));
      case "held" -> change(text(line, "state")).flatMap(now -> socket(stamp, now, true, line));
      case "bound", "listening", "released" ->
          change(text(line, "event")).flatMap(now -> socket(stamp, now, false, line));
      case "refused" -> refused(stamp, line);
      case "gap" -> gap(stamp, line);
      case "end" -> Optional.of(new Event.End(stamp));
      default -> Optional.empty();
    };
  }

  private static Optional<Event> start(Stamp stamp, JsonValue line) {
    Optional<Long> netns = number(line, "netns", Long.MAX_VALUE);
    if (!text(line, "layout").equals(Optional.of(Event.LAYOUT)) || netns.isEmpty()) {
      return Optional.empty();
    }
    boolean polling = text(line, "source").equals(Optional.of(Event.Source.POLLING.word()));
    return Optional.of(
        new Event.Start(
            stamp,
            text(line, "boot").orElse(""),
            netns.get(),
            text(line, "version").orElse(""),
            text(line, "why").equals(Optional.of("rotated")),
            polling ? Event.Source.POLLING : Event.Source.BPF));
  }

  private static Optional<RecordedProcess> process(JsonValue line) {
    Optional<Integer> number = integer(line, "process");
    Optional<Integer> pid = integer(line, "pid");
    Optional<Long> start = number(line, "start", Long.MAX_VALUE);
    if (number.isEmpty() || pid.isEmpty() || start.isEmpty()) {
      return Optional.empty();
    }
    List<Untrusted> arguments = new ArrayList<>();
    for (JsonValue argument : line.at("arguments").items()) {
      argument.text().map(Untrusted::new).ifPresent(arguments::add);
    }
    return Optional.of(
        new RecordedProcess(
            number.get(),
            new ProcessIdentity(new Pid(pid.get()), start.get()),
            untrusted(line, "program").orElse(new Untrusted("")),
            number(line, "uid", 0xffff_ffffL).map(Uid::new),
            untrusted(line, "unit"),
            untrusted(line, "container"),
            untrusted(line, "directory"),
            arguments));
  }

  private static Optional<Event> socket(
      Stamp stamp, Event.Change change, boolean already, JsonValue line) {
    Optional<Long> cookie = number(line, "cookie", Long.MAX_VALUE);
    Optional<Place> place = place(line);
    return cookie.isEmpty() || place.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Event.Socket(
                stamp, change, already, cookie.get(), integer(line, "process"), place.get()));
  }

  private static Optional<Event> refused(Stamp stamp, JsonValue line) {
    List<String> causes = new ArrayList<>();
    for (JsonValue cause : line.at("causes").items()) {
      cause.text().filter(id -> Untrusted.isPlain(id, "-")).ifPresent(causes::add);
    }
    List<Integer> holders = new ArrayList<>();
    for (JsonValue holder : line.at("holders").items()) {
      integer(holder).ifPresent(holders::add);
    }
    return place(line)
        .map(place ->
            new Event.Refused(
                stamp,
                integer(line, "process"),
                place,
                causes,
                holders,
                text(line, "fix"),
                integer(line, "count").orElse(1)));
  }

  private static Optional<Event> gap(Stamp stamp, JsonValue line) {
    return Optional.of(
        new Event.Gap(
            stamp,
            text(line, "why").flatMap(Event.Loss::of).orElse(Event.Loss.LOST),
            number(line, "count", Long.MAX_VALUE),
            text(line, "since").flatMap(Rfc3339::parse)));
  }

  private static Optional<Place> place(JsonValue line) {
    Optional<String> protocol = text(line, "protocol");
    Optional<IpAddress> address = text(line, "address").flatMap(IpAddress::parse);
    Optional<Long> port = number(line, "port", Port.MAX);
    for (Protocol one : Protocol.values()) {
      if (protocol.equals(Optional.of(one.word())) && address.isPresent() && port.isPresent()) {
        return Optional.of(
            new Place(
                one,
                address.get(),
                new Port(port.get().intValue()),
                number(line, "netns", Long.MAX_VALUE)));
      }
    }
    return Optional.empty();
  }

  private static Optional<Event.Change> change(Optional<String> word) {
    for (Event.Change one : Event.Change.values()) {
      if (word.equals(Optional.of(one.word()))) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> text(JsonValue line, String name) {
    return line.at(name).text();
  }

  private static Optional<Untrusted> untrusted(JsonValue line, String name) {
    return line.at(name).text().map(Untrusted::new);
  }

  private static Optional<Integer> integer(JsonValue line, String name) {
    return integer(line.at(name));
  }

  private static Optional<Integer> integer(JsonValue value) {
    return number(value, Integer.MAX_VALUE).map(Long::intValue);
  }

  private static Optional<Long> number(JsonValue line, String name, long most) {
    return number(line.at(name), most);
  }

  /** A whole number from 0. */
  private static Optional<Long> number(JsonValue value, long most) {
    return value.number().filter(number -> number <= most);
  }
}
