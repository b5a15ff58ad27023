package inuse.core.evidence;

/** A process id in the caller's PID namespace. */
public record Pid(int number) implements Comparable<Pid> {
  public Pid {
    if (number < 1) {
      throw new IllegalArgumentException("a pid is 1 or more, not " + number);
    }
  }

  /** By their numbers. */
  @Override
  public int compareTo(Pid other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
