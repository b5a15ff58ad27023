package inuse.core.evidence;

import java.util.List;

/** Processes that are connected to the port from this host: they hold nothing of it. */
public record Client(Endpoint local, List<Ancestor> processes) {
  public Client {
    processes = List.copyOf(processes);
  }
}
