package inuse.differential;

import inuse.core.evidence.Container;
import inuse.core.evidence.Detour;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.HostContext;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.KillMode;
import inuse.core.evidence.Office;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Random supervision of processes, possible and impossible. */
final class RandomCharges {
  private final RandomInputs random;

  RandomCharges(RandomInputs random) {
    this.random = random;
  }

  private <T> Optional<T> maybe(int chances, Supplier<T> one) {
    return random.oneIn(chances) ? Optional.of(one.get()) : Optional.empty();
  }

  private String name() {
    return random.word().replace(' ', '-');
  }

  private List<String> names(String suffix) {
    List<String> names = new ArrayList<>();
    int count = random.below(3);
    for (int i = 0; i < count; i++) {
      names.add(name() + suffix);
    }
    return names;
  }

  Statement<Unit> unit() {
    return said(
        new Unit(name() + ".service", random.coin(), mainProcesses(), maybe(2, this::unitDetails)));
  }

  private Reading<Set<Pid>> mainProcesses() {
    return switch (random.below(3)) {
      case 0 -> Reading.unknown(Reading.Why.NOT_ASKED);
      case 1 -> Reading.known(Set.of());
      default -> Reading.known(Set.of(new Pid(1 + random.below(9))));
    };
  }

  private <T> Statement<T> said(T content) {
    return new Statement<>(
        content, random.pick(List.of(Speaker.ROOT, Speaker.of(new Uid(1000)), Speaker.ANYBODY)));
  }

  Statement<Container> saidContainer() {
    return said(container());
  }

  private Unit.Details unitDetails() {
    return new Unit.Details(
        random.pick(List.of("active", "inactive", "failed", "activating")),
        random.pick(List.of(KillMode.values())),
        random.pick(List.of("no", "always", "on-failure")),
        random.below(9),
        names(".socket"));
  }

  Container container() {
    return new Container(
        random.pick(List.of(Container.Engine.values())),
        new RandomFiles(random).containerId(),
        maybe(3, this::name),
        maybe(2, this::details));
  }

  private Container.Details details() {
    return new Container.Details(
        maybe(2, this::name),
        maybe(2, () -> new Untrusted(random.foreign(3))),
        maybe(2, () -> random.pick(List.of("no", "always", "unless-stopped"))),
        maybe(2, () -> random.pick(List.of("running", "exited"))),
        maybe(4, this::name));
  }

  Supervision supervision() {
    return new Supervision(
        maybe(4, () -> said(processManager())),
        maybe(4, () -> said(proxy())),
        maybe(8, () -> random.pick(List.of(Supervision.Init.values()))),
        maybe(6, () -> said(random.pick(List.of(Office.values())))));
  }

  private ProcessManager processManager() {
    return new ProcessManager(
        random.pick(List.of(ProcessManager.Kind.values())),
        new ProcessIdentity(new Pid(1 + random.below(99)), random.below(99)),
        maybe(2, this::name),
        maybe(2, this::name));
  }

  private PortProxy proxy() {
    return new PortProxy(
        random.pick(List.of(Container.Engine.values())),
        maybe(2, this::container),
        maybe(2, () -> new Port(random.port())),
        random.coin());
  }

  private Detour detour() {
    List<IpAddress> places =
        List.of(IpAddress.ANY_V4, IpAddress.LOOPBACK_V4, IpAddress.LOOPBACK_V6);
    return new Detour(
        new Untrusted(random.foreign(4)),
        maybe(2, () -> new Endpoint(random.pick(places), new Port(random.below(65_536)))));
  }

  HostContext hostContext() {
    List<SocketUnit> units = new ArrayList<>();
    int count = random.oneIn(4) ? 2 : 0;
    for (int i = 0; i < count; i++) {
      units.add(new SocketUnit(name() + ".socket", random.coin(), names(".service")));
    }
    List<Unit> storing =
        maybe(6, () -> new Unit(name() + ".service", random.coin())).stream().toList();
    return new HostContext(units, storing, maybe(8, this::detour), random.oneIn(8));
  }
}
