package inuse.core.tune;

import inuse.core.evidence.Decimal;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.Range;
import java.util.Optional;

/** The format of a setting's values. */
public sealed interface ValueFormat {
  /** A number, both ends included. */
  record WholeNumber(int least, int most) implements ValueFormat {}

  /** First and last of a range of ports. */
  record PortRange() implements ValueFormat {}

  /** Any number of ports. */
  record PortList() implements ValueFormat {}

  /** The value in our notation, from that of people or the kernel; empty where it is invalid. */
  default Optional<String> canonical(String text) {
    return switch (this) {
      case WholeNumber(int least, int most) ->
          Decimal.parse(text.trim(), most)
              .filter(number -> number >= least)
              .map(number -> Integer.toString(number));
      case PortRange range -> range(text).map(one -> one.first() + " " + one.last());
      case PortList list -> PortSet.parse(text).map(PortSet::toString);
    };
  }

  /** Two ports with a blank, a tab, a comma or a dash between them. */
  static Optional<Range> range(String text) {
    StringBuilder plain = new StringBuilder();
    String stripped = text.trim();
    for (int i = 0; i < stripped.length(); i++) {
      char c = stripped.charAt(i);
      boolean between = c == ' ' || c == '\t' || c == ',' || c == '-';
      if (!between || plain.isEmpty() || plain.charAt(plain.length() - 1) != ' ') {
        plain.append(between ? ' ' : c);
      }
    }
    int blank = plain.indexOf(" ");
    if (blank < 0) {
      return Optional.empty();
    }
    Optional<Integer> first = Decimal.parse(plain.substring(0, blank), Port.MAX);
    Optional<Integer> last = Decimal.parse(plain.substring(blank + 1), Port.MAX);
    return first.isPresent() && last.isPresent() && first.get() <= last.get() && first.get() > 0
        ? Optional.of(new Range(new Port(first.get()), new Port(last.get())))
        : Optional.empty();
  }

  /** The allowed values, in words. */
  default String allowed() {
    return switch (this) {
      case WholeNumber(int least, int most) -> least + " to " + most;
      case PortRange range -> "two ports, the first and the last, 1 to 65535";
      case PortList list -> "ports and ranges of them with commas between, 0 to 65535";
    };
  }
}
