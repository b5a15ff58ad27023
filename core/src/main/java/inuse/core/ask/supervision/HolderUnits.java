package inuse.core.ask.supervision;

import inuse.core.ask.holders.CgroupOwner;
import inuse.core.ask.holders.CgroupStatements;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HostContext;
import inuse.core.evidence.Inode;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.io.Host;
import inuse.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The systemd units of the holders of one question, and the socket units that listen on its ports.
 */
final class HolderUnits {
  private final SystemCalls calls;
  private final Systemd systemd;
  private final UnitChildren children;
  private final CgroupStatements cgroups;

  HolderUnits(Host host, UserNames users) {
    calls = host.calls();
    systemd = new Systemd(host);
    children = new UnitChildren(host.proc());
    cgroups = new CgroupStatements(host, users);
  }

  /** Ports that are asked about, each with the sockets that have it. */
  record Question(
      Map<PortTarget, List<BoundSocket>> ports,
      List<BoundSocket> sockets,
      Predicate<Holder> asked) {
    /** One port. */
    static Question of(PortTarget target, List<BoundSocket> sockets) {
      return new Question(Map.of(target, sockets), sockets, any -> true);
    }
  }

  /** The holders with their units, and what systemd has to do with each port. */
  record Found(List<Holder> holders, Map<PortTarget, HostContext> contexts, List<Gap> gaps) {}

  Found find(List<Holder> holders, Question question) {
    if (!systemd.isThere()) {
      return new Found(holders, new LinkedHashMap<>(), List.of());
    }
    List<Gap> gaps = new ArrayList<>();
    Map<PortTarget, List<SocketUnit>> socketUnits = new LinkedHashMap<>();
    question.ports().keySet().forEach(target -> socketUnits.put(target, new ArrayList<>()));
    List<Holder> found =
        withUnits(holders, false, OptionalLong.empty(), question, socketUnits, gaps);
    Uid own = new Uid(calls.getEffectiveUid());
    OptionalLong user = OptionalLong.of(own.number());
    found = withUnits(found, true, user, question, socketUnits, gaps);
    Map<PortTarget, HostContext> contexts = new LinkedHashMap<>();
    for (Map.Entry<PortTarget, List<BoundSocket>> one : question.ports().entrySet()) {
      context(found, one.getValue(), socketUnits.getOrDefault(one.getKey(), List.of()), gaps)
          .ifPresent(context -> contexts.put(one.getKey(), context));
    }
    return new Found(found.stream().map(this::unasked).toList(), contexts, gaps);
  }

  private Optional<HostContext> context(
      List<Holder> holders, List<BoundSocket> sockets, List<SocketUnit> known, List<Gap> gaps) {
    List<SocketUnit> units = known;
    if (units.isEmpty()) {
      LinkedHashSet<SocketUnit> told = new LinkedHashSet<>();
      sockets.forEach(socket -> byGroup(socket).ifPresent(told::add));
      units = List.copyOf(told);
    }
    // Where systemctl has not answered it is not asked for more.
    List<Unit> storing =
        units.isEmpty() && gaps.isEmpty()
            ? storing(
                holders.stream().filter(one -> sockets.stream().anyMatch(one::holds)).toList(),
                sockets)
            : List.of();
    return units.isEmpty() && storing.isEmpty()
        ? Optional.empty()
        : Optional.of(new HostContext(units, storing, Optional.empty(), false));
  }

