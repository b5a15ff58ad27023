package inuse.kernel;

/** The result of a system call: a value, or the call that failed and why. */
public sealed interface CallResult<T> {
  /** The call succeeded. */
  record Ok<T>(T value) implements CallResult<T> {}

  /** The call failed. */
  record Failed<T>(SyscallFailed why) implements CallResult<T> {}

  /** A failure, from a raw result below zero. */
  static <T> CallResult<T> failed(String call, String what, long rawResult) {
    return new Failed<>(new SyscallFailed(call, what, Errno.of(rawResult)));
  }
}
