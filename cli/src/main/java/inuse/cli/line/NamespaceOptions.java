package inuse.cli.line;

import inuse.core.ask.namespaces.Namespaces;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Phrase;
import inuse.render.Escape;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The network namespaces that a command line asks about. */
public sealed interface NamespaceOptions {
  /** The caller's own. */
  record Here() implements NamespaceOptions {}

  /** One that was named, or all. */
  record There(List<Namespace> namespaces) implements NamespaceOptions {}

  /** There is no such namespace, or the options contradict each other. */
  record Wrong(String problem, String instead) implements NamespaceOptions {}

  /** Parses the options; nothing is looked up where there are none. */
  static NamespaceOptions of(Arguments.Given given, Supplier<Namespaces> lookUp) {
    List<Option> named =
        Stream.of(Option.NETNS, Option.CONTAINER, Option.PID, Option.ALL_NETNS)
            .filter(given::has)
            .toList();
    if (named.isEmpty()) {
      return new Here();
    }
    if (named.size() > 1) {
      return new Wrong(
          named.get(0).word() + " and " + named.get(1).word() + " exclude each other",
          "give one of them");
    }
    Namespaces namespaces = lookUp.get();
    if (given.has(Option.ALL_NETNS)) {
      return new There(namespaces.all());
    }
    Optional<Namespaces.Found> found =
        given
            .value(Option.NETNS)
            .map(namespaces::named)
            .or(() -> given.value(Option.CONTAINER).map(namespaces::ofContainer))
            .or(() -> given.value(Option.PID).map(namespaces::ofProcess));
    return found
        .<NamespaceOptions>map(one ->
            switch (one) {
              case Namespaces.Found.One(Namespace namespace) -> new There(List.of(namespace));
              case Namespaces.Found.None(String problem, Phrase instead) ->
                  new Wrong(problem, Escape.text(instead));
            })
        .orElse(new Here());
  }
}
