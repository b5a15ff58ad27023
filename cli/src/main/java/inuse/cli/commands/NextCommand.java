package inuse.cli.commands;

import inuse.core.ask.Glance;
import inuse.core.ask.Question;
import inuse.core.evidence.Port;
import inuse.core.evidence.Range;
import inuse.core.evidence.Target;
import inuse.core.explain.rule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Request;
import inuse.cli.line.Values;

/** {@code inuse next}: the first ports that can be bound. */
public final class Choosing {
  private final Session session;

  public Choosing(Session session) {
    this.session = session;
  }

  public ExitCode run(Request.Of request) {
    Values values = new Values(request.given());
    int wanted = values.number(Option.COUNT, Port.MOST).orElse(1);
    if (values.problem().isPresent()) {
      return session.complaints().usage(values.problem().get(), "try: inuse next --help");
    }
    if (request.given().words().size() > 1) {
      return session.complaints().usage("one place to begin from", "give a port, or a range");
    }
    if (!(request.targets().getFirst() instanceof Target first) || first.port().isAny()) {
      return session
          .complaints()
          .usage("ports are counted from a port on", "give one, such as 3000");
    }
    // A range that was given ends where it says.
    String word = request.given().words().getFirst();
    boolean range = request.targets().size() > 1 || word.endsWith("-" + first.port());
    int last =
        range && request.targets().getLast() instanceof Target end
            ? end.port().number()
            : Port.MOST;
    List<Integer> found = choose(first, last, wanted, request);
    if (!request.has(Option.QUIET)) {
      StringBuilder lines = new StringBuilder();
      found.forEach(port -> lines.append(port).append('\n'));
      session.terminal().print(lines.toString());
    }
    return found.size() == wanted
        ? ExitCode.DONE
        : session
            .complaints()
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
  List<Integer> choose(Target first, int last, int wanted, Request.Of request) {
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

  private Glance glance(Target like, int number, Request.Of request) {
    Target target = new Target(like.protocol(), like.address(), new Port(number));
    return new Glance(
        session.calls(),
        session.proc(),
        new Question(target, request.newcomer(), true, request.place(), false));
  }

  /** Those that the kernel gives to outgoing connections last, unless they were asked for. */
  private List<Integer> order(Target first, int last, Request.Of request) {
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
