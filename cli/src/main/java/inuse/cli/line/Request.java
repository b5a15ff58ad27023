package inuse.cli.line;

import inuse.core.Inuse;
import inuse.core.ask.Question;
import inuse.core.ask.input.NewcomerParser;
import inuse.core.ask.input.TargetParser;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
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

    /** What is asked about one of the targets, in one of the namespaces. */
    public <T extends Target> Question<T> question(T target, Optional<Namespace> namespace) {
      return new Question<>(
          target, newcomer, !has(Option.NO_PROBE), namespace, !has(Option.ALL_NETNS));
    }

    /** The same for a command that acts in the only namespace. */
    public <T extends Target> Question<T> question(T target) {
      return new Question<>(target, newcomer, true, namespace(), false);
    }

    public boolean has(Option option) {
      return given.has(option);
    }

    /** The only namespace of a command that acts in one. */
    public Optional<Namespace> namespace() {
      return namespaces.getFirst();
    }
  }

  /** It cannot be answered. */
  sealed interface Refused extends Request {}

  /** It makes no sense. */
  record Wrong(String problem, String instead) implements Refused {}

  /** This user may not; root may. */
  record NotPermitted(String problem) implements Refused {}

  /** Looks up every name. */
  static Request read(Arguments.Given given, Inuse inuse) {
    TargetParser reader = inuse.targets();
    List<Target> targets = new ArrayList<>();
    for (String word : given.targets()) {
      switch (reader.parse(word)) {
        case TargetParser.Parsed.Understood(List<PortTarget> more) -> targets.addAll(more);
        case TargetParser.Parsed.Unix(UnixTarget place) -> targets.add(place);
        case TargetParser.Parsed.Wrong(String problem, String instead) -> {
          return new Wrong("'" + word + "': " + problem, meant(given, word).orElse(instead));
        }
      }
    }
    if (targets.size() > MAX_TARGETS) {
      return new Wrong(targets.size() + " targets", "give at most " + MAX_TARGETS);
    }
    return switch (newcomer(given, inuse)) {
      case NewcomerParser.Parsed.Wrong(String problem, String instead) ->
          new Wrong(problem, instead);
      case NewcomerParser.Parsed.NoProgram(List<String> command) ->
          new Wrong(
              "no program to start in '" + String.join(" ", command) + "'",
              "write it as you would start it: "
                  + Option.FOR.word()
                  + " 'python3 app.py --port 8080'");
      case NewcomerParser.Parsed.NotPermitted(String problem) -> new NotPermitted(problem);
      case NewcomerParser.Parsed.Understood(Newcomer newcomer) ->
          switch (NamespaceOptions.of(given, inuse::namespaces)) {
            case NamespaceOptions.Wrong(String problem, String instead) ->
                new Wrong(problem, instead);
            case NamespaceOptions.Here here ->
                checked(new Of(given, targets, List.of(Optional.empty()), newcomer));
            case NamespaceOptions.There(List<Namespace> there) ->
                checked(
                    new Of(given, targets, there.stream().map(Optional::of).toList(), newcomer));
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

  private static Request checked(Of request) {
    boolean unix = request.targets().stream().anyMatch(UnixTarget.class::isInstance);
    boolean here = request.namespaces().equals(List.of(Optional.empty()));
    return unix && !(here && request.given().value(Option.AS).isEmpty())
        ? new Wrong(
            "another network namespace, or another user, cannot be asked for about unix"
                + " sockets yet",
            "run it there, as that user")
        : request;
  }

  private static NewcomerParser.Parsed newcomer(Arguments.Given given, Inuse inuse) {
    boolean elsewhere =
        given.has(Option.NETNS)
            || given.has(Option.CONTAINER)
            || given.has(Option.PID)
            || given.has(Option.ALL_NETNS);
    return inuse
        .newcomers()
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
