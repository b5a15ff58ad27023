package inuse.cli.live;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.list.Row;
import inuse.render.Escape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A row of the list with what the view does with it.
 *
 * @param words everything that is shown of it, and may be searched for
 */
record Entry(Row row, String words) {
  /** Targets of which answers are shown. */
  private static final int FEW = 16;

  /** What stays the same from one look to the next. */
  String key() {
    return row.key();
  }

  /** Another text as soon as it is about other sockets or processes. */
  String signature() {
    return String.join(" ", targets())
        + row.holders().stream().map(Holder::pid).toList()
        + row.causeId().orElse("");
  }

  /**
   * The words behind {@code inuse} or one of its commands that make it be about this row, one char
   * a byte.
   */
  List<String> command() {
    return command(Integer.MAX_VALUE);
  }

  /** The same about the first of what it holds: nobody reads thousands of answers. */
  List<String> brief() {
    return command(FEW);
  }

  private List<String> command(int most) {
    List<String> words = new ArrayList<>();
    if (!row.where().own()) {
      words.addAll(List.of("--netns", row.where().path()));
    }
    targets().stream().limit(most).forEach(words::add);
    return words;
  }

  /** What it holds, as people write it. */
  String title() {
    return targets().stream()
        .map(one -> Escape.word(new Untrusted(one)))
        .collect(Collectors.joining(" "));
  }

  private Set<String> targets() {
    return switch (row.held()) {
      case Row.Held.Name(var socket) -> Set.of(name(socket.name().bytes()));
      case Row.Held.Ports ports ->
          ports.places().stream()
              .map(place -> target(ports, place))
              .collect(Collectors.toCollection(LinkedHashSet::new));
    };
  }

  /** A path that says from where is one; any other is said to be one. */
  private static String name(String bytes) {
    return bytes.startsWith("/") || bytes.startsWith("@") ? bytes : "unix:" + bytes;
  }

  private static String target(Row.Held.Ports ports, Endpoint place) {
    boolean all = place.address().isWildcard();
    return new PortTarget(
            ports.protocol(), all ? Optional.empty() : Optional.of(place.address()), place.port())
        .toString();
  }

  /** What somebody would paste to get there. */
  String address() {
    return switch (row.held()) {
      case Row.Held.Name(var socket) -> Escape.word(socket.name());
      case Row.Held.Ports ports ->
          ports.places().stream()
              .findFirst()
              .map(one -> one.address().isWildcard() ? "localhost:" + one.port() : one.toString())
              .orElse("");
    };
  }

  /** Whether it has those characters somewhere, in whatever case. */
  boolean has(String searched) {
    return folded(words).contains(folded(searched));
  }

  /** Of ASCII alone: the tables of the others are large, and names of programs rarely need them. */
  private static String folded(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      folded.append(one >= 'A' && one <= 'Z' ? (char) (one - 'A' + 'a') : one);
    }
    return folded.toString();
  }
}