  /** Asks one manager, with one query for all units. */
  private List<Holder> withUnits(
      List<Holder> holders,
      boolean user,
      OptionalLong whose,
      Question question,
      Map<PortTarget, List<SocketUnit>> socketUnits,
      List<Gap> gaps) {
    Set<String> units = new LinkedHashSet<>();
    Uid manages = user ? new Uid(whose.orElse(0)) : Uid.ROOT;
    for (Holder holder : holders) {
      holder
          .unit()
          .filter(unit -> isOf(unit, user, manages) && question.asked().test(holder))
          .ifPresent(unit -> units.add(unit.content().name()));
      boolean its = !user || holder.user().filter(manages::equals).isPresent();
      Supervision.Init manager = user ? Supervision.Init.USER : Supervision.Init.SYSTEM;
      if (its && holder.supervision().init().equals(Optional.of(manager))) {
        units.add(Systemd.SOCKETS);
      }
    }
    if (!user && question.sockets().stream().anyMatch(one -> isHiddenOfPid1(one, holders))) {
      units.add(Systemd.SOCKETS);
    }
    if (units.isEmpty()) {
      return holders;
    }
    return switch (systemd.show(whose, List.copyOf(units))) {
      case Reading.Unknown<List<Systemd.Shown>>(Reading.Why why) -> {
        gaps.add(
            new Gap(
                Gap.Subject.SUPERVISION,
                user ? "systemctl --user show" : "systemctl show",
                why,
                "systemctl status "
                    + units.iterator().next().replace(Systemd.SOCKETS, "'*.socket'")
                    + " may tell more"));
        yield holders;
      }
      case Reading.Known<List<Systemd.Shown>>(List<Systemd.Shown> shown) -> {
        if (units.contains(Systemd.SOCKETS)) {
          socketUnits.forEach((target, found) ->
              listening(shown, target, question.ports().getOrDefault(target, List.of()))
                  .forEach(one -> found.add(one.socketUnit(user))));
        }
        yield holders.stream().map(holder -> detailed(holder, user, manages, shown)).toList();
      }
    };
  }

  /**
   * The socket units at the very addresses that are listened on; those of the port where systemd
   * writes the address in another way.
   */
  private static List<Systemd.Shown> listening(
      List<Systemd.Shown> shown, PortTarget target, List<BoundSocket> sockets) {
    List<Endpoint> places =
        sockets.stream()
            .filter(one -> one.state() != SocketState.ESTABLISHED)
            .map(BoundSocket::local)
            .filter(one -> isAskedAbout(one.address(), target))
            .toList();
    List<Systemd.Shown> exactly =
        shown.stream().filter(one -> one.listens(target.protocol(), places)).toList();
    return exactly.isEmpty()
        ? shown.stream().filter(one -> one.listens(target.protocol(), target.port())).toList()
        : exactly;
  }

  private static boolean isAskedAbout(IpAddress address, PortTarget target) {
    return target.address().isEmpty()
        || target.address().get().isWildcard()
        || address.isWildcard()
        || target.address().get().equals(address);
  }

  /**
   * The services that have left descriptors with the manager that holds a socket without a socket
   * unit: the one in whose control group it was made, where that is one of them.
   */
  private List<Unit> storing(List<Holder> holders, List<BoundSocket> sockets) {
    Uid own = new Uid(calls.getEffectiveUid());
    List<Unit> storing = new ArrayList<>();
    for (Holder holder : holders) {
      Optional<Supervision.Init> init = holder.supervision().init();
      boolean user = init.equals(Optional.of(Supervision.Init.USER));
      if (init.isEmpty() || (user && holder.user().filter(own::equals).isEmpty())) {
        continue;
      }
      OptionalLong whose = user ? OptionalLong.of(own.number()) : OptionalLong.empty();
      systemd.show(whose, List.of(Systemd.SERVICES)).toOptional().orElse(List.of()).stream()
          .filter(Systemd.Shown::stores)
          .forEach(one -> storing.add(one.unit(new Unit(one.id(), user))));
    }
    List<Unit> made =
        storing.stream()
            .filter(unit -> sockets.stream().anyMatch(one -> isMadeIn(one, unit.name())))
            .toList();
    return made.isEmpty() ? storing : made;
  }

  private boolean isMadeIn(BoundSocket socket, String unit) {
    return socket
        .cgroup()
        .toOptional()
        .map(group -> cgroups.name(group.bytes()))
        .filter(name -> name.speaker().equals(Speaker.ROOT) && name.content().equals(unit))
        .isPresent();
  }

