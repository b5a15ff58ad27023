package inuse.cli.commands;

import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Request;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
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
    if (request.given().words().size() > 1) {
      return session.errors().usage("one place to begin from", "give a port, or a range");
    }
    if (!(request.targets().getFirst() instanceof PortTarget first) || first.port().isAny()) {
      return session.errors().usage("ports are counted from a port on", "give one, such as 3000");
    }
    // A given range limits the search.
    String word = request.given().words().getFirst();
    boolean range = request.targets().size() > 1 || word.endsWith("-" + first.port());
    int last =
        range && request.targets().getLast() instanceof PortTarget end
            ? end.port().number()
            : Port.MAX;
    List<Port> found = session.inuse().nextFree(request.question(first), last, wanted);
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
}
