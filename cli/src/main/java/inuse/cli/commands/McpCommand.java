package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Directory;
import inuse.core.evidence.Untrusted;
import inuse.mcp.Channel;
import inuse.mcp.Server;
import inuse.mcp.ServerOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code inuse mcp}: tools for a coding agent, over standard input and output. */
public final class McpCommand {
  private static final String TRY = "try: inuse mcp --help";

  private final Session session;

  public McpCommand(Session session) {
    this.session = session;
  }

  public ExitCode run(Arguments.Given given) {
    if (!given.words().isEmpty()) {
      return session.errors().usage("'" + given.words().getFirst() + "' is too much", TRY);
    }
    OptionValues values = new OptionValues(given);
    Optional<Directory> under = values.limits(session.host()).under();
    if (values.problem().isPresent()) {
      return session.errors().usage(values.problem().get(), TRY);
    }
    Optional<Directory> started = directory(".");
    if (given.has(Option.MAY_FREE) && under.isEmpty() && isEverything(started)) {
      return session
          .errors()
          .usage(
              "everything works below the directory that this was started in",
              "name one: inuse mcp --may-free --under DIR");
    }
    ServerOptions options =
        new ServerOptions(
            given.has(Option.READ_ONLY),
            under,
            given.has(Option.MAY_FREE) ? under.or(() -> started) : Optional.empty(),
            given.has(Option.WITH_ARGUMENTS));
    new Server(session.inuse(), Version.TEXT, options, new Pipes(session.terminal())).serve();
    return ExitCode.DONE;
  }

  private boolean isEverything(Optional<Directory> directory) {
    return directory.isEmpty() || directory.equals(directory("/"));
  }

  private Optional<Directory> directory(String path) {
    return session.inuse().directory(new Untrusted(path));
  }

  /** Standard input and output, which are the client's. */
  private record Pipes(Terminal terminal) implements Channel {
    @Override
    public boolean awaitsInput(Duration most, OptionalInt also) {
      return terminal.awaitsInput(most, also);
    }

    @Override
    public String read() {
      return terminal.read();
    }

    @Override
    public boolean write(String frame) {
      return terminal.written(frame);
    }

    @Override
    public void report(String line) {
      terminal.printError(line);
    }

    @Override
    public Duration clock() {
      return terminal.clock();
    }
  }
}
