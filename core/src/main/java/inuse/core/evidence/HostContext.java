package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * What decides about the port without being a holder.
 *
 * @param socketUnits the socket units that listen on it
 * @param storing services that have left descriptors with systemd, where no socket unit listens
 * @param forward the rule of the packet filter that sends its traffic elsewhere
 * @param wsl whether this is the Windows Subsystem for Linux, and no socket explains a refusal
 */
public record HostContext(
    List<SocketUnit> socketUnits, List<Unit> storing, Optional<Detour> forward, boolean wsl) {
  /** Nothing else decides about the port. */
  public static final HostContext NONE =
      new HostContext(List.of(), List.of(), Optional.empty(), false);

  public HostContext {
    socketUnits = List.copyOf(socketUnits);
    storing = List.copyOf(storing);
  }
}
