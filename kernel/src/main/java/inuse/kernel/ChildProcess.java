package inuse.kernel;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDWR;
import static inuse.kernel.abi.Constants.WEXITED;
import static inuse.kernel.abi.Constants.WNOHANG;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A child process without input: its output comes through a pipe, its end through its pidfd.
 * Closing this reaps the child if it has ended, and leaves it alone if not.
 */
public final class ChildProcess implements AutoCloseable {
  private static final int STANDARD_DESCRIPTORS = 3;

  private final SystemCalls calls;
  private final int pidfd;
  private final int output;
  private boolean buried;
  private OptionalInt status = OptionalInt.empty();

  private ChildProcess(SystemCalls calls, int pidfd, int output) {
    this.calls = calls;
    this.pidfd = pidfd;
    this.output = output;
  }

  /** Where standard error goes. */
  public enum Errors {
    /** Into the pipe as well. */
    PRINTED,
    /** Nowhere. */
    DROPPED
  }

  /**
   * Starts a program.
   *
   * @param paths candidates; the first that can be executed is started. As a rule only one of them
   *     exists
   * @param arguments the program's name first; one char per byte
   * @param environment the complete environment
   * @return the failure of {@code posix_spawn} where no candidate can be executed, ENOENT only
   *     where none exists; the failure of another call where a child could not be supervised
   */
  public static CallResult<ChildProcess> start(
      SystemCalls calls,
      List<String> paths,
      List<String> arguments,
      List<String> environment,
      Errors errors) {
    // A kernel without pidfds offers no way to await, or to end, just this child and no other.
    int self = calls.pidfdOpen(calls.getPid(), 0);
    if (self < 0) {
      return CallResult.failed("pidfd_open", "self", self);
    }
    calls.close(self);
    int nothing = calls.open(AT_FDCWD, Bytes.of("/dev/null"), O_RDWR | O_CLOEXEC);
    if (nothing < 0) {
      return CallResult.failed("open", "/dev/null", nothing);
    }
    int[] pipe = new int[2];
    int piped = calls.pipe(pipe, O_CLOEXEC);
    if (piped < 0) {
      calls.close(nothing);
      return CallResult.failed("pipe2", "output", piped);
    }
    int err = errors == Errors.PRINTED ? pipe[1] : nothing;
    // A descriptor below 3 would be overwritten before it is passed on.
    boolean apart = nothing >= STANDARD_DESCRIPTORS && pipe[0] >= STANDARD_DESCRIPTORS;
    int pid =
        apart
            ? spawn(calls, paths, arguments, environment, nothing, pipe[1], err)
            : -Errno.EAGAIN.code();
    calls.close(nothing);
    calls.close(pipe[1]);
    int pidfd = pid < 0 ? pid : calls.pidfdOpen(pid, 0);
    if (pidfd < 0) {
      calls.close(pipe[0]);
      String call = !apart ? "pipe2" : pid < 0 ? "posix_spawn" : "pidfd_open";
      return CallResult.failed(call, arguments.getFirst(), pidfd);
    }
    return new CallResult.Ok<>(new ChildProcess(calls, pidfd, pipe[0]));
  }

  /** The pid, or why no candidate could be executed: any other reason says more than ENOENT. */
  private static int spawn(
      SystemCalls calls,
      List<String> paths,
      List<String> arguments,
      List<String> environment,
      int... descriptors) {
    List<byte[]> words = Bytes.each(arguments);
    List<byte[]> variables = Bytes.each(environment);
    int failure = -Errno.ENOENT.code();
    for (String path : paths) {
      int pid = calls.spawn(Bytes.of(path), words, variables, descriptors);
      if (pid >= 0) {
        return pid;
      }
      failure = Errno.of(pid).isNoSuchFile() ? failure : pid;
    }
    return failure;
  }

  /** Readable once the child has ended. */
  public int pidfd() {
    return pidfd;
  }

  /**
   * The pipe with its output; at end of file once no other process holds the writing end either.
   */
  public int output() {
    return output;
  }

  /** Sends a signal to this child, by its pidfd. */
  public void send(int signal) {
    calls.pidfdSendSignal(pidfd, signal);
  }

  /**
   * Reaps the child without waiting: its exit status, or empty where it still runs or a signal
   * ended it.
   */
  public OptionalInt status() {
    byte[] siginfo = new byte[ChildChange.BYTES];
    if (!buried && calls.waitFor(pidfd, siginfo, WEXITED | WNOHANG) >= 0) {
      Optional<ChildChange> end = ChildChange.of(siginfo);
      buried = end.isPresent();
      status =
          end.filter(ChildChange::hasExited)
              .map(one -> OptionalInt.of(one.value()))
              .orElse(OptionalInt.empty());
    }
    return status;
  }

  @Override
  public void close() {
    status();
    calls.close(output);
    calls.close(pidfd);
  }
}
