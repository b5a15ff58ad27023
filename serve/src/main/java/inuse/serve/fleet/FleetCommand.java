package inuse.serve.fleet;

import inuse.core.Inuse;
import inuse.core.events.History;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonValue;
import inuse.core.io.LocalZone;
import inuse.jvm.ForeignSystemCalls;
import inuse.render.Escape;
import inuse.render.HistoryJson;
import inuse.render.JsonLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code fleet}: asks the hosts of a fleet. */
public final class FleetCommand {
  /** The word that begins its command line. */
  public static final String WORD = "fleet";

  private static final int WRONG_USAGE = 2;

  /** A host says every ten seconds that it is there. */
  private static final Duration SILENT_AFTER = Duration.ofSeconds(30);

  private final String version;

  public FleetCommand(String version) {
    this.version = version;
  }

  /**
   * Runs it.
   *
   * @return the exit status
   */
  public int run(List<String> words, Appendable out) throws InterruptedException {
    try (Inuse inuse = Inuse.open(new ForeignSystemCalls())) {
      if (words.contains("--help") || words.contains("-h")) {
        out.append(FleetOptions.HELP);
        return HostLine.YES;
      }
      LocalZone zone = LocalZone.of(inuse.host(), Optional.ofNullable(System.getenv("TZ")));
      FleetOptions options = FleetOptions.parse(words, System.getenv(), inuse, zone);
      try (Bus bus = Bus.connect(options.bus(), reader(options), FleetCommand::complain)) {
        FleetText text = new FleetText(zone, Clocks.now());
        return answer(options, bus, text, out);
      }
    } catch (IllegalArgumentException wrong) {
      complain(String.valueOf(wrong.getMessage()));
      return WRONG_USAGE;
    } catch (IOException failed) {
      complain(String.valueOf(failed.getMessage()));
      return HostLine.UNKNOWN;
    }
  }

  /** What replies are sent to: the user's own subject, as the server's permissions have it. */
  private static String reader(FleetOptions options) throws IOException {
    return options.bus().user().orElse("reader");
  }

  private static void complain(String text) {
    System.err.println(
        "inuse-serve: "
            + Escape.text(
                new Untrusted(
                    new String(
                        text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))));
  }

  private int answer(FleetOptions options, Bus bus, FleetText text, Appendable out)
      throws IOException, InterruptedException {
    if (options.prepares()) {
      Preparation.of(bus);
      return HostLine.YES;
    }
    Asking asking = new Asking(bus);
    Map<HostName, Presence> known = new TreeMap<>(asking.known());
    if (!options.hosts().isEmpty()) {
      known.keySet().retainAll(options.hosts());
    }
    if (options.matter().isEmpty()) {
      out.append(
          options.json()
              ? FleetJson.hosts(version, known)
              : text.hosts(known, SILENT_AFTER.toMillis()));
      return known.isEmpty() ? HostLine.NO : HostLine.YES;
    }
    FleetQuestion.Matter matter = options.matter().get();
    boolean onlyThose = !options.hosts().isEmpty();
    Set<HostName> wanted = new TreeSet<>(onlyThose ? options.hosts() : known.keySet());
    Map<HostName, HostAnswer> answers = asking.ask(matter, wanted, onlyThose, options.timeout());
    if (!onlyThose) {
      wanted.addAll(answers.keySet());
    }
    List<HostLine> lines = new ArrayList<>();
    for (HostName host : wanted) {
      Optional<Presence> seen = Optional.ofNullable(known.get(host));
      Optional<HostAnswer> answer = Optional.ofNullable(answers.get(host));
      lines.add(answer.isPresent() ? line(answer.get(), matter) : silent(bus, host, seen, matter));
    }
    if (lines.isEmpty()) {
      throw new IOException("there is no host in the fleet");
    }
    out.append(
        options.json()
            ? FleetJson.of(version, lines)
            : matter instanceof FleetQuestion.Past ? text.past(lines) : text.present(lines));
    return status(lines);
  }

  private static HostLine line(HostAnswer answer, FleetQuestion.Matter matter) {
    // An answer that is not understood has no time.
    long known = answer.now().epochMillis() == 0 ? 0 : Clocks.ahead(answer.now(), answer.heard());
    Optional<History.Answer> history =
        matter instanceof FleetQuestion.Past
            ? answer.document().flatMap(one -> HistoryDocument.read(one, known))
            : Optional.empty();
    Optional<Untrusted> problem =
        answer.problem().isEmpty()
                && (answer.document().isEmpty()
                    || (matter instanceof FleetQuestion.Past && history.isEmpty()))
            ? Optional.of(new Untrusted("it answered something that is not known here"))
            : answer.problem();
    return new HostLine(
        answer.host(), false, Optional.empty(), known, problem, answer.document(), history);
  }

  private HostLine silent(
      Bus bus, HostName host, Optional<Presence> seen, FleetQuestion.Matter matter)
      throws IOException, InterruptedException {
    long ahead = seen.map(Presence::ahead).orElse(0L);
    Optional<Moment> since = seen.map(Presence::seen);
    if (!(matter instanceof FleetQuestion.Past past)) {
      return new HostLine(
          host, true, since, ahead, Optional.empty(), Optional.empty(), Optional.empty());
    }
    History.Answer told = new StoredPast(bus).of(host, past.by(ahead));
    Optional<JsonValue> document =
        JsonCopy.read(
            HistoryJson.of(version, told, JsonLayout.LINE).getBytes(StandardCharsets.UTF_8));
    return new HostLine(
        host,
        true,
        since,
        ahead,
        Optional.empty(),
        document,
        document.flatMap(one -> HistoryDocument.read(one, ahead)));
  }

  private static int status(List<HostLine> lines) {
    boolean any = false;
    boolean unknown = false;
    for (HostLine line : lines) {
      int status = line.status();
      any |= status == HostLine.YES;
      unknown |= status == HostLine.UNKNOWN;
    }
    return any ? HostLine.YES : unknown ? HostLine.UNKNOWN : HostLine.NO;
  }
}
