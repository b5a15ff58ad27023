package inuse.core.ask.supervision;

import inuse.core.ask.holders.CgroupOwner;
import inuse.core.ask.holders.CgroupStatements;
import inuse.core.ask.holders.ProcessSpeaker;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HostContext;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.OsRelease;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds out which unit, container or process manager is in charge of each holder. A manager is
 * asked only where a holder belongs to it, each with its own deadline; a manager that does not
 * answer is a gap.
 */
public final class SupervisionLookup {
  private static final String MANAGER_GROUP = "/init.scope";
  private static final String SYSTEMD = "systemd";

  private final SystemCalls calls;
  private final Proc proc;
  private final Systemd systemd;
  private final UnitChildren children;
  private final Engines engines;
  private final ProcessSpeaker speakers;
  private final CgroupStatements cgroups;
  private final ProcessManagerLookup processManagers;
  private final PortProxies proxies;
  private final OfficeLookup offices;
  private final NatRules forwarding;

  public SupervisionLookup(Host host) {
    calls = host.calls();
    proc = host.proc();
    systemd = new Systemd(host);
    children = new UnitChildren(proc);
    engines = new Engines(host);
    UserNames users = new UserNames(proc);
    speakers = new ProcessSpeaker(host, users);
    cgroups = new CgroupStatements(host, users);
    processManagers = new ProcessManagerLookup(host, users);
    proxies = new PortProxies(engines, speakers, new Uid(calls.getEffectiveUid()));
    offices = new OfficeLookup(speakers);
    forwarding = new NatRules(host);
  }

  /** The holders with what is in charge of them, and what could not be asked. */
  public record Complete(List<Holder> holders, HostContext hostContext, List<Gap> gaps) {}

  public Complete complete(
      PortTarget target, List<Probe> probes, List<BoundSocket> sockets, List<Holder> holders) {
    if (sockets.isEmpty()) {
      return new Complete(holders, around(target, probes), List.of());
    }
    engines.begin();
    processManagers.begin();
    List<Gap> gaps = new ArrayList<>();
    List<Holder> supervised =
        holders.stream().map(one -> supervised(one, target, sockets)).toList();
    List<SocketUnit> socketUnits = new ArrayList<>();
    List<Unit> storing = List.of();
    if (systemd.isThere()) {
      supervised =
          withUnits(supervised, false, OptionalLong.empty(), target, sockets, socketUnits, gaps);
      Uid own = new Uid(calls.getEffectiveUid());
      OptionalLong user = OptionalLong.of(own.number());
      supervised = withUnits(supervised, true, user, target, sockets, socketUnits, gaps);
      if (socketUnits.isEmpty()) {
        LinkedHashSet<SocketUnit> told = new LinkedHashSet<>();
        sockets.forEach(socket -> byGroup(socket).ifPresent(told::add));
        socketUnits.addAll(told);
      }
      // Where systemctl has not answered it is not asked for more.
      if (socketUnits.isEmpty() && gaps.isEmpty()) {
        storing = storing(supervised, sockets);
      }
      supervised = supervised.stream().map(this::unasked).toList();
    }
    gaps.addAll(engines.gaps());
    gaps.addAll(processManagers.gaps());
    return new Complete(
        supervised, new HostContext(socketUnits, storing, Optional.empty(), false), gaps);
  }

  /** What may take a port without a socket. */
  private HostContext around(PortTarget target, List<Probe> probes) {
    boolean free = probes.stream().allMatch(Probe::isAllowed);
    return new HostContext(
        List.of(),
        List.of(),
        free ? forwarding.rule(target) : Optional.empty(),
        !free && OsRelease.read(proc).isOfWindows());
  }

  /** The rule of the packet filter that sends what other hosts send there elsewhere. */
  public Optional<Untrusted> forward(PortTarget target) {
    return forwarding.rule(target);
  }

  private Holder supervised(Holder bare, PortTarget target, List<BoundSocket> sockets) {
    Holder holder = engines.confirmed(bare);
    List<BoundSocket> held = sockets.stream().filter(holder::holds).toList();
    return holder.with(
        holder.unit(),
        holder.container(),
        new Supervision(
            processManagers.of(holder),
            proxies.of(holder, target, held),
            manager(holder),
            offices.of(holder, target, new Uid(calls.getEffectiveUid()))));
  }

  /** Whether the holder is a systemd: PID 1, or a user's own manager, which runs root's file. */
  private Optional<Supervision.Init> manager(Holder holder) {
    if (!holder.program().bytes().equals(SYSTEMD) || holder.container().isPresent()) {
      return Optional.empty();
    }
    if (holder.pid().number() == 1) {
      return Optional.of(Supervision.Init.SYSTEM);
    }
    String group = holder.cgroup().toOptional().map(Untrusted::bytes).orElse("");
    return group.contains("/user@")
            && group.endsWith(MANAGER_GROUP)
            && speakers.of(holder.pid()).ofRoot()
        ? Optional.of(Supervision.Init.USER)
        : Optional.empty();
  }

  /** Asks one manager, with one query for all units. */
  private List<Holder> withUnits(
      List<Holder> holders,
      boolean user,
      OptionalLong whose,
      PortTarget target,
      List<BoundSocket> sockets,
      List<SocketUnit> socketUnits,
      List<Gap> gaps) {
    Set<String> units = new LinkedHashSet<>();
    Uid manages = user ? new Uid(whose.orElse(0)) : Uid.ROOT;
    for (Holder holder : holders) {
      holder
          .unit()
          .filter(unit -> isOf(unit, user, manages))
          .ifPresent(unit -> units.add(unit.content().name()));
      boolean its = !user || holder.user().filter(manages::equals).isPresent();
      Supervision.Init manager = user ? Supervision.Init.USER : Supervision.Init.SYSTEM;
      if (its && holder.supervision().init().equals(Optional.of(manager))) {
        units.add(Systemd.SOCKETS);
      }
    }
    if (!user && sockets.stream().anyMatch(one -> isHiddenOfPid1(one, holders))) {
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
          listening(shown, target, sockets).forEach(one -> socketUnits.add(one.socketUnit(user)));
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

  /** What the kernel tells of a unit whose manager was not asked. */
  private Holder unasked(Holder holder) {
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
