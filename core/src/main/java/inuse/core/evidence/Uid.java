package inuse.core.evidence;

/** A user id in the caller's user namespace. */
public record Uid(long number) {
  public static final Uid ROOT = new Uid(0);

  public Uid {
    if (number < 0 || number > 0xffffffffL) {
      throw new IllegalArgumentException("a uid is 0 to 4294967295, not " + number);
    }
  }

  @Override
  public String toString() {
    return Long.toString(number);
  }
}
