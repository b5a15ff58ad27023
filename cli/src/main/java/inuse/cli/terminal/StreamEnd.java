package inuse.cli.terminal;

import static inuse.kernel.abi.Constants.POLLERR;
import static inuse.kernel.abi.Constants.POLLHUP;
import static inuse.kernel.abi.Constants.SIGTTIN;
import static inuse.kernel.abi.Constants.S_IFIFO;
import static inuse.kernel.abi.Constants.S_IFSOCK;

import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Waits until standard input ends, or standard output has no reader any more. A file, or /dev/null,
 * as a shell gives to what it starts in the background, says nothing: it is waited for a signal
 * then, which ends this process.
 */
public final class StreamEnd {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int READ_BYTES = 4096;
  private static final long FOR_EVER = Duration.ofDays(1).toNanos();

  private final SystemCalls calls;
  private boolean input;
  private final boolean output;

  public StreamEnd(Host host) {
    calls = host.calls();
    boolean terminal = TerminalMode.of(calls, STDIN).isPresent();
    input = terminal || isToAnother(STDIN);
    output = isToAnother(STDOUT);
    if (terminal) {
      // In the background a read of the terminal then fails, and does not stop this process.
      var _ = calls.signalDescriptor(SIGTTIN);
    }
  }

  /** Whether another process is at the other end. */
  private boolean isToAnother(int fd) {
    return FileStatus.of(calls, fd) instanceof CallResult.Ok<FileStatus>(FileStatus file)
        && (file.kind() == S_IFIFO || file.kind() == S_IFSOCK);
  }

  /** Returns when one of them has ended. */
  public void await() {
    while (true) {
      List<Integer> watched = new ArrayList<>();
      if (input) {
        watched.add(STDIN);
      }
      if (output) {
        watched.add(STDOUT);
      }
      int[] fds = watched.stream().mapToInt(Integer::intValue).toArray();
      int[] events = new int[fds.length];
      calls.awaitInputs(fds, events, FOR_EVER);
      for (int i = 0; i < fds.length; i++) {
        boolean ended =
            fds[i] == STDIN
                ? events[i] != 0 && isInputAtItsEnd()
                : (events[i] & (POLLERR | POLLHUP)) != 0;
        if (ended) {
          return;
        }
      }
    }
  }

  /** Reads what came; what cannot be read is not watched any more. */
  private boolean isInputAtItsEnd() {
    int count = calls.read(STDIN, new byte[READ_BYTES]);
    boolean later = count == -Errno.EAGAIN.code() || count == -Errno.EINTR.code() || count > 0;
    if (count < 0 && !later) {
      input = false;
    }
    return count == 0;
  }
}
