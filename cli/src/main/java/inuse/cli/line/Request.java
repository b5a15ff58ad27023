package inuse.cli.line;

import inuse.core.ask.namespaces.Namespaces;
import inuse.core.ask.input.Newcomers;
import inuse.core.ask.input.Targets;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Place;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a command is about. */
public sealed interface Request {
  /** Targets of one command line, each of a range counted. */
  int MOST_TARGETS = Targets.MOST_PORTS;

  /**
   * It was understood.
   *
   * @param places the network namespaces; one that is empty for our own
   */
  record Of(
      Arguments.Given given,
      List<Place> targets,
      List<Optional<Namespace>> places,
      Newcomer newcomer)
      implements Request {
    /**
     * The same for a listener that is made for a program. TIME_WAIT shall be no obstacle; to UDP
     * the option means something else.
     */
    public Of asListener(Place place) {
      return place instanceof Target target && target.protocol() == Protocol.TCP
          ? new Of(given, targets, places, newcomer.withReuseAddress())
          : this;
    }

    public boolean has(Option option) {
      return given.has(option);
    }

    /** The only namespace of a command that acts in one. */
    public Optional<Namespace> place() {
      return places.getFirst();
    }
  }

  /** It makes no sense, or is not permitted; that was said. */
  record Failed(ExitCode code) implements Request {}

  /** Looks up every name. */
  static Request read(Arguments.Given given, SystemCalls calls, Proc proc, Complaints complaints) {
    Targets reader = new Targets(proc);
    List<Place> targets = new ArrayList<>();
    for (String word : given.targets()) {
      switch (reader.parse(word)) {
        case Targets.Parsed.Understood(List<Target> more) -> targets.addAll(more);
        case Targets.Parsed.Unix(UnixTarget place) -> targets.add(place);
        case Targets.Parsed.Wrong(String problem, String instead) -> {
          return new Failed(
              complaints.usage("'" + word + "': " + problem, meant(given, word).orElse(instead)));
        }
      }
    }
    if (targets.size() > MOST_TARGETS) {
      return new Failed(
          complaints.usage(targets.size() + " targets", "give at most " + MOST_TARGETS));
    }
    return switch (newcomer(given, calls, proc)) {
      case Newcomers.Parsed.Wrong(String problem, String instead) ->
          new Failed(complaints.usage(problem, instead));
      case Newcomers.Parsed.NotPermitted(String problem) ->
          new Failed(
              complaints.failed(ExitCode.NOT_PERMITTED, problem, "run: " + complaints.withSudo()));
      case Newcomers.Parsed.Understood(Newcomer newcomer) ->
          switch (Places.of(given, () -> new Namespaces(calls, proc))) {
            case Places.Wrong(String problem, String instead) ->
                new Failed(complaints.usage(problem, instead));
            case Places.Here here ->
                checked(new Of(given, targets, List.of(Optional.empty()), newcomer), complaints);
            case Places.There(List<Namespace> there) ->
                checked(
                    new Of(given, targets, there.stream().map(Optional::of).toList(), newcomer),
                    complaints);
          };
    };
  }

  /** A first word that is no target may be a command with a slip. */
  private static Optional<String> meant(Arguments.Given given, String word) {
    return given.verb() == Verb.ASK && given.words().getFirst().equals(word)
        ? Nearest.of(word, Stream.of(Verb.values()).map(Verb::word).filter(one -> !one.isEmpty()))
            .map(verb -> "did you mean: inuse " + verb)
        : Optional.empty();
  }

  private static Request checked(Of request, Complaints complaints) {
    boolean unix = request.targets().stream().anyMatch(UnixTarget.class::isInstance);
    boolean here = request.places().equals(List.of(Optional.empty()));
    return unix && !(here && request.given().value(Option.AS).isEmpty())
        ? new Failed(
            complaints.usage(
                "another network namespace, or another user, cannot be asked for about unix"
                    + " sockets yet",
                "run it there, as that user"))
        : request;
  }

  private static Newcomers.Parsed newcomer(Arguments.Given given, SystemCalls calls, Proc proc) {
    boolean elsewhere =
        given.has(Option.NETNS)
            || given.has(Option.CONTAINER)
            || given.has(Option.PID)
            || given.has(Option.ALL_NETNS);
    return new Newcomers(calls, proc)
        .parse(
            new Newcomers.Said(
                given.has(Option.REUSEADDR),
                given.has(Option.REUSEPORT),
                given.has(Option.V6ONLY),
                given.value(Option.DEVICE),
                elsewhere,
                given.value(Option.AS),
                given.verb() == Verb.RUN
                    ? Optional.of(given.words())
                    : given.value(Option.FOR).map(Newcomers::words)));
  }
}
