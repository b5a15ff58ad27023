package inuse.core.evidence;

/**
 * An address and a port. Comparable for a TreeMap of many: who connects chooses them, and may
 * choose such as have the same hash.
 */
public record Endpoint(IpAddress address, Port port) implements Comparable<Endpoint> {
  @Override
  public int compareTo(Endpoint other) {
    int order = address.compareTo(other.address);
    return order != 0 ? order : Integer.compare(port.number(), other.port.number());
  }

  /** As {@code 127.0.0.1:80} or {@code [::1]:80}. */
  @Override
  public String toString() {
    String host = address.toString();
    return address.family() == IpAddress.Family.V6 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
