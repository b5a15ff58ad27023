package inuse.cli.commands;

import inuse.cli.line.ErrorReporter;
import inuse.cli.terminal.Terminal;
import inuse.core.io.Host;

/** What every command works with. */
public record Session(Host host, Terminal terminal, ErrorReporter errors) {}
