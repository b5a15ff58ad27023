package inuse.core.explain.text;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.NamespaceContext;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Protocol;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.RemedyCommand;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Phrases about network namespaces, and remedies that must be carried out inside one. */
public final class NamespacePhrases {
  /**
   * Remedies that act on a namespace; processes, units and containers are reached from anywhere.
   */
  private static final Set<Remedy.Id> OF_THE_NETWORK =
      Set.of(Remedy.Id.ENABLE_IPV6, Remedy.Id.DESTROY_SOCKET, Remedy.Id.REMOVE_DEVICE);

  private NamespacePhrases() {}

  /** The namespace as a person would name it. */
  public static Phrase of(Namespace namespace) {
    Optional<Phrase> member = namespace.member().map(NamespacePhrases::process);
    if (namespace.own()) {
      Phrase own = Phrase.of("your own network namespace");
      return member.map(one -> own.then(", that of ").then(one)).orElse(own);
    }
    if (namespace.container().isPresent()) {
      Phrase phrase =
          Phrase.of("the network namespace of ").then(container(namespace.container().get()));
      return member.map(one -> phrase.then(", with ").then(one)).orElse(phrase);
    }
    if (namespace.name().isPresent()) {
      Phrase phrase = Phrase.of("network namespace ").then(namespace.name().get());
      return member.map(one -> phrase.then(", that of ").then(one)).orElse(phrase);
    }
    return member
        .map(one -> Phrase.of("the network namespace of ").then(one))
        .orElse(
            Phrase.of(
                "network namespace "
                    + namespace.inode().toOptional().map(Object::toString).orElse("unknown")));
  }

  private static Phrase process(Ancestor process) {
    return Phrase.of(process.command()).then(" (pid " + process.pid() + ")");
  }

  private static String container(Container container) {
    return container.engine().word() + " container " + container.shortName();
  }

  /**
   * Notes on other namespaces where the port is taken although it is free in the one asked about.
   */
  public static List<Note> notes(PortSnapshot snapshot) {
    List<Note> notes = new ArrayList<>();
    for (NamespaceContext.OtherNamespaceHolder held : snapshot.namespaceContext().held()) {
      notes.add(new Note(Note.Id.OTHER_NAMESPACE, held(held, snapshot)));
    }
    if (snapshot.namespaceContext().more() > 0) {
      notes.add(
          new Note(
              Note.Id.OTHER_NAMESPACE,
              Phrase.of(
                      "it is held in "
                          + snapshot.namespaceContext().more()
                          + " more network namespaces; ")
                  .then(
                      InuseCommand.of(InuseCommand.Verb.ASK)
                          .with(InuseCommand.Choice.ALL_NAMESPACES)
                          .about(snapshot.target().toString()))
                  .then(" tells")));
    }
    return notes;
  }

  private static Phrase held(NamespaceContext.OtherNamespaceHolder held, PortSnapshot snapshot) {
    boolean udp = snapshot.target().protocol() == Protocol.UDP;
    Phrase place = Phrase.of(String.join(" and ", places(held.sockets())));
    Phrase phrase =
        held.holders().isEmpty()
            ? place.then(udp ? " is bound" : " is listened on")
            : Phrases.list(held.holders().stream().map(NamespacePhrases::process).toList())
                .then(held.holders().size() > 1 ? (udp ? " hold " : " listen on ") : "")
                .then(held.holders().size() == 1 ? (udp ? " holds " : " listens on ") : "")
                .then(place);
    boolean here = snapshot.namespaceContext().asked().filter(one -> !one.own()).isEmpty();
    phrase =
        Phrase.of(snapshot.target() + " is free " + (here ? "here" : "there") + ", but ")
            .then(phrase)
            .then(" in ")
            .then(of(held.where()));
    return held.container().isEmpty()
        ? phrase
        : phrase.then(" (" + container(held.container().get()) + ")");
  }

  private static List<String> places(List<BoundSocket> sockets) {
    return List.copyOf(
        new LinkedHashSet<>(sockets.stream().map(one -> one.local().toString()).toList()));
  }

  /**
   * The remedy as it works from the user's namespace: some act on a namespace, not on a process.
   */
  public static Remedy reachable(PortSnapshot snapshot, Remedy remedy) {
    Optional<Namespace> there = snapshot.namespaceContext().asked().filter(one -> !one.own());
    if (there.isEmpty() || remedy.command().isEmpty()) {
      return remedy;
    }
    String path = there.get().path();
    if (OF_THE_NETWORK.contains(remedy.id())) {
      RemedyCommand inside = remedy.command().behind(List.of("nsenter", "--net=" + path));
      return new Remedy(remedy.id(), inside, true, remedy.effect());
    }
    return new Remedy(remedy.id(), remedy.command().in(path), remedy.needsRoot(), remedy.effect());
  }
}
