package inuse.core.evidence;

/** A TCP or UDP port number; 0 stands for any. */
public record Port(int number) {
  public static final int MAX = 65535;

  public Port {
    if (number < 0 || number > MAX) {
      throw new IllegalArgumentException("a port is 0 to " + MAX + ", not " + number);
    }
  }

  /** Whether any port will do. */
  public boolean isAny() {
    return number == 0;
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
