package inuse.cli.commands;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.CLOCK_REALTIME;
import static inuse.kernel.abi.Constants.MSG_NOSIGNAL;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;

import inuse.cli.line.Option;
import inuse.cli.line.Request;
import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Target;
import inuse.core.fix.Report;
import inuse.core.fix.SignalName;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;
import inuse.render.Escape;
import inuse.render.Timestamp;

/** A line for each act: on standard error, in the system's log, where that is wanted. */
final class Audit {
  /** Where syslog and the journal listen (syslog(3), systemd-journald(8)). */
  private static final String LOG = "/dev/log";

  /** LOG_USER with LOG_NOTICE (linux/syslog.h, RFC 3164). */
  private static final String PRIORITY = "<13>";

  private final SystemCalls calls;
  private final Terminal terminal;
  private final String target;
  private final Caller caller;
  private final boolean aloud;
  private final boolean logged;

  Audit(Host host, Terminal terminal, Target target, Caller caller, Request.Of request) {
    calls = host.calls();
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
    act.signal().ifPresent(signal -> line.append(' ').append(SignalName.of(signal)));
    line.append(": ").append(act.result().word());
    line.append(" after ").append(act.afterMillis()).append(" ms");
    if (aloud) {
      Moment now = new Moment(calls.clockNanos(CLOCK_REALTIME) / 1_000_000);
      terminal.printError(Timestamp.of(now) + " inuse[" + caller.pid() + "]: " + line + "\n");
    }
    if (logged && !log(PRIORITY + "inuse[" + caller.pid() + "]: " + line)) {
      terminal.printError("inuse: nobody listens on " + LOG + " to log: " + line + "\n");
    }
  }

  private boolean log(String message) {
    int fd = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      return false;
    }
    byte[] path = Bytes.of(LOG);
    byte[] address = new byte[2 + path.length + 1];
    Bytes.putShort(address, 0, AF_UNIX);
    System.arraycopy(path, 0, address, 2, path.length);
    int sent = calls.connect(fd, address);
    if (sent >= 0) {
      sent = calls.send(fd, Bytes.utf8(message), MSG_NOSIGNAL);
    }
    calls.close(fd);
    return sent >= 0;
  }
}
