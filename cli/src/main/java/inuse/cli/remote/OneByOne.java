package inuse.cli.remote;

import inuse.cli.line.ErrorReporter;
import inuse.cli.line.ExitCode;
import inuse.cli.terminal.Terminal;
import inuse.render.Escape;
import inuse.run.remote.RemoteAnswer;
import inuse.run.remote.RemoteCall;
import inuse.run.remote.RemoteHost;
import java.util.List;

/** One host after the other: what it would do is shown, and asked about here. */
final class OneByOne {
  private final Terminal terminal;
  private final SshCalls calls;
  private final HostOutput output;

  OneByOne(Terminal terminal, SshCalls calls) {
    this.terminal = terminal;
    this.calls = calls;
    output = new HostOutput(terminal);
  }

  ExitCode run(List<RemoteHost> hosts) {
    int worst = 0;
    for (RemoteHost host : hosts) {
      RemoteAnswer answer =
          calls
              .begin(host, hosts.size() == 1, true, true)
              .map(this::relayed)
              .orElseGet(() -> SshCalls.unstarted(host));
      output.complain(answer);
      worst = Math.max(worst, answer.status().orElse(ExitCode.UNKNOWN.number()));
    }
    return ExitCode.numbered(worst);
  }

  private RemoteAnswer relayed(RemoteCall call) {
    try (call) {
      return relay(call);
    }
  }

  private RemoteAnswer relay(RemoteCall call) {
    String name = Escape.text(ErrorReporter.latin1(call.host().name()));
    terminal.print(name + ":\n");
    StringBuilder shown = new StringBuilder();
    while (call.state() != RemoteCall.State.OVER) {
      calls.goOn(List.of(call));
      if (call.state() == RemoteCall.State.ANSWERING) {
        shown.append(call.take());
        show(shown, call, name);
      }
    }
    shown.append(call.take());
    terminal.print(HostOutput.lines(shown.toString(), "  "));
    return call.answer();
  }

  /** Prints whole lines, and asks where one of them is the question. */
  private void show(StringBuilder shown, RemoteCall call, String name) {
    int end = shown.indexOf("\n");
    while (end >= 0) {
      String line = shown.substring(0, end);
      shown.delete(0, end + 1);
      if (line.equals(Terminal.RELAYED_QUESTION)) {
        call.say(terminal.confirms(name + ": go on?") ? "y\n" : "n\n");
      } else {
        terminal.print(HostOutput.lines(line + "\n", "  "));
      }
      end = shown.indexOf("\n");
    }
  }
}
