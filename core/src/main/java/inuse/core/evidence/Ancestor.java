package inuse.core.evidence;

/**
 * A process above another one.
 *
 * @param tie how it came to have the one below it
 */
public record Ancestor(Pid pid, Untrusted command, Tie tie) {
  /** One that started the one below it, or of which nobody asks. */
  public Ancestor(Pid pid, Untrusted command) {
    this(pid, command, Tie.STARTED);
  }
}
