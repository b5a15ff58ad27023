package inuse.core.ask.supervision;

import inuse.core.ask.holders.CgroupOwner;
import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HostContext;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.SocketUnit;
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
  private final ProcessManagerLookup processManagers;
  private final PortProxies proxies;
  private final NatRules forwarding;

  public SupervisionLookup(Host host) {
    calls = host.calls();
    proc = host.proc();
    systemd = new Systemd(host);
    children = new UnitChildren(proc);
    engines = new Engines(host);
    processManagers = new ProcessManagerLookup(proc);
    proxies = new PortProxies(engines);
    forwarding = new NatRules(host);
  }

  /** The holders with what is in charge of them, and what could not be asked. */
  public record Complete(List<Holder> holders, HostContext hostContext, List<Gap> gaps) {}

  public Complete complete(
      PortTarget target, List<Probe> probes, List<BoundSocket> sockets, List<Holder> holders) {
    if (sockets.isEmpty()) {
      return new Complete(holders, around(target, probes), List.of());
    }
    List<Gap> gaps = new ArrayList<>();
    List<Holder> supervised = holders.stream().map(one -> supervised(one, target)).toList();
    List<SocketUnit> socketUnits = new ArrayList<>();
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
      supervised = supervised.stream().map(this::unasked).toList();
    }
    gaps.addAll(engines.gaps());
    return new Complete(supervised, new HostContext(socketUnits, Optional.empty(), false), gaps);
  }

  /** What may take a port without a socket. */
  private HostContext around(PortTarget target, List<Probe> probes) {
    boolean free = probes.stream().allMatch(Probe::isAllowed);
    return new HostContext(
        List.of(),
        free ? forwarding.rule(target) : Optional.empty(),
        !free && OsRelease.read(proc).isOfWindows());
  }

  private Holder supervised(Holder holder, PortTarget target) {
    Optional<Container> container =
        holder.container().map(one -> engines.complete(one, uid(holder).number()));
    return holder.with(
        holder.unit(),
        container,
        new Supervision(processManagers.of(holder), proxies.of(holder, target), manager(holder)));
  }

  private static Uid uid(Holder holder) {
    return holder.account().toOptional().map(Account::uid).orElse(Uid.ROOT);
  }

  /** Whether the holder is a systemd: PID 1, or a user's own manager. */
  private static Optional<Supervision.Init> manager(Holder holder) {
    if (!holder.program().bytes().equals(SYSTEMD) || holder.container().isPresent()) {
      return Optional.empty();
    }
    if (holder.pid().number() == 1) {
      return Optional.of(Supervision.Init.SYSTEM);
    }
    String cgroup = holder.cgroup().toOptional().map(Untrusted::bytes).orElse("");
    return cgroup.contains("/user@") && cgroup.endsWith(MANAGER_GROUP)
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
    for (Holder holder : holders) {
      boolean its = !user || uid(holder).number() == whose.orElse(-1);
      holder
          .unit()
          .filter(unit -> unit.user() == user && its)
          .ifPresent(unit -> units.add(unit.name()));
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
          shown.stream()
              .filter(one -> one.listens(target.protocol(), target.port()))
              .forEach(one -> socketUnits.add(one.socketUnit(user)));
        }
        yield holders.stream().map(holder -> detailed(holder, user, shown)).toList();
      }
    };
  }

  private static Holder detailed(Holder holder, boolean user, List<Systemd.Shown> shown) {
    Optional<Unit> unit =
        holder
            .unit()
            .map(one ->
                one.user() != user
                    ? one
                    : Systemd.find(shown, one.name()).map(found -> found.unit(one)).orElse(one));
    return holder.with(unit, holder.container(), holder.supervision());
  }

  /** What the kernel tells of a unit whose manager was not asked. */
  private Holder unasked(Holder holder) {
    Optional<Unit> unit =
        holder
            .unit()
            .map(one ->
                one.details().isPresent()
                    ? one
                    : new Unit(
                        one.name(), one.user(), children.main(holder, one), Optional.empty()));
    return holder.with(unit, holder.container(), holder.supervision());
  }

  /** The unit in whose control group a socket was made, where systemctl does not report it. */
  private static Optional<SocketUnit> byGroup(BoundSocket socket) {
    String name =
        socket.cgroup().toOptional().map(Untrusted::baseName).map(Untrusted::bytes).orElse("");
    return socket.isOfSocketUnit() && name.endsWith(".socket") && CgroupOwner.isUnitName(name)
        ? Optional.of(new SocketUnit(name, false, List.of()))
        : Optional.empty();
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
