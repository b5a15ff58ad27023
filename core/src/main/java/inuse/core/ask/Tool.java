package inuse.core.ask;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.CLD_EXITED;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDWR;
import static inuse.kernel.abi.Constants.SIGKILL;
import static inuse.kernel.abi.Constants.WEXITED;
import static inuse.kernel.abi.Constants.WNOHANG;

import inuse.core.evidence.Reading;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.time.Duration;
import java.util.List;

/**
 * Another program that is asked, such as systemctl(1): what it prints is read through a pipe. It
 * never gets more than {@link #TIME}: then it is killed, through its pidfd, and buried.
 */
final class Tool {
  /** For one program, or one engine's API. */
  static final Duration TIME = Duration.ofMillis(300);

  /** The most that is read of its output. */
  static final int MOST_BYTES = 1 << 20;

  /** How long a killed child may take to go. */
  private static final long BURIAL_NANOS = 50_000_000;

  private static final int STANDARD_DESCRIPTORS = 3;
  private static final int SIGINFO_BYTES = 128;
  private static final int SI_CODE = 8;
  private static final int SI_STATUS = 24;

  private final SystemCalls calls;

  Tool(SystemCalls calls) {
    this.calls = calls;
  }

  /**
   * What a program prints.
   *
   * @param paths where it may be installed; the first that is there is run. Never searched for in
   *     PATH, which another user may have set
   * @param environment all of it
   */
  Reading<String> run(List<String> paths, List<String> arguments, List<String> environment) {
    long end = calls.clockNanos(CLOCK_MONOTONIC) + TIME.toNanos();
    // A kernel without pidfds offers no way to end just this child and no other.
    int self = calls.pidfdOpen(calls.getPid(), 0);
    int nothing = calls.open(AT_FDCWD, Bytes.of("/dev/null"), O_RDWR | O_CLOEXEC);
    int[] pipe = {-1, -1};
    int piped = calls.pipe(pipe, O_CLOEXEC);
    try {
      if (self < 0
          || piped < 0
          || pipe[0] < STANDARD_DESCRIPTORS
          || nothing < STANDARD_DESCRIPTORS) {
        return Reading.unknown(Reading.Why.UNSUPPORTED);
      }
      int pid = spawn(paths, arguments, environment, nothing, pipe[1]);
      calls.close(pipe[1]);
      pipe[1] = -1;
      return pid < 0 ? Reading.unknown(Whys.of(Errno.of(pid))) : output(pid, pipe[0], end);
    } finally {
      for (int fd : new int[] {self, nothing, piped < 0 ? -1 : pipe[0], piped < 0 ? -1 : pipe[1]}) {
        if (fd >= 0) {
          calls.close(fd);
        }
      }
    }
  }

  private int spawn(
      List<String> paths, List<String> arguments, List<String> environment, int nothing, int out) {
    List<byte[]> words = arguments.stream().map(Bytes::of).toList();
    List<byte[]> variables = environment.stream().map(Bytes::of).toList();
    int pid = -Errno.ENOENT.code();
    for (String path : paths) {
      pid = calls.spawn(Bytes.of(path), words, variables, nothing, out, nothing);
      if (pid >= 0) {
        return pid;
      }
    }
    return pid;
  }

  private Reading<String> output(int pid, int from, long end) {
    int pidfd = calls.pidfdOpen(pid, 0);
    if (pidfd < 0) {
      return Reading.unknown(Whys.of(Errno.of(pidfd)));
    }
    try {
      Reading<String> printed = new Stream(calls, from, end).all();
      boolean ended = printed instanceof Reading.Known<String> && await(pidfd, end);
      if (!ended) {
        calls.pidfdSendSignal(pidfd, SIGKILL);
        await(pidfd, calls.clockNanos(CLOCK_MONOTONIC) + BURIAL_NANOS);
      }
      byte[] fate = new byte[SIGINFO_BYTES];
      calls.waitFor(pidfd, fate, WEXITED | WNOHANG);
      if (printed instanceof Reading.Known<String> && !ended) {
        return Reading.unknown(Reading.Why.TIMED_OUT);
      }
      boolean well =
          Bytes.getInt(fate, SI_CODE) == CLD_EXITED && Bytes.getInt(fate, SI_STATUS) == 0;
      return printed instanceof Reading.Known<String> && !well
          ? Reading.unknown(Reading.Why.UNREADABLE)
          : printed;
    } finally {
      calls.close(pidfd);
    }
  }

  private boolean await(int pidfd, long end) {
    while (true) {
      long left = end - calls.clockNanos(CLOCK_MONOTONIC);
      int ready = left <= 0 ? 0 : calls.awaitInput(pidfd, left);
      if (ready != -Errno.EINTR.code()) {
        return ready > 0;
      }
    }
  }
}
