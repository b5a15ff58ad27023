package inuse.core.evidence;

/** A process id in the caller's PID namespace. */
public record Pid(int number) {
  public Pid {
    if (number < 1) {
      throw new IllegalArgumentException("a pid is 1 or more, not " + number);
    }
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
