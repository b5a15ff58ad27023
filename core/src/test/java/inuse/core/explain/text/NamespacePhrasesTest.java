package inuse.core.explain.text;

import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Container;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.NamespaceContext;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Explainer;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.Written;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Namespaces in words. */
final class NamespacePhrasesTest {
  private static final Optional<Ancestor> NGINX =
      Optional.of(new Ancestor(new Pid(12), new Untrusted("nginx")));

  private static Namespace namespace(String name, Optional<Ancestor> member, boolean own) {
    return new Namespace(
        Reading.known(77L),
        name.isEmpty() ? Optional.empty() : Optional.of(new Untrusted(name)),
        "/run/netns/web",
        member,
        Optional.empty(),
        own);
  }

  private static String text(Phrase phrase) {
    StringBuilder text = new StringBuilder();
    for (Phrase.Part part : phrase.parts()) {
      switch (part) {
        case Phrase.Part.Ours(String ours) -> text.append(ours);
        case Phrase.Part.Option(InuseCommand.Choice choice) -> text.append(choice.name());
        case Phrase.Part.Line(InuseCommand command) -> text.append(Written.line(command));
        case Phrase.Part.Theirs(Untrusted theirs) -> text.append(theirs.bytes());
      }
    }
    return text.toString();
  }

  @Test
  void aNamespaceIsCalledByWhatIsKnownOfIt() {
    assertThat(text(NamespacePhrases.of(namespace("web", NGINX, false))))
        .isEqualTo("network namespace web, that of nginx (pid 12)");
    assertThat(text(NamespacePhrases.of(namespace("web", Optional.empty(), false))))
        .isEqualTo("network namespace web");
    assertThat(text(NamespacePhrases.of(namespace("", NGINX, false))))
        .isEqualTo("the network namespace of nginx (pid 12)");
    assertThat(text(NamespacePhrases.of(namespace("", Optional.empty(), false))))
        .isEqualTo("network namespace 77");
    assertThat(text(NamespacePhrases.of(namespace("", NGINX, true))))
        .isEqualTo("your own network namespace, that of nginx (pid 12)");
    Namespace container =
        new Namespace(
            Reading.known(77L),
            Optional.of(new Untrusted("0f5c")),
            "/proc/12/ns/net",
            NGINX,
            Optional.of(new Container(Container.Engine.DOCKER, "0123456789abcdef".repeat(4))),
            false);
    assertThat(text(NamespacePhrases.of(container)))
        .isEqualTo("the network namespace of docker container 0123456789ab, with nginx (pid 12)");
  }

  @Test
  void remediesOfTheNetworkAreCarriedOutInside() {
    PortSnapshot there =
        snapshot()
            .elsewhere(
                new NamespaceContext(
                    Optional.of(namespace("web", NGINX, false)), Optional.empty(), List.of(), 0))
            .build();
    Remedy remove =
        new Remedy(Remedy.Id.REMOVE_DEVICE, List.of("ip", "link"), false, Phrase.of("x"));

    assertThat(Written.words(NamespacePhrases.reachable(there, remove)))
        .startsWith("nsenter", "--net=/run/netns/web", "ip", "link");
    assertThat(NamespacePhrases.reachable(there, remove).needsRoot()).isTrue();
    Remedy asRoot =
        new Remedy(Remedy.Id.RUN_AS_ROOT, Remedies.askAsRoot("8080"), true, Phrase.of("x"));
    assertThat(Written.words(NamespacePhrases.reachable(there, asRoot)))
        .containsExactly("sudo", "inuse", "in /run/netns/web", "8080");
    Remedy kill = new Remedy(Remedy.Id.TERMINATE, List.of("kill", "9"), false, Phrase.of("x"));
    assertThat(NamespacePhrases.reachable(there, kill)).isEqualTo(kill);
    assertThat(NamespacePhrases.reachable(snapshot().build(), remove)).isEqualTo(remove);
  }

  @Test
  void furtherNamespacesAreCounted() {
    PortSnapshot free =
        snapshot()
            .probes("ok")
            .elsewhere(new NamespaceContext(Optional.empty(), Optional.empty(), List.of(), 7))
            .build();

    assertThat(Explainer.explain(free).notes())
        .singleElement()
        .satisfies(note -> {
          assertThat(note.id()).isEqualTo(Note.Id.OTHER_NAMESPACE);
          assertThat(text(note.summary())).startsWith("it is held in 7 more network namespaces");
        });
  }
}
