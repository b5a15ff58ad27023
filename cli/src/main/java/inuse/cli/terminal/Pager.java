package inuse.cli.terminal;

import static inuse.kernel.abi.Constants.F_DUPFD_CLOEXEC;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.SIGINT;
import static inuse.kernel.abi.Constants.SIGQUIT;
import static inuse.kernel.abi.Constants.WEXITED;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.ChildChange;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import inuse.run.process.Executable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows text that is longer than the terminal through a program that can scroll. */
public final class Pager {
  /** Variables that name the pager; the first that is set counts. Empty, or cat, means no pager. */
  private static final List<String> VARIABLES = List.of("INUSE_PAGER", "PAGER");

  private static final String DEFAULT = "less";
  private static final int FIRST_FREE = 3;

  private final Host host;
  private final SystemCalls calls;
  private final Terminal terminal;

  public Pager(Host host, Terminal terminal) {
    this.host = host;
    calls = host.calls();
    this.terminal = terminal;
  }

  public void show(String text) {
    if (!isTooLong(text) || !isShown(text)) {
      terminal.print(text);
    }
  }

  private boolean isTooLong(String text) {
    return terminal.rows().filter(rows -> Fields.split(text, '\n').length > rows).isPresent()
        && !terminal.environment("TERM").orElse("dumb").equals("dumb");
  }

  private boolean isShown(String text) {
    String wanted =
        VARIABLES.stream()
            .map(terminal::environment)
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(DEFAULT);
    List<String> words = new ArrayList<>(List.of(Fields.split(wanted, ' ')));
    words.removeIf(String::isEmpty);
    return !words.isEmpty()
        && !words.equals(List.of("cat"))
        && Executable.find(host, words.getFirst(), terminal.environment("PATH"))
            instanceof Executable.Found(String path)
        && isShown(path, words, text);
  }

  private boolean isShown(String path, List<String> words, String text) {
    int[] pipe = new int[2];
    if (calls.pipe(pipe, O_CLOEXEC) < 0) {
      return false;
    }
    // The terminal's SIGINT is for the pager, which goes on.
    int signals = calls.signalDescriptor(SIGINT, SIGQUIT);
    int output = calls.fileControl(1, F_DUPFD_CLOEXEC, FIRST_FREE);
    int errors = calls.fileControl(2, F_DUPFD_CLOEXEC, FIRST_FREE);
    int pid =
        calls.spawn(
            Bytes.of(path), Bytes.each(words), Bytes.each(variables()), pipe[0], output, errors);
    calls.close(pipe[0]);
    calls.close(output);
    calls.close(errors);
    if (pid > 0) {
      terminal.writeTo(pipe[1], text);
    }
    calls.close(pipe[1]);
    if (pid > 0) {
      int pidfd = calls.pidfdOpen(pid, 0);
      calls.waitFor(pidfd, new byte[ChildChange.BYTES], WEXITED);
      calls.close(pidfd);
    }
    calls.close(signals);
    return pid > 0;
  }

  /**
   * Lets colours through and quits where the text fits on the screen: the settings that git(1) uses
   * for less(1).
   */
  private List<String> variables() {
    List<String> variables = new ArrayList<>(terminal.environment());
    if (terminal.environment("LESS").isEmpty()) {
      variables.add("LESS=FRX");
    }
    return variables;
  }
}
