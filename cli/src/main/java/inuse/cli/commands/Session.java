package inuse.cli.commands;

import inuse.cli.line.ErrorReporter;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Request;
import inuse.cli.terminal.Terminal;
import inuse.core.Inuse;
import inuse.core.io.Host;

/** What every command needs. */
public record Session(Inuse inuse, Terminal terminal, ErrorReporter errors) {
  /** The host, for commands that start programs of their own. */
  Host host() {
    return inuse.host();
  }

  /** Reports why a request cannot be answered. */
  public ExitCode refuse(Request.Refused refused) {
    return switch (refused) {
      case Request.Wrong(String problem, String instead) ->
          errors.usage(problem, errors.meant().orElse(instead));
      case Request.NotPermitted(String problem) ->
          errors.failed(ExitCode.NOT_PERMITTED, problem, "run: " + errors.withSudo());
    };
  }
}
