package inuse.kernel;

/** What came of asking the operating system: a value, or the call that failed and why. */
public sealed interface Answer<T> {
  /** The call succeeded. */
  record Got<T>(T value) implements Answer<T> {}

  /** The call failed. */
  record Failed<T>(SyscallFailed why) implements Answer<T> {}

  /** An answer of failure, from a raw result below zero. */
  static <T> Answer<T> failed(String call, String what, long rawResult) {
    return new Failed<>(new SyscallFailed(call, what, Errno.of(rawResult)));
  }
}
