package inuse.cli.line;

import inuse.core.Inuse;
import inuse.core.ask.input.BindComplaint;
import inuse.core.ask.input.NewcomerParser;
import inuse.core.ask.input.TargetParser;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The targets of a command, with the newcomer and the namespaces. */
public sealed interface Request {
  /** Maximum targets of one command line, counting each port of a range. */
  int MAX_TARGETS = TargetParser.MAX_PORTS;

  /**
   * A valid request.
   *
   * @param namespaces the network namespaces; an empty one for our own
   */
  record Of(
      Arguments.Given given,
      List<Target> targets,
      List<Optional<Namespace>> namespaces,
      Newcomer newcomer)
      implements Request {
    /**
     * The request for a listener that is made for a program: with SO_REUSEADDR, so that TIME_WAIT
     * is no obstacle. For UDP the option has another meaning.
     */
    public Of asListener(Target place) {
      return place instanceof PortTarget target && target.protocol() == Protocol.TCP
          ? new Of(given, targets, namespaces, newcomer.withReuseAddress())
          : this;
    }

    /** The question about one of the targets, in one of the namespaces. */
    public <T extends Target> Question<T> question(T target, Optional<Namespace> namespace) {
      return new Question<>(
          target, newcomer, !has(Option.NO_PROBE), namespace, !has(Option.ALL_NETNS));
    }

    /** The question for a command that acts in a single namespace. */
    public <T extends Target> Question<T> question(T target) {
      return new Question<>(target, newcomer, true, namespace(), false);
    }

    public boolean has(Option option) {
      return given.has(option);
    }

    /** The namespace of a command that acts in a single one. */
    public Optional<Namespace> namespace() {
      return namespaces.getFirst();
    }
  }

  /** A request that cannot be answered. */
  sealed interface Refused extends Request {}

  /** The request is invalid. */
  record Wrong(String problem, String instead) implements Refused {}

  /** This user is not permitted; root is. */
  record NotPermitted(String problem) implements Refused {}

  /** Parses the arguments and looks up every name. */
  static Request read(Arguments.Given given, Inuse inuse) {
    TargetParser reader = inuse.targets();
    List<Target> targets = new ArrayList<>();
    for (String word : words(given.targets())) {
      switch (reader.parse(word)) {
        case TargetParser.Parsed.Understood(List<PortTarget> more) -> targets.addAll(more);
        case TargetParser.Parsed.Unix(UnixTarget place) -> targets.add(place);
        case TargetParser.Parsed.Wrong(String problem, String instead) -> {
          return new Wrong("'" + word + "': " + problem, instead);
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

  /** The words that name targets: one, where they are an error message without its quotes. */
  private static List<String> words(List<String> words) {
    String line = String.join(" ", words);
    return words.size() > 1 && BindComplaint.isIn(line) ? List.of(line) : words;
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
                given.has(Option.FREEBIND),
                given.value(Option.DEVICE),
                elsewhere,
                given.value(Option.AS),
                given.verb() == Verb.RUN
                    ? Optional.of(given.words())
                    : given.value(Option.FOR).map(NewcomerParser::words),
                isLikeFormer(given)));
  }

  /** Whether nobody said what the server sets, where what matters is the next one to come. */
  private static boolean isLikeFormer(Arguments.Given given) {
    boolean next =
        given.verb() == Verb.FREE || given.verb() == Verb.WAIT || given.verb() == Verb.RUN;
    return next && !given.has(Option.REUSEADDR) && !given.has(Option.NO_REUSEADDR);
  }
}
