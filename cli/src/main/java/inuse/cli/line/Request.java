package inuse.cli.line;

import inuse.core.ask.input.NewcomerParser;
import inuse.core.ask.input.TargetParser;
import inuse.core.ask.namespaces.Namespaces;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortTarget;
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
  int MAX_TARGETS = TargetParser.MAX_PORTS;

  /**
   * It was understood.
   *
   * @param namespaces the network namespaces; one that is empty for our own
   */
  record Of(
      Arguments.Given given,
      List<Target> targets,
      List<Optional<Namespace>> namespaces,
      Newcomer newcomer)
      implements Request {
    /**
     * The same for a listener that is made for a program. TIME_WAIT shall be no obstacle; to UDP
     * the option means something else.
     */
    public Of asListener(Target place) {
      return place instanceof PortTarget target && target.protocol() == Protocol.TCP
          ? new Of(given, targets, namespaces, newcomer.withReuseAddress())
          : this;
    }

    public boolean has(Option option) {
      return given.has(option);
    }

    /** The only namespace of a command that acts in one. */
    public Optional<Namespace> namespace() {
      return namespaces.getFirst();
    }
  }

  /** It makes no sense, or is not permitted; that was said. */
  record Failed(ExitCode code) implements Request {}

  /** Looks up every name. */
  static Request read(Arguments.Given given, SystemCalls calls, Proc proc, ErrorReporter errors) {
    TargetParser reader = new TargetParser(proc);
    List<Target> targets = new ArrayList<>();
    for (String word : given.targets()) {
      switch (reader.parse(word)) {
        case TargetParser.Parsed.Understood(List<PortTarget> more) -> targets.addAll(more);
        case TargetParser.Parsed.Unix(UnixTarget place) -> targets.add(place);
        case TargetParser.Parsed.Wrong(String problem, String instead) -> {
          return new Failed(
              errors.usage("'" + word + "': " + problem, meant(given, word).orElse(instead)));
        }
      }
    }
    if (targets.size() > MAX_TARGETS) {
      return new Failed(errors.usage(targets.size() + " targets", "give at most " + MAX_TARGETS));
    }
    return switch (newcomer(given, calls, proc)) {
      case NewcomerParser.Parsed.Wrong(String problem, String instead) ->
          new Failed(errors.usage(problem, instead));
      case NewcomerParser.Parsed.NoProgram(List<String> command) ->
          new Failed(
              errors.usage(
                  "no program to start in '" + String.join(" ", command) + "'",
                  "write it as you would start it: "
                      + Option.FOR.word()
                      + " 'python3 app.py --port 8080'"));
      case NewcomerParser.Parsed.NotPermitted(String problem) ->
          new Failed(errors.failed(ExitCode.NOT_PERMITTED, problem, "run: " + errors.withSudo()));
      case NewcomerParser.Parsed.Understood(Newcomer newcomer) ->
          switch (NamespaceOptions.of(given, () -> new Namespaces(calls, proc))) {
            case NamespaceOptions.Wrong(String problem, String instead) ->
                new Failed(errors.usage(problem, instead));
            case NamespaceOptions.Here here ->
                checked(new Of(given, targets, List.of(Optional.empty()), newcomer), errors);
            case NamespaceOptions.There(List<Namespace> there) ->
                checked(
                    new Of(given, targets, there.stream().map(Optional::of).toList(), newcomer),
                    errors);
          };
    };
  }

  /** A first word that is no target may be a command with a slip. */
  private static Optional<String> meant(Arguments.Given given, String word) {
    return given.verb() == Verb.ASK && given.words().getFirst().equals(word)
        ? Suggestion.of(
                word, Stream.of(Verb.values()).map(Verb::word).filter(one -> !one.isEmpty()))
            .map(verb -> "did you mean: inuse " + verb)
        : Optional.empty();
  }

  private static Request checked(Of request, ErrorReporter errors) {
    boolean unix = request.targets().stream().anyMatch(UnixTarget.class::isInstance);
    boolean here = request.namespaces().equals(List.of(Optional.empty()));
    return unix && !(here && request.given().value(Option.AS).isEmpty())
        ? new Failed(
            errors.usage(
                "another network namespace, or another user, cannot be asked for about unix"
                    + " sockets yet",
                "run it there, as that user"))
        : request;
  }

  private static NewcomerParser.Parsed newcomer(
      Arguments.Given given, SystemCalls calls, Proc proc) {
    boolean elsewhere =
        given.has(Option.NETNS)
            || given.has(Option.CONTAINER)
            || given.has(Option.PID)
            || given.has(Option.ALL_NETNS);
    return new NewcomerParser(calls, proc)
        .parse(
            new NewcomerParser.NewcomerOptions(
                given.has(Option.REUSEADDR),
                given.has(Option.REUSEPORT),
                given.has(Option.V6ONLY),
                given.value(Option.DEVICE),
                elsewhere,
                given.value(Option.AS),
                given.verb() == Verb.RUN
                    ? Optional.of(given.words())
                    : given.value(Option.FOR).map(NewcomerParser::words)));
  }
}
