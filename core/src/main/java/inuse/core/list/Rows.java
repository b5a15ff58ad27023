package inuse.core.list;

import inuse.core.evidence.AddressFacts;
import inuse.core.evidence.BindSettings;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.HostNames;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Inventory;
import inuse.core.evidence.NamespaceContext;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.Workplace;
import inuse.core.explain.Explainer;
import inuse.core.explain.causes.Cause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The rows of one network namespace. Sockets with the same holders are explained together, as
 * {@link Explainer} would explain them one by one, and then parted by who can reach them and whom
 * they block.
 */
final class Rows {
  private final Inventory inventory;
  private final Inventory.Space space;

  /** Holders by their place in the inventory: a process is long to compare. */
  private final Map<Inode, List<Integer>> byInode;

  private final Map<Endpoint, Integer> remains = new TreeMap<>();
  private final Clients clients;
  private final Contests contests;

  Rows(Inventory inventory, Inventory.Space space) {
    this.inventory = inventory;
    this.space = space;
    // Twice as large as it is full, so that it does not grow.
    byInode = new HashMap<>(2 * space.bound().sockets().size());
    clients = new Clients(space.bound());
    space.bound().remains().forEach(one -> remains.put(one.last().local(), one.count()));
    for (int i = 0; i < inventory.holders().size(); i++) {
      int place = i;
      Holder holder = inventory.holders().get(i);
      List<Integer> alone = List.of(place);
      holder.sockets().forEach(one -> add(one.inode(), alone));
      holder.references().forEach(one -> add(one.inode(), alone));
    }
    contests =
        new Contests(
            space.bound().sockets(),
            new HostNames(space.addresses(), inventory.localhost(), List.of()),
            inventory.asker(),
            socket -> at(placesOf(socket.inode())));
  }

  /** Adds one holder, whose place is behind those that were added before. */
  private void add(Inode inode, List<Integer> alone) {
    List<Integer> before = byInode.putIfAbsent(inode, alone);
    if (before != null && !before.getLast().equals(alone.getFirst())) {
      if (before.size() == 1) {
        before = new ArrayList<>(before);
        byInode.put(inode, before);
      }
      before.addAll(alone);
    }
  }

  private List<Integer> placesOf(Optional<Inode> inode) {
    List<Integer> places = inode.isEmpty() ? null : byInode.get(inode.get());
    return places == null ? List.of() : places;
  }

  private List<Holder> at(List<Integer> places) {
    return places.stream().map(inventory.holders()::get).toList();
  }

  /**
   * Sockets that are explained together.
   *
   * @param holders their places in the inventory
   * @param port where something is known of each port that the processes do not tell
   */
  private record Group(Protocol protocol, List<Integer> holders, Optional<PortTarget> port) {}

  /**
   * What sockets of one row have in common.
   *
   * @param cause its place among the causes; one more where there is none
   */
  private record Manner(int cause, Reach reach, Blocks blocks) {}

  List<Row> all() {
    Map<Group, List<BoundSocket>> groups = new LinkedHashMap<>();
    for (BoundSocket socket : space.bound().sockets()) {
      groups.computeIfAbsent(group(socket), any -> new ArrayList<>()).add(socket);
    }
    for (Inventory.Remains one : space.bound().remains()) {
      groups.computeIfAbsent(group(one.last()), any -> new ArrayList<>()).add(one.last());
    }
    List<Row> rows = new ArrayList<>();
    groups.forEach((group, sockets) -> rows.addAll(rows(group, sockets)));
    space.unixSockets().forEach(socket -> rows.add(row(socket)));
    return merged(rows);
  }

  private Group group(BoundSocket socket) {
    PortTarget port = PortTarget.of(socket);
    List<Integer> holders = placesOf(socket.inode());
    boolean alone = holders.isEmpty() || space.contexts().containsKey(port);
    return new Group(socket.protocol(), holders, alone ? Optional.of(port) : Optional.empty());
  }

