package inuse.cli.remote;

import inuse.cli.line.ErrorReporter;
import inuse.cli.terminal.Terminal;
import inuse.core.evidence.Untrusted;
import inuse.render.Escape;
import inuse.run.remote.RemoteAnswer;

/** What other hosts print and say, shown without doing anything to this terminal. */
final class HostOutput {
  private final Terminal terminal;

  HostOutput(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Says why a host gave no answer, if it gave none. */
  void complain(RemoteAnswer answer) {
    answer
        .problem()
        .ifPresent(why ->
            terminal.printError(
                "inuse: "
                    + Escape.text(ErrorReporter.latin1(answer.host().name() + ": " + why))
                    + "\n"));
  }

  /** Text that another host printed, as lines that do nothing to this terminal. */
  static String lines(String bytes, String before) {
    StringBuilder text = new StringBuilder();
    String[] lines = bytes.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (i == lines.length - 1 && lines[i].isEmpty()) {
        break;
      }
      text.append(lines[i].isEmpty() ? "" : before).append(harmless(lines[i]));
      text.append('\n');
    }
    return text.toString();
  }

  /** A line with its blanks and tabs, and without whatever else controls a terminal. */
  private static String harmless(String line) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int at = 0; at <= line.length(); at++) {
      if (at == line.length() || line.charAt(at) == ' ' || line.charAt(at) == '\t') {
        text.append(Escape.text(new Untrusted(line.substring(from, at))));
        text.append(at == line.length() ? "" : line.substring(at, at + 1));
        from = at + 1;
      }
    }
    return text.toString();
  }
}
