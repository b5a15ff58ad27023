package inuse.cli;

import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;

/** What every command works with. */
record Session(SystemCalls calls, Proc proc, Terminal terminal, Complaints complaints) {}
