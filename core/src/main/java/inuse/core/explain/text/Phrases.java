package inuse.core.explain.text;

import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Client;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.SocketMaker;
import inuse.core.explain.rule.Workers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Phrases that several causes share. */
public final class Phrases {
  /** Maximum names in one sentence; the rest is only counted. */
  private static final int MAX_NAMED = 4;

  private Phrases() {}

  /** The holders, as {@code nginx (pids 10, 11, root) and ssh (pid 12, alice)}. */
  public static Phrase holders(List<Holder> holders) {
    return holders(holders, one -> Optional.empty());
  }

  /**
   * The holders, with whoever else made their sockets, as {@code sshd (pid 9, root, with a socket
   * of bob)}.
   */
  public static Phrase holders(
      List<Holder> holders, Function<Holder, Optional<Account>> madeByOther) {
    List<Phrase> groups = new ArrayList<>();
    Workers workersOf = Workers.among(holders);
    List<Holder> left = new ArrayList<>(workersOf.masters());
    while (!left.isEmpty()) {
      Holder first = left.getFirst();
      List<Holder> workers = workersOf.of(first);
      if (!workers.isEmpty()) {
        left.remove(first);
        groups.add(
            alike(first, List.of(first), madeByOther.apply(first))
                .then(" and ")
                .then(its(workers)));
        continue;
      }
      List<Holder> alike =
          left.stream()
              .filter(other -> workersOf.of(other).isEmpty())
              .filter(other -> other.command().equals(first.command()))
              .filter(other -> other.account().equals(first.account()))
              .filter(other -> madeByOther.apply(other).equals(madeByOther.apply(first)))
              .toList();
      left.removeAll(alike);
      groups.add(alike(first, alike, madeByOther.apply(first)));
    }
    return list(groups);
  }

  private static Phrase its(List<Holder> workers) {
    if (workers.size() > MAX_NAMED) {
      return Phrase.of("its " + workers.size() + " workers");
    }
    List<Phrase> pids = workers.stream().map(one -> Phrase.of(one.pid().toString())).toList();
    return Phrase.of(workers.size() == 1 ? "its worker (pid " : "its workers (pids ")
        .then(list(pids))
        .then(")");
  }

  /** The holders and what they do, as {@code nginx (pid 10, root) listens on }. */
  public static Phrase subject(Blockers blockers, String one, String many) {
    return subject(blockers.holders(), who -> SocketMaker.of(who, blockers.sockets()), one, many);
  }

  /** The same of processes, whoever made their sockets. */
  public static Phrase subject(List<Holder> holders, String one, String many) {
    return subject(holders, who -> Optional.empty(), one, many);
  }

  private static Phrase subject(
      List<Holder> holders,
      Function<Holder, Optional<Account>> madeByOther,
      String one,
      String many) {
    return holders.isEmpty()
        ? Phrase.of("an unseen process " + one)
        : holders(holders, madeByOther).then(" ").then(holders.size() == 1 ? one : many);
  }

  /**
   * Which holder has which of the sockets: {@code node (pid 10) listens on [::1]:80 and python3
   * (pid 11) listens on 0.0.0.0:80}, and once for those that have the same.
   */
  public static Phrase having(
      Blockers blockers, List<BoundSocket> sockets, String one, String many) {
    return having(blockers.holders(), sockets, one, many);
  }

  /** The same of some of the holders. */
  public static Phrase having(
      List<Holder> holders, List<BoundSocket> sockets, String one, String many) {
    Map<List<String>, List<Holder>> byPlaces = new LinkedHashMap<>();
    for (Holder holder : holders) {
      Set<String> places = new LinkedHashSet<>();
      sockets.stream()
          .filter(holder::holds)
          .forEach(socket -> places.add(socket.local().toString()));
      if (!places.isEmpty()) {
        byPlaces.computeIfAbsent(List.copyOf(places), any -> new ArrayList<>()).add(holder);
      }
    }
    Function<Holder, Optional<Account>> maker = holder -> SocketMaker.of(holder, sockets);
    if (byPlaces.size() < 2) {
      return subject(holders, maker, one, many).then(places(sockets));
    }
    List<Phrase> each = new ArrayList<>();
    byPlaces.forEach((places, having) ->
        each.add(
            subject(having, maker, one, many)
                .then(list(places.stream().map(Phrase::of).toList()))));
    return list(each);
  }

  private static Phrase alike(Holder first, List<Holder> alike, Optional<Account> maker) {
    List<Phrase> pids = alike.stream().map(one -> Phrase.of(one.pid().toString())).toList();
    Phrase phrase =
        Phrase.of(first.command()).then(alike.size() == 1 ? " (pid " : " (pids ").then(list(pids));
    Phrase who =
        switch (first.account()) {
          case Reading.Known<Account>(Account account) -> phrase.then(", ").then(account(account));
          case Reading.Unknown<Account> unknown -> phrase;
        };
    return maker
        .map(other ->
            who.then(alike.size() == 1 ? ", with a socket of " : ", with sockets of ")
                .then(account(other))
                .then(")"))
        .orElseGet(() -> who.then(")"));
  }

  /** A process that nobody saw, by the owners of its sockets: "a process of uid 0 and alice". */
  public static Phrase unseenProcess(List<BoundSocket> sockets) {
    TreeMap<Long, Account> owners = new TreeMap<>();
    sockets.forEach(socket -> owners.put(socket.owner().uid().number(), socket.owner()));
    Phrase who = Phrase.of("a process of ");
    boolean first = true;
    for (Account owner : owners.values()) {
      who = who.then(first ? "" : " and ").then(account(owner));
      first = false;
    }
    return who;
  }

  /** A user's name, or {@code uid 1000}. */
  public static Phrase account(Account account) {
    return account.name().map(Phrase::of).orElseGet(() -> Phrase.of("uid " + account.uid()));
  }

  /** The processes that are clients of the port. */
  public static Phrase client(Client client) {
    return list(
        client.processes().stream()
            .map(one -> Phrase.of(one.command()).then(" (pid " + one.pid() + ")"))
            .toList());
  }

  /** The local addresses of sockets, each once. */
  public static Phrase places(List<BoundSocket> sockets) {
    return distinct(sockets.stream().map(socket -> socket.local().toString()));
  }

  /** The far ends of connections, each once. */
  public static Phrase peers(List<BoundSocket> sockets) {
    return distinct(
        sockets.stream().flatMap(socket -> socket.peer().stream()).map(Endpoint::toString));
  }

  /** The states of sockets, each once. */
  public static Phrase states(List<BoundSocket> sockets) {
    return distinct(sockets.stream().map(socket -> socket.state().name()));
  }

  /** One thing, or many. */
  public static String count(int number, String one, String many) {
    return number == 1 ? "a " + one : number + " " + many;
  }

  private static Phrase distinct(Stream<String> words) {
    // Not Stream.distinct(): after flatMap, in the executable, it forgets what it has seen.
    return list(new LinkedHashSet<>(words.toList()).stream().map(Phrase::of).toList());
  }

  static Phrase list(List<Phrase> items) {
    Phrase phrase = Phrase.of("");
    int named = items.size() > MAX_NAMED + 1 ? MAX_NAMED : items.size();
    for (int i = 0; i < named; i++) {
      boolean last = i == items.size() - 1;
      phrase = phrase.then(i == 0 ? "" : last ? " and " : ", ").then(items.get(i));
    }
    return named == items.size() ? phrase : phrase.then(" and " + (items.size() - named) + " more");
  }
}
