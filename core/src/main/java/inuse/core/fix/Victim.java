package inuse.core.fix;

import inuse.core.evidence.Account;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Lineage;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;

/**
 * A process that is to end, and how to identify it: its pid alone may have been reused.
 *
 * @param claims the descriptors by which it holds the address; empty where it holds it without one
 * @param stopped whether it must be resumed to handle a signal
 * @param socketOf the user who made the socket that it holds, where that is neither its own nor
 *     root
 * @param family what it shares with the processes that it starts; empty where that is not known
 */
public record Victim(
    ProcessIdentity identity,
    Untrusted command,
    List<Claim> claims,
    boolean stopped,
    Optional<Account> socketOf,
    Optional<Family> family) {
  public Victim {
    claims = List.copyOf(claims);
  }

  /**
   * One descriptor of one socket.
   *
   * @param cookie SO_COOKIE of the socket, zero where it is not known
   */
  public record Claim(int fd, Inode inode, long cookie) {}

  /** What a process passes on to those that it forks. */
  public record Family(Uid uid, Lineage lineage) {}

  public Pid pid() {
    return identity.pid();
  }
}
