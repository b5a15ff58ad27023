package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Request;
import inuse.cli.terminal.Terminal;
import inuse.core.HeldPorts;
import inuse.core.Hold;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.explain.Diagnosis;
import inuse.render.HeldJson;
import inuse.render.TextAnswer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.ToIntFunction;

/** Holds ports for as long as something is done with them. */
final class Holding {
  /** Where this process may have no more descriptors. */
  private static final ErrnoName NO_DESCRIPTOR = new ErrnoName("EMFILE");

  private final Session session;
  private final Request.Of request;

  Holding(Session session, Request.Of request) {
    this.session = session;
    this.request = request;
  }

  /**
   * Takes the ports, and gives them up afterwards.
   *
   * @param refused the status where they cannot be had
   * @param use what is done meanwhile, which says the status
   */
  int of(List<PortTarget> wanted, ExitCode refused, ToIntFunction<HeldPorts> use) {
    return switch (session.inuse().hold(wanted)) {
      case Hold.Refused(List<Hold.RefusedPort> ports) -> refuse(ports, refused);
      case Hold.Taken(HeldPorts held) -> {
        try (held) {
          yield use.applyAsInt(held);
        }
      }
    };
  }

  /** Their numbers, each once: localhost is one port at two addresses. */
  static List<Port> numbers(HeldPorts held) {
    LinkedHashSet<Port> numbers = new LinkedHashSet<>();
    held.targets().forEach(target -> numbers.add(target.port()));
    return List.copyOf(numbers);
  }

  /** Says of each why, as a question about it would. */
  private int refuse(List<Hold.RefusedPort> refused, ExitCode code) {
    if (request.has(Option.JSON)) {
      int pid = session.inuse().caller().pid().number();
      session.terminal().printData(HeldJson.refused(Version.TEXT, pid, refused));
    }
    List<Diagnosis> why =
        refused.stream()
            .filter(one -> !one.target().port().isAny() && !one.errno().equals(NO_DESCRIPTOR))
            .map(one -> session.inuse().ask(one.target()))
            .toList();
    if (!why.isEmpty()) {
      Terminal errors = session.terminal().toErrors();
      errors.print(TextAnswer.of(why, errors.columns(), errors.isColourful()));
    }
    Hold.RefusedPort first = refused.getFirst();
    int more = refused.size() - 1;
    session
        .terminal()
        .printError(
            "inuse: "
                + what(first)
                + ": "
                + first.errno()
                + (more > 0 ? ", and so are " + more + " more" : "")
                + "; "
                + (first.errno().equals(NO_DESCRIPTOR)
                    ? "raise the limit (ulimit -n), or hold fewer"
                    : "nothing is held")
                + "\n");
    return code.number();
  }

  private static String what(Hold.RefusedPort refused) {
    return refused.target().port().isAny()
        ? "no free port is left"
        : refused.target() + " cannot be held";
  }
}