  private List<Row> rows(Group group, List<BoundSocket> sockets) {
    PortTarget target = group.port().orElse(PortTarget.of(sockets.getFirst()));
    Inventory.Context context =
        group
            .port()
            .map(one -> space.contexts().getOrDefault(one, Inventory.Context.NONE))
            .orElse(Inventory.Context.NONE);
    List<Holder> holders = at(group.holders());
    Kinds kinds = new Kinds(sockets, holders);
    List<Cause> causes =
        Explainer.socketCauses(snapshot(target, holders, kinds.samples(), context));
    List<Row> rows = new ArrayList<>();
    parts(sockets, kinds, causes)
        .forEach((manner, its) -> {
          Optional<Cause> cause =
              manner.cause() < causes.size()
                  ? Optional.of(causes.get(manner.cause()))
                  : Optional.empty();
          rows.add(row(manner, cause, holders, its, context));
        });
    return rows;
  }

  /** The sockets of each row, in the order of their causes. */
  private Map<Manner, List<BoundSocket>> parts(
      List<BoundSocket> sockets, Kinds kinds, List<Cause> causes) {
    Map<BoundSocket, Integer> causeOf = new HashMap<>();
    for (int i = 0; i < causes.size(); i++) {
      for (BoundSocket socket : causes.get(i).sockets()) {
        causeOf.put(socket, i);
      }
    }
    List<Manner> manners =
        kinds.samples().stream()
            .map(one ->
                new Manner(
                    causeOf.getOrDefault(one, causes.size()),
                    Reach.of(one, space),
                    Blocks.of(one, inventory.asker())))
            .toList();
    Map<Manner, List<BoundSocket>> parts = new LinkedHashMap<>();
    for (int cause = 0; cause <= causes.size(); cause++) {
      for (int i = 0; i < sockets.size(); i++) {
        Manner manner = manners.get(kinds.of(i));
        if (manner.cause() == cause) {
          parts.computeIfAbsent(manner, any -> new ArrayList<>()).add(sockets.get(i));
        }
      }
    }
    return parts;
  }

  private PortSnapshot snapshot(
      PortTarget target,
      List<Holder> holders,
      List<BoundSocket> sockets,
      Inventory.Context context) {
    Reading<Long> inode = space.where().inode();
    return new PortSnapshot(
        new PortSnapshot.Asked(target, Newcomer.plain(inventory.asker()), inventory.asker()),
        new PortSnapshot.Look(inventory.takenAt(), inode, 1, HolderSearch.NOT_NEEDED),
        List.of(),
        new PortSnapshot.Table(sockets, 0, List.of(), List.of()),
        holders,
        new PortSnapshot.Context(
            new BindSettings(
                Reading.unknown(Reading.Why.NOT_ASKED), Reading.unknown(Reading.Why.NOT_ASKED)),
            Optional.empty(),
            context.host(),
            NamespaceContext.NOTHING,
            AddressFacts.NOT_ASKED,
            HostNames.NOT_ASKED,
            List.of()),
        context.coverage(),
        List.of());
  }

  private Row row(
      Manner manner,
      Optional<Cause> cause,
      List<Holder> holders,
      List<BoundSocket> sockets,
      Inventory.Context context) {
    Shown shown = Shown.of(holders);
    int count =
        sockets.stream()
            .mapToInt(one -> one.inode().isEmpty() ? remains.getOrDefault(one.local(), 1) : 1)
            .sum();
    Protocol protocol = sockets.getFirst().protocol();
    Optional<Workplace> workplace = workplace(shown.holders());
    Keeper keeper = Keepers.of(cause, shown.holders(), context, workplace, inventory.asker());
    String key = key(manner, cause, shown.holders(), sockets.getFirst());
    boolean listens =
        protocol == Protocol.TCP
            && sockets.stream().anyMatch(one -> one.state() == SocketState.LISTEN);
    return new Row(
        key,
        space.where(),
        new Row.Held.Ports(
            protocol, sockets, count, manner.reach(), manner.blocks(), contests.of(sockets)),
        cause.map(Cause::id),
        shown.holders(),
        shown.workers(),
        keeper,
        workplace,
        listens ? OptionalInt.of(clients.of(sockets)) : OptionalInt.empty(),
        Optional.empty());
  }

