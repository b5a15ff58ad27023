package inuse.core.events;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import java.util.Optional;

/**
 * Where a socket was bound, or was to be.
 *
 * @param netns inode of its network namespace; empty for the one that the segment begins with
 */
public record Place(Protocol protocol, IpAddress address, Port port, Optional<Long> netns) {
  /** For example {@code tcp 127.0.0.1:8080}. */
  @Override
  public String toString() {
    return protocol.word() + " " + new Endpoint(address, port);
  }
}
