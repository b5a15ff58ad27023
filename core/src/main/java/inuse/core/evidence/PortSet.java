package inuse.core.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A set of ports as the kernel writes one: {@code 8080,9000-9010}, in order. */
public record PortSet(List<Range> ranges) {
  /** No port. */
  public static final PortSet NONE = new PortSet(List.of());

  public PortSet {
    ranges = List.copyOf(ranges);
  }

  /** Parses numbers and ranges separated by commas; empty where the text is anything else. */
  public static Optional<PortSet> parse(String text) {
    boolean[] in = new boolean[Port.MAX + 1];
    String rest = text.trim();
    boolean more = !rest.isEmpty();
    while (more) {
      int comma = rest.indexOf(',');
      String part = comma < 0 ? rest : rest.substring(0, comma);
      int dash = part.indexOf('-');
      Optional<Integer> first = Decimal.parse(dash < 0 ? part : part.substring(0, dash), Port.MAX);
      Optional<Integer> last = dash < 0 ? first : Decimal.parse(part.substring(dash + 1), Port.MAX);
      if (first.isEmpty() || last.isEmpty() || first.get() > last.get()) {
        return Optional.empty();
      }
      for (int port = first.get(); port <= last.get(); port++) {
        in[port] = true;
      }
      more = comma >= 0;
      rest = rest.substring(comma + 1);
    }
    return Optional.of(of(in));
  }

  private static PortSet of(boolean[] in) {
    List<Range> ranges = new ArrayList<>();
    int from = -1;
    for (int port = 0; port <= in.length; port++) {
      boolean here = port < in.length && in[port];
      if (here && from < 0) {
        from = port;
      }
      if (!here && from >= 0) {
        ranges.add(new Range(new Port(from), new Port(port - 1)));
        from = -1;
      }
    }
    return new PortSet(ranges);
  }

  /** The set of these ports. */
  public static PortSet of(List<Port> ports) {
    boolean[] in = new boolean[Port.MAX + 1];
    ports.forEach(port -> in[port.number()] = true);
    return of(in);
  }

  /** The union. */
  public PortSet plus(PortSet others) {
    boolean[] in = new boolean[Port.MAX + 1];
    fill(in, true);
    others.fill(in, true);
    return of(in);
  }

  /** The difference. */
  public PortSet minus(PortSet others) {
    boolean[] in = new boolean[Port.MAX + 1];
    fill(in, true);
    others.fill(in, false);
    return of(in);
  }

  private void fill(boolean[] in, boolean value) {
    for (Range range : ranges) {
      for (int port = range.first().number(); port <= range.last().number(); port++) {
        in[port] = value;
      }
    }
  }

  public boolean contains(Port port) {
    return ranges.stream().anyMatch(range -> range.contains(port));
  }

  /** How many of them lie in a range. */
  public int within(Range all) {
    int count = 0;
    for (Range range : ranges) {
      int first = Math.max(range.first().number(), all.first().number());
      int last = Math.min(range.last().number(), all.last().number());
      count += Math.max(0, last - first + 1);
    }
    return count;
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** As the kernel writes it. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Range range : ranges) {
      text.append(text.isEmpty() ? "" : ",").append(range.first());
      if (!range.first().equals(range.last())) {
        text.append('-').append(range.last());
      }
    }
    return text.toString();
  }
}