  private Row row(UnixSocket socket) {
    Shown shown = Shown.of(at(placesOf(socket.inode())));
    Optional<Workplace> workplace = workplace(shown.holders());
    return new Row(
        scope() + " unix " + socket.name().bytes() + " " + identity(shown.holders()),
        space.where(),
        new Row.Held.Name(socket),
        Optional.empty(),
        shown.holders(),
        shown.workers(),
        Keepers.of(
            Optional.empty(),
            shown.holders(),
            Inventory.Context.NONE,
            workplace,
            inventory.asker()),
        workplace,
        OptionalInt.empty(),
        Optional.empty());
  }

  private Optional<Workplace> workplace(List<Holder> holders) {
    return holders.stream()
        .findFirst()
        .flatMap(one -> Optional.ofNullable(inventory.workplaces().get(one.identity())));
  }

  private String scope() {
    return space.where().own()
        ? "own"
        : space.where().inode().toOptional().map(String::valueOf).orElse(space.where().path());
  }

  private static String identity(List<Holder> holders) {
    return holders.isEmpty()
        ? ""
        : holders.getFirst().pid() + "@" + holders.getFirst().identity().startTicks();
  }

  private String key(
      Manner manner, Optional<Cause> cause, List<Holder> holders, BoundSocket first) {
    String who = holders.isEmpty() ? first.local().toString() : identity(holders);
    return String.join(
        " ",
        scope(),
        first.protocol().word(),
        who,
        cause.map(Cause::id).orElse(""),
        manner.reach().kind().word(),
        manner.reach().device().map(one -> one.bytes()).orElse(""),
        manner.blocks().word());
  }

  /** What the same process has in the same manner is one row, also where others share a part. */
  private static List<Row> merged(List<Row> rows) {
    Map<String, Row> merged = new LinkedHashMap<>();
    for (Row row : rows) {
      Row before = merged.get(row.key());
      merged.put(row.key(), before == null ? row : together(before, row));
    }
    return List.copyOf(merged.values());
  }

  private static Row together(Row one, Row other) {
    if (!(one.held() instanceof Row.Held.Ports its)
        || !(other.held() instanceof Row.Held.Ports others)) {
      return one;
    }
    List<BoundSocket> sockets = new ArrayList<>(its.sockets());
    sockets.addAll(others.sockets());
    Shown shown = Shown.of(both(one.holders(), other.holders(), Holder::pid));
    OptionalInt clients =
        one.clients().isPresent() && other.clients().isPresent()
            ? OptionalInt.of(one.clients().getAsInt() + other.clients().getAsInt())
            : one.clients();
    return new Row(
        one.key(),
        one.where(),
        new Row.Held.Ports(
            its.protocol(),
            sockets,
            its.count() + others.count(),
            its.reach(),
            its.blocks(),
            both(its.answers(), others.answers(), Answers::port)),
        one.causeId(),
        shown.holders(),
        shown.workers(),
        one.keeper(),
        one.workplace(),
        clients,
        Optional.empty());
  }

  /** All of the one, and of the other what is not among them by that mark. */
  private static <T> List<T> both(List<T> one, List<T> other, Function<T, Object> mark) {
    List<T> all = new ArrayList<>(one);
    Set<Object> marks = new HashSet<>();
    one.forEach(it -> marks.add(mark.apply(it)));
    other.stream().filter(it -> marks.add(mark.apply(it))).forEach(all::add);
    return all;
  }
}
