package inuse.core.evidence;

/** Ports from the first to the last, both included. */
public record Range(Port first, Port last) {
  /** As {@code 32768-60999}. */
  @Override
  public String toString() {
    return first + "-" + last;
  }

  public boolean contains(Port port) {
    return port.number() >= first.number() && port.number() <= last.number();
  }
}
