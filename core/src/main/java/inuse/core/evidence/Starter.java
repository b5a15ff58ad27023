package inuse.core.evidence;

import java.util.Optional;

/**
 * Who brings a server back, or may.
 *
 * @param identity which process it is
 * @param command its name
 * @param again whether it has started the server again; else it only outlived the one that it had
 *     started
 * @param client the far end at whose wish it did, where it serves connections and is not to blame
 */
public record Starter(
    ProcessIdentity identity, Untrusted command, boolean again, Optional<Endpoint> client) {
  public Pid pid() {
    return identity.pid();
  }
}
