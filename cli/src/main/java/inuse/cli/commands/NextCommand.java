package inuse.cli.commands;

import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Request;
import inuse.core.ask.PortCheck;
import inuse.core.ask.Question;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Range;
import inuse.core.explain.rule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code inuse next}: the first ports that can be bound. */
public final class NextCommand {
  private final Session session;

  public NextCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Request.Of request) {
    OptionValues values = new OptionValues(request.given());
    int wanted = values.number(Option.COUNT, Port.MAX).orElse(1);
    if (values.problem().isPresent()) {
      return session.errors().usage(values.problem().get(), "try: inuse next --help");
    }
    if (request.given().words().size() > 1) {
      return session.errors().usage("one place to begin from", "give a port, or a range");
    }
    if (!(request.targets().getFirst() instanceof PortTarget first) || first.port().isAny()) {
      return session.errors().usage("ports are counted from a port on", "give one, such as 3000");
    }
    // A range that was given ends where it says.
    String word = request.given().words().getFirst();
    boolean range = request.targets().size() > 1 || word.endsWith("-" + first.port());
    int last =
        range && request.targets().getLast() instanceof PortTarget end
            ? end.port().number()
            : Port.MAX;
    List<Integer> found = choose(first, last, wanted, request);
    if (!request.has(Option.QUIET)) {
      StringBuilder lines = new StringBuilder();
      found.forEach(port -> lines.append(port).append('\n'));
      session.terminal().print(lines.toString());
    }
    return found.size() == wanted
        ? ExitCode.DONE
        : session
            .errors()
            .failed(
                ExitCode.NOT_DONE,
                (found.isEmpty() ? "no port" : "only " + found.size())
                    + " from "
                    + first.port()
                    + " to "
                    + last
                    + " can be bound",
                "begin elsewhere");
  }

  /** So many of the ports from the first to the last, or as many as there are. */
  List<Integer> choose(PortTarget first, int last, int wanted, Request.Of request) {
    List<Integer> found = new ArrayList<>();
    for (int number : order(first, last, request)) {
      if (found.size() == wanted) {
        break;
      }
      if (Verdict.of(glance(first, number, request).probes()) == Verdict.FREE) {
        found.add(number);
      }
    }
    return found;
  }

  private PortCheck glance(PortTarget like, int number, Request.Of request) {
    PortTarget target = new PortTarget(like.protocol(), like.address(), new Port(number));
    return new PortCheck(
        session.host(), new Question(target, request.newcomer(), true, request.namespace(), false));
  }

  /** Those that the kernel gives to outgoing connections last, unless they were asked for. */
  private List<Integer> order(PortTarget first, int last, Request.Of request) {
    int begin = first.port().number();
    Optional<Range> range = glance(first, begin, request).ephemeral();
    Optional<Range> avoided = range.filter(one -> !one.contains(first.port()));
    List<Integer> order = new ArrayList<>();
    List<Integer> late = new ArrayList<>();
    for (int number = begin; number <= last; number++) {
      Port port = new Port(number);
      (avoided.filter(one -> one.contains(port)).isPresent() ? late : order).add(number);
    }
    order.addAll(late);
    return order;
  }
}
