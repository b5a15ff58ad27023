package inuse.cli.commands;

import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.cli.line.Complaints;
import inuse.cli.terminal.Terminal;

/** What every command works with. */
public record Session(SystemCalls calls, Proc proc, Terminal terminal, Complaints complaints) {}
