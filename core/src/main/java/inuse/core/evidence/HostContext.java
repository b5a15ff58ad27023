package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * What is not a holder, and still decides about the port.
 *
 * @param socketUnits the socket units that listen on it
 * @param forward the rule of the packet filter that sends its traffic elsewhere
 * @param wsl whether this is the Windows Subsystem for Linux, and no socket explains a refusal
 */
public record HostContext(List<SocketUnit> socketUnits, Optional<Untrusted> forward, boolean wsl) {
  /** Nothing of that kind. */
  public static final HostContext NONE = new HostContext(List.of(), Optional.empty(), false);

  public HostContext {
    socketUnits = List.copyOf(socketUnits);
  }
}
