package inuse.run.process;

import inuse.kernel.Errno;

/** How a program ended, or why it never was one. */
public sealed interface ProgramEnd {
  /** It ran. */
  record Ended(int status) implements ProgramEnd {}

  /** It ran, and was not ready to take its predecessor's place in time. */
  record NotReady() implements ProgramEnd {}

  /** A process of several threads, as a JVM is one, cannot become another program. */
  record SeveralThreads() implements ProgramEnd {}

  /** It could not be started. */
  record NotStarted(Why why, String errno) implements ProgramEnd {}

  /** Why it could not. */
  enum Why {
    /** There is no such file. */
    MISSING,
    /** The kernel had no room for it. */
    NO_RESOURCES,
    /** It is there, and cannot be run. */
    NOT_EXECUTABLE
  }

  /** From an exit status, or a negated errno. */
  static ProgramEnd of(int status) {
    if (status >= 0) {
      return new Ended(status);
    }
    Errno errno = Errno.of(status);
    if (errno.equals(Errno.ETIMEDOUT)) {
      return new NotReady();
    }
    if (errno.equals(Errno.ENOSYS)) {
      return new SeveralThreads();
    }
    Why why =
        errno.equals(Errno.ENOENT)
            ? Why.MISSING
            : errno.isOneOf(Errno.EAGAIN, Errno.ENOMEM, Errno.E2BIG)
                ? Why.NO_RESOURCES
                : Why.NOT_EXECUTABLE;
    return new NotStarted(why, errno.toString());
  }
}
