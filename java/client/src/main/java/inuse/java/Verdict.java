package inuse.java;

/** Whether an address can be bound now, by a real bind where nothing else is said. */
public enum Verdict {
  /** A bind succeeds. */
  FREE("free"),
  /** A bind is refused, and succeeds with SO_REUSEADDR, which Java's server sockets set. */
  FREE_WITH_REUSEADDR("free-with-reuseaddr"),
  /** A bind is refused with and without SO_REUSEADDR. */
  BLOCKED("blocked"),
  /** This user may not bind there: EACCES or EPERM. */
  DENIED("denied"),
  /** This host has no such address: EADDRNOTAVAIL. */
  NOT_LOCAL("not-local"),
  /** The kernel could not be asked; the causes are what its tables show. */
  UNKNOWN("unknown");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  /** The word of the JSON, such as {@code free-with-reuseaddr}. */
  public String word() {
    return word;
  }
}