  /**
   * Whether that user's manager is the one that a unit is of, as whoever named its group may say.
   */
  private static boolean isOf(Statement<Unit> unit, boolean user, Uid manages) {
    return unit.content().user() == user && unit.speaker().equals(Speaker.of(manages));
  }

  private static Holder detailed(
      Holder holder, boolean user, Uid manages, List<Systemd.Shown> shown) {
    Optional<Statement<Unit>> unit =
        holder
            .unit()
            .map(said -> isOf(said, user, manages) ? said.map(one -> detailed(one, shown)) : said);
    return holder.with(unit, holder.container(), holder.supervision());
  }

  /** Those of these ports of which a systemd has a socket, as far as may be seen. */
  static Map<PortTarget, List<BoundSocket>> ofManagers(
      Map<PortTarget, List<BoundSocket>> ports, List<Holder> holders) {
    Set<Inode> held = new HashSet<>(2 * ports.size());
    Set<Inode> managed = new HashSet<>();
    for (Holder holder : holders) {
      boolean manages = holder.supervision().init().isPresent();
      for (Holder.OpenSocket open : holder.sockets()) {
        held.add(open.inode());
        if (manages) {
          managed.add(open.inode());
        }
      }
    }
    Map<PortTarget, List<BoundSocket>> theirs = new LinkedHashMap<>();
    ports.forEach((target, sockets) -> {
      boolean its = false;
      for (BoundSocket one : sockets) {
        its =
            its
                || (isOneOf(held, one.inode())
                    ? isOneOf(managed, one.inode())
                    : isHiddenOfPid1(one, List.of()));
      }
      if (its) {
        theirs.put(target, sockets);
      }
    });
    return theirs;
  }

  private static boolean isOneOf(Set<Inode> inodes, Optional<Inode> inode) {
    return inode.isPresent() && inodes.contains(inode.get());
  }

  /** Whether it is in the group of a unit whose main process, if any, is not known to be above. */
  boolean isPerhapsLeftOver(Holder holder) {
    return holder.unit().isPresent()
        && unasked(holder)
            .unit()
            .map(Statement::content)
            .filter(unit ->
                unit.main()
                    .map(main ->
                        main.contains(holder.pid())
                            || holder.ancestry().stream().anyMatch(one -> main.contains(one.pid())))
                    .is(true))
            .isEmpty();
  }

  /** What the kernel tells of a unit whose manager was not asked. */
  Holder unasked(Holder holder) {
    Optional<Statement<Unit>> unit =
        holder
            .unit()
            .map(said ->
                said.map(one ->
                    one.details().isPresent()
                        ? one
                        : new Unit(
                            one.name(), one.user(), children.main(holder, one), Optional.empty())));
    return holder.with(unit, holder.container(), holder.supervision());
  }

  private static Unit detailed(Unit unit, List<Systemd.Shown> shown) {
    return Systemd.find(shown, unit.name()).map(found -> found.unit(unit)).orElse(unit);
  }

  /**
   * The unit in whose control group a socket was made, where systemctl does not report it, and
   * nobody but root's systemd can have made that group.
   */
  private Optional<SocketUnit> byGroup(BoundSocket socket) {
    return socket
        .cgroup()
        .toOptional()
        .filter(group -> socket.isOfSocketUnit() && socket.state() != SocketState.ESTABLISHED)
        .map(group -> cgroups.name(group.bytes()))
        .filter(name -> name.speaker().equals(Speaker.ROOT))
        .map(Statement::content)
        .filter(name -> name.endsWith(".socket") && CgroupOwner.isUnitName(name))
        .map(name -> new SocketUnit(name, false, List.of()));
  }

  /**
   * Whether PID 1 made the socket, by its control group, though its descriptors may not be read.
   */
  private static boolean isHiddenOfPid1(BoundSocket socket, List<Holder> holders) {
    return (socket.state() == SocketState.LISTEN || socket.state() == SocketState.BOUND)
        && socket.isOfSocketUnit()
        && holders.stream().noneMatch(holder -> holder.holds(socket));
  }
}
