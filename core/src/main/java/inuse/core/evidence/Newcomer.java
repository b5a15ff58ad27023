package inuse.core.evidence;

import java.util.OptionalInt;

/**
 * The server that somebody wants to start, as bind(2) sees it.
 *
 * @param uid of its socket: the fsuid at socket(2)
 * @param ipv6Only IPV6_V6ONLY
 * @param device interface index of SO_BINDTODEVICE
 */
public record Newcomer(
    Uid uid, boolean reuseAddress, boolean reusePort, boolean ipv6Only, OptionalInt device) {

  /** A server that sets no socket option. */
  public static Newcomer plain(Uid uid) {
    return new Newcomer(uid, false, false, false, OptionalInt.empty());
  }

  public Newcomer withReuseAddress() {
    return new Newcomer(uid, true, reusePort, ipv6Only, device);
  }

  public Newcomer withReusePort() {
    return new Newcomer(uid, reuseAddress, true, ipv6Only, device);
  }
}
