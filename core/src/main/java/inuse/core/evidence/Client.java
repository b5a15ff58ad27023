package inuse.core.evidence;

import java.util.List;

/** Processes on this host that are connected to the port, which they do not hold. */
public record Client(Endpoint local, List<Ancestor> processes) {
  public Client {
    processes = List.copyOf(processes);
  }
}
