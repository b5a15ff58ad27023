package inuse.core.evidence;

/** What keeps a socket alive that no /proc/PID/fd lists. */
public enum Via {
  /** A thread with a table of descriptors of its own, or one whose main thread has ended. */
  THREAD_TABLE("thread-table"),
  /** A thread inside accept(2), or recv(2), on a descriptor that was closed meanwhile. */
  BLOCKED_ACCEPT("blocked-accept"),
  /** A descriptor on its way through a unix socket. */
  SCM_RIGHTS("scm-rights"),
  /** A registered file, or a pending operation, of an io_uring. */
  IO_URING("io-uring"),
  /** A mapping in memory. */
  MMAP("mmap");

  private final String word;

  Via(String word) {
    this.word = word;
  }

  /** The word for programs. */
  public String word() {
    return word;
  }
}
