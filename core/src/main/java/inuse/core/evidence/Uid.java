package inuse.core.evidence;

/** A user id in the caller's user namespace. */
public record Uid(long number) {
  /** The largest number of 32 bits. */
  public static final long MAX = 0xffffffffL;

  public static final Uid ROOT = new Uid(0);

  public Uid {
    if (number < 0 || number > MAX) {
      throw new IllegalArgumentException("a uid is 0 to " + MAX + ", not " + number);
    }
  }

  @Override
  public String toString() {
    return Long.toString(number);
  }
}
