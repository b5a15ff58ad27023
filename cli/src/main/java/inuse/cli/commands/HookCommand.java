package inuse.cli.commands;

import inuse.cli.help.AgentPage;
import inuse.cli.hook.Denial;
import inuse.cli.hook.HookEvent;
import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.render.HookJson;
import java.util.Optional;

/**
 * {@code inuse hook}: reads the event before a coding agent's command, and denies one that would
 * end processes by a port or a name, whichever those turn out to be. Everything else passes, and
 * what is not understood. It looks at nothing and runs nothing. With a word it prints a page for
 * agents.
 */
public final class HookCommand {
  /** Bytes of an event that is understood; a longer one passes. */
  private static final int MAX_EVENT = 1 << 20;

  private final Session session;

  public HookCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Arguments.Given given) {
    Optional<AgentPage> page =
        given.words().size() == 1 ? AgentPage.named(given.words().getFirst()) : Optional.empty();
    if (page.isPresent()) {
      session.terminal().printData(page.get().text());
      return ExitCode.DONE;
    }
    if (!given.words().isEmpty() || session.terminal().isInteractive()) {
      return session
          .errors()
          .usage("a coding agent's event is read from standard input", "try: inuse hook --help");
    }
    session.terminal().printData(answer(event()));
    return ExitCode.DONE;
  }

  private static String answer(String text) {
    Optional<HookEvent> event = HookEvent.read(text);
    return event
        .flatMap(one -> Denial.of(one.command()).map(reason -> HookJson.denial(one.form(), reason)))
        .orElse(HookJson.passed());
  }

  /** The whole input, so that who writes it is not refused; empty where it is too long. */
  private String event() {
    StringBuilder text = new StringBuilder();
    boolean fits = true;
    String part = session.terminal().read();
    while (!part.isEmpty()) {
      fits &= text.length() + part.length() <= MAX_EVENT;
      text.append(fits ? part : "");
      part = session.terminal().read();
    }
    return fits ? text.toString() : "";
  }
}
