package inuse.serve.fleet;

import inuse.core.events.Event;
import inuse.core.events.History;
import inuse.core.events.HistoryEntry;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Stamp;
import inuse.core.evidence.CivilTime;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code inuse.history/1}; what is not understood of it is passed over. */
final class HistoryDocument {
  /** By how much the clock there is ahead, in milliseconds. */
  private final long ahead;

  private HistoryDocument(long ahead) {
    this.ahead = ahead;
  }

  /** The answer, with the times of the clock here; empty where it is another document. */
  static Optional<History.Answer> read(JsonValue document, long ahead) {
    if (!document.at("schema").text().equals(Optional.of("inuse.history/1"))) {
      return Optional.empty();
    }
    HistoryDocument reader = new HistoryDocument(ahead);
    List<HistoryEntry> entries = new ArrayList<>();
    for (JsonValue entry : document.at("entries").items()) {
      reader.entry(entry).ifPresent(entries::add);
    }
    return Optional.of(
        new History.Answer(
            entries,
            document.at("left_out").number().orElse(0L),
            flag(document.at("recorded")),
            flag(document.at("running")),
            reader.moment(document.at("until"))));
  }

  private Optional<HistoryEntry> entry(JsonValue json) {
    return switch (json.at("kind").text().orElse("")) {
      case "held" -> held(json);
      case "refused" -> refused(json);
      case "missing" -> missing(json);
      default -> Optional.empty();
    };
  }

  private Optional<HistoryEntry> held(JsonValue json) {
    Optional<Place> place = place(json);
    Optional<Moment> from = moment(json.at("from"));
    Optional<Moment> to = moment(json.at("to"));
    if (place.isEmpty() || from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    HistoryEntry.End end = HistoryEntry.End.UNSEEN;
    for (HistoryEntry.End one : HistoryEntry.End.values()) {
      end = json.at("end").text().equals(Optional.of(one.word())) ? one : end;
    }
    return Optional.of(
        new HistoryEntry.Held(
            place.get(),
            process(json.at("process")),
            flag(json.at("listening")),
            new Stamp(from.get(), 0),
            flag(json.at("earlier")),
            new Stamp(to.get(), 0),
            end));
  }

  private Optional<HistoryEntry> refused(JsonValue json) {
    Optional<Place> place = place(json);
    Optional<Moment> at = moment(json.at("at"));
    if (place.isEmpty() || at.isEmpty()) {
      return Optional.empty();
    }
    List<String> causes = new ArrayList<>();
    for (JsonValue cause : json.at("causes").items()) {
      cause.text().filter(id -> Untrusted.isPlain(id, "-")).ifPresent(causes::add);
    }
    List<RecordedProcess> holders = new ArrayList<>();
    json.at("holders").items().forEach(one -> process(one).ifPresent(holders::add));
    return Optional.of(
        new HistoryEntry.Refused(
            new Stamp(at.get(), 0),
            place.get(),
            process(json.at("process")),
            causes,
            holders,
            json.at("fix").text(),
            json.at("count").number().map(Long::intValue).orElse(1)));
  }

  private Optional<HistoryEntry> missing(JsonValue json) {
    Optional<Moment> from = moment(json.at("from"));
    Optional<Moment> to = moment(json.at("to"));
    if (from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new HistoryEntry.Missing(
            from.get(),
            to.get(),
            json.at("why").text().flatMap(Event.Loss::of),
            json.at("count").number()));
  }

  private static Optional<Place> place(JsonValue json) {
    Optional<IpAddress> address = json.at("address").text().flatMap(IpAddress::parse);
    Optional<Long> port = json.at("port").number().filter(one -> one <= Port.MAX);
    if (address.isEmpty() || port.isEmpty()) {
      return Optional.empty();
    }
    boolean udp = json.at("protocol").text().equals(Optional.of(Protocol.UDP.word()));
    return Optional.of(
        new Place(
            udp ? Protocol.UDP : Protocol.TCP,
            address.get(),
            new Port(port.get().intValue()),
            json.at("netns").number()));
  }

  private static Optional<RecordedProcess> process(JsonValue json) {
    Optional<Long> pid = json.at("pid").number().filter(one -> one > 0 && one <= Integer.MAX_VALUE);
    return pid.map(one ->
        new RecordedProcess(
            0,
            new ProcessIdentity(
                new Pid(one.intValue()), json.at("start_ticks").number().orElse(0L)),
            new Untrusted(json.at("program").text().orElse("")),
            json.at("uid").number().filter(uid -> uid <= 0xffff_ffffL).map(Uid::new),
            json.at("unit").text().map(Untrusted::new),
            json.at("container").text().map(Untrusted::new),
            json.at("directory").text().map(Untrusted::new),
            List.of()));
  }

  private Optional<Moment> moment(JsonValue json) {
    return json.text()
        .filter(text -> text.endsWith("Z"))
        .flatMap(text -> CivilTime.parse(text.substring(0, text.length() - 1)))
        .map(time -> new Moment(time.moment().epochMillis() - ahead));
  }

  private static boolean flag(JsonValue json) {
    return json instanceof JsonValue.Flag(boolean set) && set;
  }
}
