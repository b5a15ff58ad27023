package inuse.zoo.oracle;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A holder or the newcomer, in the notation of oracle.c.
 *
 * @param kind with its state, such as {@code acc/tw}
 */
record Part(String kind, String address, List<String> options) {
  Part {
    options = List.copyOf(options);
  }

  static Part parse(String text) {
    List<String> words = List.of(text.strip().split(" +", -1));
    if (words.size() < 2) {
      throw new IllegalArgumentException("KIND ADDRESS [OPTION]... expected, not " + text);
    }
    return new Part(words.get(0), words.get(1), words.subList(2, words.size()));
  }

  boolean has(String option) {
    return options.contains(option);
  }

  /** What stands behind that word. */
  Optional<String> option(String word) {
    return options.stream()
        .filter(option -> option.startsWith(word))
        .map(option -> option.substring(word.length()))
        .findFirst();
  }

  IpAddress ipAddress() {
    return IpAddress.parse(address).orElseThrow();
  }

  Uid uid() {
    return new Uid(option("uid=").map(Long::parseLong).orElse(0L));
  }

  /** Whether the kernel chose the port in connect(2). */
  boolean isAutomatic() {
    return kind.startsWith("auto");
  }

  /**
   * Whether nothing is left on the port: the kernel takes an unbound one from a dead connection.
   */
  boolean leavesNothing() {
    return kind.equals("acc/rst") || kind.equals("auto/rst") || kind.equals("deferc");
  }

  Part without(String option) {
    return new Part(kind, address, options.stream().filter(one -> !one.equals(option)).toList());
  }

  Part at(String other) {
    return new Part(kind, other, options);
  }

  Part as(String other) {
    return new Part(other, address, options);
  }

  @Override
  public String toString() {
    List<String> words = new ArrayList<>(List.of(kind, address));
    words.addAll(options);
    return String.join(" ", words);
  }
}
