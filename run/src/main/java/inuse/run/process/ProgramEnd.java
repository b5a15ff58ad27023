package inuse.run.process;

import inuse.kernel.Errno;

/** How a program ended, or why it was not started. */
public sealed interface ProgramEnd {
  /** It ran. */
  record Ended(int status) implements ProgramEnd {}

  /** It ran, but was not ready in time to take its predecessor's place. */
  record NotReady() implements ProgramEnd {}

  /** A process with several threads, such as a JVM, cannot become another program. */
  record SeveralThreads() implements ProgramEnd {}

  /** It could not be started. */
  record NotStarted(Why why, String errno) implements ProgramEnd {}

  /** Why it could not be started. */
  enum Why {
    /** There is no such file. */
    MISSING,
    /** The kernel lacked resources for it. */
    NO_RESOURCES,
    /** It exists, but cannot be executed. */
    NOT_EXECUTABLE
  }

  /** Converts an exit status, or a negated errno. */
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
            : errno.isOneOf(
                    Errno.EAGAIN,
                    Errno.ENOMEM,
                    Errno.E2BIG,
                    Errno.EMFILE,
                    Errno.ENFILE,
                    Errno.EBADF)
                ? Why.NO_RESOURCES
                : Why.NOT_EXECUTABLE;
    return new NotStarted(why, errno.toString());
  }
}
