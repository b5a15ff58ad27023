package inuse.core.ask.supervision;

import inuse.core.ask.holders.ProcessSpeaker;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HostContext;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Office;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.OsRelease;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final HolderUnits units;
  private final Engines engines;
  private final ProcessSpeaker speakers;
  private final ProcessManagerLookup processManagers;
  private final TmuxWindows windows;
  private final PortProxies proxies;
  private final OfficeLookup offices;
  private final NatRules forwarding;

  public SupervisionLookup(Host host) {
    calls = host.calls();
    proc = host.proc();
    engines = new Engines(host);
    UserNames users = new UserNames(proc);
    units = new HolderUnits(host, users);
    speakers = new ProcessSpeaker(host, users);
    processManagers = new ProcessManagerLookup(host, users);
    windows = new TmuxWindows(host, speakers);
    proxies = new PortProxies(engines, speakers, new Uid(calls.getEffectiveUid()));
    offices = new OfficeLookup(speakers);
    forwarding = new NatRules(host);
  }

  /** The holders with what is in charge of them, and what could not be asked. */
  public record Complete(List<Holder> holders, HostContext hostContext, List<Gap> gaps) {}

  public Complete complete(
      PortTarget target, List<Probe> probes, List<BoundSocket> sockets, List<Holder> holders) {
    if (sockets.isEmpty()) {
      HostContext around = around(target, probes);
      return new Complete(holders, around, forwarding.gaps());
    }
    engines.begin();
    processManagers.begin();
    List<Gap> gaps = new ArrayList<>();
    List<Holder> supervised =
        holders.stream().map(one -> supervised(one, target, sockets)).toList();
    HolderUnits.Found found = units.find(supervised, HolderUnits.Question.of(target, sockets));
    gaps.addAll(found.gaps());
    gaps.addAll(engines.gaps());
    gaps.addAll(processManagers.gaps());
    return new Complete(
        found.holders(), found.contexts().getOrDefault(target, HostContext.NONE), gaps);
  }

  /** The same of many ports at once: the holders, and what systemd has to do with each port. */
  public record Survey(
      List<Holder> holders, Map<PortTarget, HostContext> contexts, List<Gap> gaps) {}

  /**
   * What is in charge of the holders of many ports. Systemd is asked only about units of which a
   * holder may not be a part any more, and about sockets that it may hold itself.
   */
  public Survey survey(Map<PortTarget, List<BoundSocket>> ports, List<Holder> holders) {
    engines.begin();
    processManagers.begin();
    windows.begin();
    Map<Inode, BoundSocket> sockets = new HashMap<>(2 * ports.size());
    ports
        .values()
        .forEach(all -> all.forEach(one -> one.inode().ifPresent(it -> sockets.put(it, one))));
    List<Holder> supervised =
        holders.stream().flatMap(one -> supervised(one, sockets).stream()).toList();
    Map<PortTarget, List<BoundSocket>> systemds = HolderUnits.ofManagers(ports, supervised);
    List<BoundSocket> managed = systemds.values().stream().flatMap(List::stream).toList();
    HolderUnits.Found found =
        units.find(
            supervised, new HolderUnits.Question(systemds, managed, units::isPerhapsLeftOver));
    List<Gap> gaps = new ArrayList<>(found.gaps());
    gaps.addAll(engines.gaps());
    gaps.addAll(processManagers.gaps());
    return new Survey(found.holders(), found.contexts(), gaps);
  }

  /** A holder of several ports; one that forwards them to several containers is there for each. */
  private List<Holder> supervised(Holder bare, Map<Inode, BoundSocket> sockets) {
    Holder holder = engines.confirmed(bare);
    Map<PortTarget, List<BoundSocket>> ports = new LinkedHashMap<>();
    for (Holder.OpenSocket open : holder.sockets()) {
      BoundSocket socket = sockets.get(open.inode());
      if (socket != null) {
        ports.computeIfAbsent(PortTarget.of(socket), any -> new ArrayList<>(1)).add(socket);
      }
    }
    Optional<Statement<ProcessManager>> manager =
        processManagers.of(holder).map(one -> windows.named(holder, one, asker()));
    Optional<Supervision.Init> init = manager(holder);
    if (!PortProxies.mayForward(holder)) {
      return List.of(
          holder.with(
              holder.unit(),
              holder.container(),
              new Supervision(
                  manager, Optional.empty(), init, offices.of(holder, ports.keySet(), asker()))));
    }
    Map<Supervision, List<Holder.OpenSocket>> parts = new LinkedHashMap<>();
    ports.forEach((target, held) -> {
      Supervision its =
          new Supervision(manager, proxies.of(holder, target, held), init, office(holder, target));
      List<Holder.OpenSocket> part = parts.computeIfAbsent(its, any -> new ArrayList<>());
      Set<Inode> inodes = new HashSet<>();
      held.forEach(one -> one.inode().ifPresent(inodes::add));
      holder.sockets().stream().filter(one -> inodes.contains(one.inode())).forEach(part::add);
    });
    List<Holder> split = new ArrayList<>();
    parts.forEach((its, part) ->
        split.add(holder.withSockets(part).with(holder.unit(), holder.container(), its)));
    return split.isEmpty() ? List.of(holder) : split;
  }

  private Optional<Statement<Office>> office(Holder holder, PortTarget target) {
    return offices.of(holder, List.of(target), asker());
  }

  private Uid asker() {
    return new Uid(calls.getEffectiveUid());
  }

  /** What may take a port without a socket. */
  private HostContext around(PortTarget target, List<Probe> probes) {
    boolean free = probes.stream().allMatch(Probe::isAllowed);
    return new HostContext(
        List.of(),
        List.of(),
        free ? forwarding.detour(target) : Optional.empty(),
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
            office(holder, target)));
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
}
