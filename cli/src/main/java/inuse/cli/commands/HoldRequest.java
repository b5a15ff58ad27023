package inuse.cli.commands;

import inuse.cli.line.Arguments;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Request;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Target;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is to be held, as the command line says it. */
sealed interface HoldRequest {
  /** More than there are ports would be in vain. */
  int MAX = Port.MAX;

  /** Why nothing else can be held. */
  String ONLY_TCP = "only a TCP port can be held: of UDP the last to bind would get every datagram";

  /** The targets, and the names of the first of them. */
  record Wanted(List<PortTarget> targets, List<PortWords.Named> named) implements HoldRequest {}

  /** The request is invalid. */
  record Wrong(String problem, String instead) implements HoldRequest {}

  /**
   * Reads the options of the request.
   *
   * @param at the address of those that are named without one, and of free ones
   */
  static HoldRequest of(Request.Of request, Optional<PortTarget> at) {
    Arguments.Given given = request.given();
    OptionValues values = new OptionValues(given);
    Optional<Integer> count = values.number(Option.COUNT, MAX);
    if (values.problem().isPresent()) {
      return new Wrong(values.problem().get(), "try: inuse hold --help");
    }
    List<PortTarget> targets = new ArrayList<>();
    for (Target target : request.targets()) {
      if (!(target instanceof PortTarget port) || port.protocol() == Protocol.UDP) {
        return new Wrong(ONLY_TCP, "give a port, such as 8080");
      }
      targets.add(port.address().isPresent() ? port : placed(port, at));
    }
    List<PortWords.Named> named = new ArrayList<>();
    for (String word : given.values(Option.ENV)) {
      Optional<PortWords.Named> one = named(word);
      if (one.isEmpty()) {
        return new Wrong(
            "'" + word + "' of " + Option.ENV.word() + " is not NAME=VARIABLE",
            "try: " + Option.ENV.word() + " web=PORT_WEB");
      }
      named.add(one.get());
    }
    PortTarget any = placed(new PortTarget(Protocol.TCP, Optional.empty(), new Port(0)), at);
    int least = targets.isEmpty() ? 1 : 0;
    int free = count.orElse(Math.max(least, named.size() - targets.size()));
    for (int i = 0; i < free; i++) {
      targets.add(any);
    }
    return named.size() > targets.size()
        ? new Wrong(
            named.size() + " names for " + targets.size() + " ports",
            "raise " + Option.COUNT.word())
        : new Wanted(List.copyOf(targets), List.copyOf(named));
  }

  private static PortTarget placed(PortTarget target, Optional<PortTarget> at) {
    return at.map(place -> place.at(target.port())).orElse(target);
  }

  /** {@code web=PORT_WEB}: what a port is called, and the variable with its number. */
  private static Optional<PortWords.Named> named(String word) {
    int equals = word.indexOf('=');
    if (equals < 1) {
      return Optional.empty();
    }
    String name = word.substring(0, equals);
    String variable = word.substring(equals + 1);
    boolean good =
        Untrusted.isPlain(name, "-_")
            && !variable.isEmpty()
            && Untrusted.isPlain(variable, "_")
            && !(variable.charAt(0) >= '0' && variable.charAt(0) <= '9');
    return good ? Optional.of(new PortWords.Named(name, variable)) : Optional.empty();
  }
}
