package inuse.cli.commands;

import inuse.cli.line.Option;
import inuse.cli.line.Request;
import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Target;
import inuse.core.fix.Report;
import inuse.core.io.Host;
import inuse.core.io.SystemLog;
import inuse.render.Escape;
import inuse.render.Timestamp;

/** Logs one line per act to standard error or to the system's log, as requested. */
final class Audit {
  private final Host host;
  private final Terminal terminal;
  private final String target;
  private final Caller caller;
  private final boolean aloud;
  private final boolean logged;

  Audit(Host host, Terminal terminal, Target target, Caller caller, Request.Of request) {
    this.host = host;
    this.terminal = terminal;
    this.caller = caller;
    this.target = Escape.text(target);
    aloud = request.has(Option.VERBOSE);
    logged = request.has(Option.LOG);
  }

  void tell(Report.Action act) {
    if (!aloud && !logged) {
      return;
    }
    StringBuilder line = new StringBuilder("uid ").append(caller.uid());
    line.append(" freeing ").append(target).append(": ");
    line.append(act.remedy().word());
    if (act.pid().isPresent()) {
      line.append(" pid ").append(act.pid().get());
      line.append(" (").append(Escape.text(act.command())).append(')');
    }
    act.signal().ifPresent(signal -> line.append(' ').append(signal.name()));
    line.append(": ").append(act.result().word());
    line.append(" after ").append(act.afterMillis()).append(" ms");
    if (aloud) {
      terminal.printError(
          Timestamp.of(host.now()) + " inuse[" + caller.pid() + "]: " + line + "\n");
    }
    if (logged && !new SystemLog(host).send("inuse[" + caller.pid() + "]: " + line)) {
      terminal.printError(
          "inuse: nothing listens on " + SystemLog.PATH + " to log: " + line + "\n");
    }
  }
}
