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
 * A child process: its output comes through a pipe, its end through its pidfd. One that is talked
 * with has pipes for its input and its errors, too. Closing this reaps the child if it has ended,
 * and leaves it alone if not.
 */
public final class ChildProcess implements AutoCloseable {
  private static final int STANDARD_DESCRIPTORS = 3;
  private static final int NONE = -1;

  private final SystemCalls calls;
  private final int pidfd;
  private final int output;
  private final int errors;
  private int input;
  private boolean buried;
  private OptionalInt status = OptionalInt.empty();

  private ChildProcess(SystemCalls calls, int pidfd, int input, int output, int errors) {
    this.calls = calls;
    this.pidfd = pidfd;
    this.input = input;
    this.output = output;
    this.errors = errors;
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
    return new CallResult.Ok<>(new ChildProcess(calls, pidfd, NONE, pipe[0], NONE));
  }

  /**
   * Starts a program that is talked with.
   *
   * @param paths candidates, as of {@link #start}
   */
  public static CallResult<ChildProcess> talk(
      SystemCalls calls, List<String> paths, List<String> arguments, List<String> environment) {
    int[] pipes = new int[2 * STANDARD_DESCRIPTORS];
    for (int i = 0; i < STANDARD_DESCRIPTORS; i++) {
      int[] ends = new int[2];
      int piped = calls.pipe(ends, O_CLOEXEC);
      if (piped < 0) {
        closeAll(calls, pipes, 2 * i);
        return CallResult.failed("pipe2", arguments.getFirst(), piped);
      }
      pipes[2 * i] = ends[0];
      pipes[2 * i + 1] = ends[1];
    }
    // A descriptor below 3 would be overwritten before it is passed on.
    boolean apart = pipes[0] >= STANDARD_DESCRIPTORS;
    int pid =
        apart
            ? spawn(calls, paths, arguments, environment, pipes[0], pipes[3], pipes[5])
            : -Errno.EAGAIN.code();
    int pidfd = pid < 0 ? pid : calls.pidfdOpen(pid, 0);
    if (pidfd < 0) {
      closeAll(calls, pipes, pipes.length);
      return CallResult.failed(pid < 0 ? "posix_spawn" : "pidfd_open", arguments.getFirst(), pidfd);
    }
    calls.close(pipes[0]);
    calls.close(pipes[3]);
    calls.close(pipes[5]);
    return new CallResult.Ok<>(new ChildProcess(calls, pidfd, pipes[1], pipes[2], pipes[4]));
  }

  private static void closeAll(SystemCalls calls, int[] descriptors, int count) {
    for (int i = 0; i < count; i++) {
      calls.close(descriptors[i]);
    }
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

  /** The pipe with its errors, of one that is talked with. */
  public int errors() {
    return errors;
  }

  /** The pipe that it reads, of one that is talked with. */
  public int input() {
    return input;
  }

  /** Ends what it reads. */
  public void endInput() {
    if (input != NONE) {
      calls.close(input);
      input = NONE;
    }
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
    endInput();
    calls.close(output);
    if (errors != NONE) {
      calls.close(errors);
    }
    calls.close(pidfd);
  }
}
