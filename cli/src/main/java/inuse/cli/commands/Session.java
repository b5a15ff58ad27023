package inuse.cli.commands;

import inuse.cli.line.ErrorReporter;
import inuse.cli.terminal.Terminal;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;

/** What every command works with. */
public record Session(SystemCalls calls, Proc proc, Terminal terminal, ErrorReporter errors) {}
