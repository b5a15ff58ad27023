package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Request;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.render.NextJson;
import java.util.List;

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
    if (!(request.targets().getFirst() instanceof PortTarget first) || first.port().isAny()) {
      return session.errors().usage("the search begins at a port", "give one, such as 3000");
    }
    if (!(request.targets().getLast() instanceof PortTarget end) || !isRange(request, first)) {
      return session.errors().usage("the search begins at one place", "give a port, or a range");
    }
    // A given range limits the search.
    String word = request.given().words().getFirst();
    boolean range = request.targets().size() > 1 || word.endsWith("-" + first.port());
    int last = range ? end.port().number() : Port.MAX;
    List<Port> found = session.inuse().nextFree(request.question(first), last, wanted);
    if (request.has(Option.JSON)) {
      session
          .terminal()
          .printData(
              NextJson.of(Version.TEXT, first, last, wanted, found, session.errors().layout()));
      return found.size() == wanted ? ExitCode.DONE : ExitCode.NOT_DONE;
    }
    StringBuilder lines = new StringBuilder();
    found.forEach(port -> lines.append(port).append('\n'));
    session.terminal().print(lines.toString());
    boolean quiet = found.size() == wanted || request.has(Option.QUIET);
    return quiet
        ? found.size() == wanted ? ExitCode.DONE : ExitCode.NOT_DONE
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

  /** Whether the targets are one, or each port of one range. */
  private static boolean isRange(Request.Of request, PortTarget first) {
    int next = first.port().number();
    for (Target target : request.targets()) {
      if (!target.equals(new PortTarget(first.protocol(), first.address(), new Port(next)))) {
        return false;
      }
      next++;
    }
    return request.given().words().size() == 1;
  }
}
