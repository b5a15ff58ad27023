package inuse.run;

import static inuse.kernel.abi.Constants.SIGCONT;
import static inuse.kernel.abi.Constants.SIGSTOP;

import inuse.kernel.Bytes;
import inuse.kernel.ChildChange;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.seccomp.BindFilter;
import java.util.List;
import java.util.OptionalInt;

/** The program that is supervised. */
final class SupervisedProgram {
  /** Exit status of env(1) for a program that cannot be executed. */
  private static final int CANNOT_BE_STARTED = 126;

  private final SystemCalls calls;
  private final String path;
  private final List<String> arguments;
  private final List<String> environment;
  private final int[] sockets;
  private final boolean guarded;
  private final boolean handedOver;
  private OptionalInt status = OptionalInt.empty();
  private int pid;
  private int pidfd = -Errno.ENOSYS.code();
  private int listener = -Errno.ENOSYS.code();

  SupervisedProgram(SystemCalls calls, SupervisorOptions options) {
    this.calls = calls;
    path = options.path();
    arguments = options.arguments();
    environment = options.environment();
    sockets = options.sockets().stream().mapToInt(Integer::intValue).toArray();
    guarded = options.guarded().isPresent();
    handedOver = options.handover().isPresent();
  }

  /** Starts it: its pid, or a negated errno. */
  int start() {
    byte[] filter = guarded ? BindFilter.of(calls.architecture(), handedOver) : new byte[0];
    int[] into = {listener};
    pid =
        calls.launch(
            Bytes.of(path),
            Bytes.each(arguments),
            Bytes.each(environment),
            sockets,
            environment.stream().anyMatch(this::isOurListenPid),
            filter,
            into);
    listener = into[0];
    pidfd = pid < 0 ? pid : calls.pidfdOpen(pid, 0);
    return pid;
  }

  /** Whether a service manager passed us sockets, which then belong to the program. */
  private boolean isOurListenPid(String variable) {
    return variable.equals("LISTEN_PID=" + calls.getPid());
  }

  /** The descriptor of its filter's notifications, or a negated errno. */
  int listener() {
    return listener;
  }

  void signal(int signal) {
    calls.pidfdSendSignal(pidfd, signal);
  }

  boolean is(int child) {
    return child == pid;
  }

  /** Closes its pidfd: another run takes its place. */
  void close() {
    if (pidfd >= 0) {
      calls.close(pidfd);
    }
  }

  /** Sets the status that a shell would report: it could not be started again. */
  void failed() {
    status = OptionalInt.of(CANNOT_BE_STARTED);
  }

  /**
   * Takes over a change of state. When the program stops, stops this process too, so that a
   * job-control shell sees the stop and resumes both.
   */
  void changed(ChildChange change) {
    if (!change.isStopped()) {
      status = OptionalInt.of(change.hasExited() ? change.value() : 128 + change.value());
    } else if (change.value() != SIGSTOP) {
      int self = calls.pidfdOpen(calls.getPid(), 0);
      calls.pidfdSendSignal(self, SIGSTOP);
      calls.close(self);
      signal(SIGCONT);
    }
  }

  /** Its exit status, or 128 plus the number of the signal that ended it; empty while it runs. */
  OptionalInt status() {
    return status;
  }
}
