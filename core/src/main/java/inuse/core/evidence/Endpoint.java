package inuse.core.evidence;

/** An address and a port. */
public record Endpoint(IpAddress address, Port port) {
  /** As {@code 127.0.0.1:80} or {@code [::1]:80}. */
  @Override
  public String toString() {
    String host = address.toString();
    return address.family() == IpAddress.Family.V6 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
