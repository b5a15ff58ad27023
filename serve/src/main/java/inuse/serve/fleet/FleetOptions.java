package inuse.serve.fleet;

import inuse.core.Inuse;
import inuse.core.ask.input.DurationWord;
import inuse.core.ask.input.TargetParser;
import inuse.core.ask.input.TimeWord;
import inuse.core.events.HistoryQuery;
import inuse.core.evidence.Moment;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Zone;
import inuse.serve.input.OptionWords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was said after {@code fleet}.
 *
 * @param matter empty for the hosts that there are
 * @param hosts none for all
 * @param prepares whether the stream and the bucket are to be made
 */
record FleetOptions(
    BusOptions bus,
    Optional<FleetQuestion.Matter> matter,
    Set<HostName> hosts,
    Duration timeout,
    boolean json,
    boolean prepares) {
  static final String HELP =
      """
      java -jar inuse-serve.jar fleet [TARGET...]: asks the hosts of a fleet

        fleet                          which hosts there are
        fleet 9100                     who has it, on each of them
        fleet --refused --since 1h     which binds were refused
        fleet 8080 --at 03:12          who had it then

            --host NAME[,NAME]         these alone
            --refused                  only refused binds
            --at, --since, --until T   a time, such as 03:12, '2026-11-29 03:12' or 2h (ago)
            --timeout TIME             for the answers (2s)
            --json                     one document, inuse.fleet/1
            --nats URL                 the server ($INUSE_NATS, nats://127.0.0.1:4222)
            --nats-credentials FILE    USER:PASSWORD
            --nats-ca FILE             authorities of the server's certificate, PEM
            --nats-certificate FILE    a certificate of one's own, where it wants one
            --nats-key FILE            its key
            --prepare                  makes the stream and the bucket, once

      A host that does not answer is told of with the time at which it was last there.
      Exit status: 0 in use or found anywhere, 3 a host is silent, 1 neither.
      """;

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final String AT = "--at";
  private static final String SINCE = "--since";
  private static final String UNTIL = "--until";
  private static final String REFUSED = "--refused";

  FleetOptions {
    hosts = Set.copyOf(hosts);
  }

  /**
   * Reads the words.
   *
   * @param inuse reads targets
   * @throws IllegalArgumentException where they are wrong; its message says why
   */
  static FleetOptions parse(
      List<String> words, Map<String, String> environment, Inuse inuse, Zone zone) {
    Set<String> withValue = new HashSet<>(BusOptions.WITH_VALUE);
    withValue.addAll(List.of("--host", AT, SINCE, UNTIL, "--timeout"));
    OptionWords given = OptionWords.parse(words, withValue, Set.of("--json", REFUSED, "--prepare"));
    List<PortTarget> targets = targets(given.operands(), inuse);
    boolean past = List.of(AT, SINCE, UNTIL, REFUSED).stream().anyMatch(given::has);
    Optional<FleetQuestion.Matter> matter =
        past
            ? Optional.of(past(given, targets, inuse.host().now(), zone))
            : targets.isEmpty()
                ? Optional.empty()
                : Optional.of(new FleetQuestion.Present(targets));
    Set<HostName> hosts = new TreeSet<>();
    for (String value : given.all("--host")) {
      for (String name : value.split(",", -1)) {
        hosts.add(new HostName(name));
      }
    }
    String server = environment.getOrDefault("INUSE_NATS", BusOptions.LOCAL);
    return new FleetOptions(
        BusOptions.of(given, Optional.of(server)).orElseThrow(),
        matter,
        hosts,
        timeout(given),
        given.has("--json"),
        given.has("--prepare"));
  }

  private static Duration timeout(OptionWords given) {
    return given
        .value("--timeout")
        .map(word ->
            DurationWord.parse(word)
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "'" + word + "' of --timeout is not a time such as 500ms or 2s")))
        .orElse(TIMEOUT);
  }

  private static FleetQuestion.Matter past(
      OptionWords given, List<PortTarget> targets, Moment now, Zone zone) {
    Optional<TimeWord> at = time(given, AT, now, zone);
    Optional<TimeWord> since = time(given, SINCE, now, zone);
    Optional<TimeWord> until = time(given, UNTIL, now, zone);
    if (at.isPresent() && (since.isPresent() || until.isPresent())) {
      throw new IllegalArgumentException("--at is one time, and --since and --until are two");
    }
    return new FleetQuestion.Past(
        targets,
        at.or(() -> since).map(TimeWord::from).orElse(HistoryQuery.ALL.from()),
        at.or(() -> until).map(TimeWord::end).orElse(HistoryQuery.ALL.to()),
        given.has(REFUSED));
  }

  private static Optional<TimeWord> time(OptionWords given, String option, Moment now, Zone zone) {
    return given
        .value(option)
        .map(word ->
            TimeWord.parse(word, now, zone)
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "'" + word + "' of " + option + " " + TimeWord.FORM)));
  }

  private static List<PortTarget> targets(List<String> words, Inuse inuse) {
    List<PortTarget> targets = new ArrayList<>();
    for (String word : words) {
      switch (inuse.targets().parse(word)) {
        case TargetParser.Parsed.Understood(List<PortTarget> more) -> targets.addAll(more);
        case TargetParser.Parsed.Unix unix ->
            throw new IllegalArgumentException(
                "'" + word + "' is a unix socket, and a fleet is asked about ports");
        case TargetParser.Parsed.Wrong(String problem, String instead) ->
            throw new IllegalArgumentException(problem + "; " + instead);
      }
    }
    for (PortTarget target : targets) {
      if (target.zone().isPresent()) {
        throw new IllegalArgumentException(
            "'" + target + "' has an interface, which is another one on each host");
      }
    }
    return targets;
  }
}
