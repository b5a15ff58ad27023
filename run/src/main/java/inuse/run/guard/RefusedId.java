package inuse.run.guard;

import inuse.core.evidence.Inode;
import java.util.Optional;

/**
 * A bind(2) of a number that is no port of TCP or UDP, refused with EADDRINUSE.
 *
 * @param protocol of netlink, as NETLINK_ROUTE; zero for VSOCK
 * @param id the netlink port id, or the port of VSOCK
 * @param socket the one that has it, where it is found
 */
public record RefusedId(Space space, int protocol, long id, Optional<Inode> socket)
    implements RefusedAddress {
  /** What the number counts in. */
  public enum Space {
    NETLINK,
    VSOCK
  }
}
