package inuse.core.fix;

import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Untrusted;
import java.util.List;

/**
 * A process that is to end, and how to identify it: its pid alone may have been reused.
 *
 * @param claims the descriptors by which it holds the address; empty where it holds it without one
 * @param stopped whether it must be resumed to handle a signal
 */
public record Victim(
    ProcessIdentity identity, Untrusted command, List<Claim> claims, boolean stopped) {
  public Victim {
    claims = List.copyOf(claims);
  }

  /**
   * One descriptor of one socket.
   *
   * @param cookie SO_COOKIE of the socket, zero where it is not known
   */
  public record Claim(int fd, Inode inode, long cookie) {}

  public Pid pid() {
    return identity.pid();
  }
}
