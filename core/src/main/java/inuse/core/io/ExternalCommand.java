package inuse.core.io;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.SIGKILL;

import inuse.core.evidence.Reading;
import inuse.kernel.CallResult;
import inuse.kernel.ChildProcess;
import inuse.kernel.Errno;
import inuse.kernel.SyscallFailed;
import inuse.kernel.SystemCalls;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * Runs another program for its output, such as systemctl(1), read through a pipe. After its time,
 * {@link #TIME} as a rule, it is killed, through its pidfd, and reaped.
 */
public final class ExternalCommand {
  /** For one program, or one engine's API. */
  public static final Duration TIME = Duration.ofMillis(300);

  /** Maximum bytes of its output that are read. */
  public static final int MAX_BYTES = 1 << 20;

  /** How long a killed child may take to end. */
  private static final long BURIAL_NANOS = 50_000_000;

  private final SystemCalls calls;

  public ExternalCommand(SystemCalls calls) {
    this.calls = calls;
  }

  /**
   * Runs a program and returns its output.
   *
   * @param paths candidates; the first that exists is run. PATH is never searched: another user may
   *     have set it
   * @param environment the complete environment
   */
  public Reading<String> run(List<String> paths, List<String> arguments, List<String> environment) {
    return run(paths, arguments, environment, TIME);
  }

  /** The same for a program that takes longer, which is killed after that time. */
  public Reading<String> run(
      List<String> paths, List<String> arguments, List<String> environment, Duration most) {
    long end = calls.clockNanos(CLOCK_MONOTONIC) + most.toNanos();
    return switch (ChildProcess.start(
        calls, paths, arguments, environment, ChildProcess.Errors.DROPPED)) {
      case CallResult.Failed<ChildProcess>(SyscallFailed why) ->
          Reading.unknown(
              why.call().equals("posix_spawn")
                  ? Readings.of(why.errno())
                  : Reading.Why.UNSUPPORTED);
      case CallResult.Ok<ChildProcess>(ChildProcess program) -> {
        try (program) {
          yield output(program, end);
        }
      }
    };
  }

  private Reading<String> output(ChildProcess program, long end) {
    Reading<String> printed = new FdReader(calls, program.output(), end).all();
    if (printed instanceof Reading.Known<String> && await(program.pidfd(), end)) {
      return program.status().equals(OptionalInt.of(0))
          ? printed
          : Reading.unknown(Reading.Why.UNREADABLE);
    }
    program.send(SIGKILL);
    await(program.pidfd(), calls.clockNanos(CLOCK_MONOTONIC) + BURIAL_NANOS);
    return printed instanceof Reading.Known<String>
        ? Reading.unknown(Reading.Why.TIMED_OUT)
        : printed;
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
