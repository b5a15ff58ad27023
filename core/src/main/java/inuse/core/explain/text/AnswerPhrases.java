package inuse.core.explain.text;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Server;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.rule.WhoAnswers;
import inuse.core.explain.rule.WhoAnswers.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who answers by which name, where several servers have one port. Nobody is told so where one has
 * it all: there every name reaches that one, or nobody.
 */
public final class AnswerPhrases {
  private static final List<String> LOOPBACK =
      List.of(WhoAnswers.inUrl(IpAddress.LOOPBACK_V4), WhoAnswers.inUrl(IpAddress.LOOPBACK_V6));

  private final PortSnapshot seen;
  private final List<Server> servers;
  private final WhoAnswers who;

  private AnswerPhrases(PortSnapshot seen) {
    this.seen = seen;
    servers = Server.among(seen.sockets(), seen.holders(), seen.asker());
    who = WhoAnswers.of(seen.sockets(), seen.names());
  }

  /** A note for all names that reach the same servers, and one for those that no name reaches. */
  public static List<Note> notes(PortSnapshot seen) {
    if (seen.names().localhost().isEmpty()) {
      return List.of();
    }
    AnswerPhrases phrases = new AnswerPhrases(seen);
    return phrases.servers.size() < 2 ? List.of() : phrases.notes();
  }

  /**
   * Whom a name reaches.
   *
   * @param servers those of which one answers
   * @param forward the rule that takes what other hosts send there
   */
  private record Reached(boolean known, Set<Server> servers, Optional<Untrusted> forward) {}

  private List<Note> notes() {
    Map<Reached, List<Answer>> groups = new LinkedHashMap<>();
    for (Answer answer : who.answers()) {
      groups.computeIfAbsent(reached(answer), any -> new ArrayList<>()).add(answer);
    }
    List<Note> notes = new ArrayList<>();
    groups.forEach((reached, names) -> {
      if (names.stream().anyMatch(this::isAskedAbout)) {
        notes.add(note(sentence(reached, names)));
      }
    });
    boolean known = groups.keySet().stream().allMatch(Reached::known);
    List<Server> silent =
        servers.stream()
            .filter(one -> groups.keySet().stream().noneMatch(it -> it.servers().contains(one)))
            .toList();
    if (known && !silent.isEmpty() && seen.target().address().isEmpty()) {
      notes.add(note(Phrase.of("none of these names reaches ").then(named(silent))));
    }
    return notes;
  }

  /** Of one address that is this host's own, what localhost reaches is said too. */
  private boolean isAskedAbout(Answer name) {
    return name.name().equals(WhoAnswers.LOCALHOST)
        || seen.target()
            .address()
            .map(WhoAnswers::inUrl)
            .filter(one -> !one.equals(name.name()))
            .isEmpty();
  }

  private static Note note(Phrase sentence) {
    return new Note(Note.Id.WHO_ANSWERS, sentence);
  }

  private Reached reached(Answer answer) {
    Set<Server> reached = new LinkedHashSet<>();
    for (BoundSocket socket : answer.sockets().toOptional().orElse(List.of())) {
      servers.stream().filter(one -> one.has(socket)).forEach(reached::add);
    }
    // A forwarder of an engine stands where the engine's own rule leads.
    boolean forwarder =
        reached.stream()
            .flatMap(one -> one.holders().stream())
            .anyMatch(one -> one.supervision().proxy().isPresent());
    return new Reached(
        answer.sockets().toOptional().isPresent(),
        reached,
        forwarder ? Optional.empty() : answer.forward());
  }

  private Phrase sentence(Reached reached, List<Answer> names) {
    Phrase all = Phrases.list(names.stream().map(one -> Phrase.of(label(one))).toList());
    String reach = names.size() == 1 ? " reaches " : " reach ";
    if (reached.forward().isPresent()) {
      return Phrase.of("from other hosts ")
          .then(all)
          .then(reach)
          .then("what a rule of the packet filter names: ")
          .then(reached.forward().get());
    }
    if (!reached.known()) {
      return Phrase.of("it could not be read who answers ").then(all);
    }
    Phrase sentence = all.then(reach).then(answerer(List.copyOf(reached.servers())));
    List<Server> others =
        servers.stream()
            .filter(one -> !reached.servers().contains(one))
            .filter(one -> names.stream().anyMatch(name -> wouldAnswer(one, name)))
            .toList();
    return others.isEmpty() ? sentence : sentence.then(", not ").then(named(others));
  }

  private static boolean wouldAnswer(Server server, Answer name) {
    return server.sockets().stream().anyMatch(name::wouldBeOf);
  }

  private Phrase answerer(List<Server> reached) {
    if (reached.isEmpty()) {
      return Phrase.of("no process");
    }
    boolean spread =
        seen.target().protocol() == Protocol.TCP
            || reached.stream()
                .flatMap(one -> one.sockets().stream())
                .allMatch(one -> one.reusePort().is(true));
    String which = reached.size() == 1 ? "" : spread ? "now one, now another of " : "one of ";
    return Phrase.of(which).then(named(reached));
  }

  /**
   * An address as it is, since brackets with a port mark what a server has. What localhost was
   * taken for is said where another address would reach another server.
   */
  private String label(Answer name) {
    String first = name.tries().getFirst().address().toString();
    if (!name.name().equals(WhoAnswers.LOCALHOST)) {
      return first;
    }
    boolean udp = seen.target().protocol() == Protocol.UDP;
    Set<Reading<List<BoundSocket>>> different =
        who.answers().stream()
            .filter(one -> LOOPBACK.contains(one.name()))
            .map(Answer::sockets)
            .filter(one -> udp || !one.equals(Reading.known(List.of())))
            .collect(Collectors.toSet());
    if (different.size() < 2) {
      return name.name();
    }
    return name.tries().size() == 1 && !udp
        ? name.name() + " (" + first + " in /etc/hosts)"
        : name.name() + " (" + first + " first)";
  }

  private static Phrase named(List<Server> servers) {
    List<Holder> holders = servers.stream().flatMap(one -> one.holders().stream()).toList();
    List<Phrase> all = new ArrayList<>();
    if (!holders.isEmpty()) {
      all.add(Phrases.holders(holders));
    }
    servers.stream()
        .filter(one -> one.holders().isEmpty())
        .forEach(one ->
            all.add(
                Phrase.of("an unseen process of ")
                    .then(Phrases.account(one.sockets().getFirst().owner()))
                    .then(" on ")
                    .then(Phrases.places(one.sockets()))));
    return Phrases.list(all);
  }
}
