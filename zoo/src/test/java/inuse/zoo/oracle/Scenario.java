package inuse.zoo.oracle;

import inuse.core.evidence.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Holders of one port and a newcomer to it. Its text is a line for oracle.c. */
record Scenario(Protocol protocol, List<Part> holders, Part newcomer) {
  Scenario {
    holders = List.copyOf(holders);
  }

  static Scenario parse(String line) {
    List<String> parts = List.of(line.split(";", -1));
    if (parts.size() < 2) {
      throw new IllegalArgumentException("PROTOCOL [; HOLDER]... ; NEWCOMER expected, not " + line);
    }
    return new Scenario(
        parts.getFirst().strip().equals("udp") ? Protocol.UDP : Protocol.TCP,
        parts.subList(1, parts.size() - 1).stream().map(Part::parse).toList(),
        Part.parse(parts.getLast()));
  }

  /** Whether a holder does something between the newcomer's bind and its listen. */
  boolean goesOn() {
    return holders.stream().anyMatch(holder -> holder.option("then=").isPresent());
  }

  Scenario withoutHolder(int index) {
    List<Part> fewer = new ArrayList<>(holders);
    fewer.remove(index);
    return new Scenario(protocol, fewer, newcomer);
  }

  Scenario withHolder(int index, Part other) {
    List<Part> changed = new ArrayList<>(holders);
    changed.set(index, other);
    return new Scenario(protocol, changed, newcomer);
  }

  Scenario withNewcomer(Part other) {
    return new Scenario(protocol, holders, other);
  }

  @Override
  public String toString() {
    return protocol.word()
        + holders.stream().map(holder -> " ; " + holder).collect(Collectors.joining())
        + " ; "
        + newcomer;
  }
}
