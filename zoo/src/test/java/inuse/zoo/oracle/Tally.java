package inuse.zoo.oracle;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Protocol;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts of what the scenarios met. */
final class Tally {
  private final Map<String, Integer> counts = new TreeMap<>();

  void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  void saw(BoundSocket socket) {
    String name = socket.protocol() == Protocol.UDP ? "udp-" : "";
    count("state-" + name + socket.state() + (socket.inode().isEmpty() ? "-orphan" : ""));
  }

  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }
}
