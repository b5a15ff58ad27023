package inuse.cli.live;

import inuse.cli.commands.ListRequest;
import inuse.cli.commands.Session;
import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.Option;
import inuse.cli.terminal.Screen;
import inuse.cli.terminal.Terminal;
import inuse.render.RowChange;
import java.util.Optional;

/** {@code inuse watch}: the list, live. */
public final class WatchCommand {
  private final Session session;
  private final Runner runner;

  /**
   * The command.
   *
   * @param runner runs what a key asks for
   */
  public WatchCommand(Session session, Runner runner) {
    this.session = session;
    this.runner = runner;
  }

  /**
   * Shows it until somebody ends it.
   *
   * @return the exit status
   */
  public int run(Arguments.Given given) {
    Terminal terminal = session.terminal();
    ListRequest request = new ListRequest(session, given);
    if (request.problem().isPresent()) {
      return session.errors().usage(request.problem().get(), "try: inuse watch --help").number();
    }
    try (Outlook outlook =
        new Outlook(session.inuse(), request.extent(), request::of, terminal::clock)) {
      Optional<Screen> screen =
          given.has(Option.JSON) ? Optional.empty() : Screen.open(session.inuse().host(), terminal);
      if (screen.isEmpty()) {
        // Nobody can ask for anything to be ended.
        session.inuse().onlyLook();
        return lines(given, terminal, outlook).run().number();
      }
      try (Screen taken = screen.get()) {
        return new LiveView(terminal, taken, outlook, request.order(), runner).run();
      }
    }
  }

  private static LineView lines(Arguments.Given given, Terminal terminal, Outlook outlook) {
    return given.has(Option.JSON)
        ? new LineView(
            terminal, outlook, change -> change.document(Version.TEXT), terminal::written)
        : new LineView(terminal, outlook, RowChange::line, terminal::reaches);
  }
}
