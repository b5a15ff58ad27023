package inuse.core.ask.supervision;

import inuse.core.ask.holders.ProcessSpeaker;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.kernel.proc.Numeral;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Recognises the helper processes of container engines that hold a published port. A program's name
 * is not enough, since any user may choose it: its arguments must be those that the engine passes,
 * and its file root's or the asker's own. Of another user's the container must be known besides:
 * nobody keeps a port by merely calling a process so. Only the engine of the process's own user is
 * asked, whatever the arguments say.
 */
public final class PortProxies {
  private static final Set<String> PROGRAMS =
      Set.of(
          "docker-proxy",
          "rootlesskit-docker-proxy",
          "dockerd",
          "conmon",
          "rootlessport",
          "slirp4netns",
          "pasta",
          "pasta.avx2");

  private final Engines engines;
  private final ProcessSpeaker speakers;
  private final Speaker asker;

  PortProxies(Engines engines, ProcessSpeaker speakers, Uid asker) {
    this.engines = engines;
    this.speakers = speakers;
    this.asker = Speaker.of(asker);
  }

  /** Whether a process has the name of such a helper, without which it is none. */
  static boolean mayForward(Holder holder) {
    return PROGRAMS.contains(holder.program().bytes());
  }

  /**
   * The target of the process, if it is such a proxy.
   *
   * @param held the sockets that it holds
   */
  Optional<Statement<PortProxy>> of(Holder holder, PortTarget target, List<BoundSocket> held) {
    if (holder.executable().toOptional().isEmpty() || holder.container().isPresent()) {
      return Optional.empty();
    }
    ProcessSpeaker.Told told = speakers.of(holder.pid());
    if (told.program().isEmpty() || told.speaker().equals(Speaker.ANYBODY)) {
      return Optional.empty();
    }
    List<String> arguments =
        holder.arguments().toOptional().orElse(List.of()).stream().map(Untrusted::bytes).toList();
    boolean isProgram = !told.ofProgram(asker).equals(Speaker.ANYBODY);
    List<String> addresses = held.stream().map(one -> one.local().address().toString()).toList();
    Optional<PortProxy> proxy =
        switch (told.program().get()) {
          case "docker-proxy", "rootlesskit-docker-proxy" ->
              dockerProxy(arguments, told.speaker(), target);
          case "dockerd" -> dockerd(told.speaker(), target, asked(target, addresses));
          case "conmon" -> conmon(arguments, told.speaker(), isProgram, target);
          case "rootlessport" ->
              Optional.of(podman(told.speaker(), target, asked(target, addresses)));
          case "slirp4netns", "pasta", "pasta.avx2" ->
              arguments.stream().anyMatch(PortProxies::isNamespaceOfPodman)
                  ? Optional.of(podman(told.speaker(), target, asked(target, addresses)))
                  : Optional.empty();
          default -> Optional.empty();
        };
    boolean anothers = !told.speaker().equals(Speaker.ROOT) && !told.speaker().equals(asker);
    return proxy
        .filter(one ->
            (isProgram && !anothers) || one.container().isPresent() || one.service().isPresent())
        .map(one -> new Statement<>(one, told.speaker()));
  }

  /** {@code docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip …}. */
  private Optional<PortProxy> dockerProxy(
      List<String> arguments, Speaker speaker, PortTarget target) {
    boolean its =
        after(arguments, "-host-port").filter(target.port().toString()::equals).isPresent()
            && after(arguments, "-proto").filter(target.protocol().word()::equals).isPresent();
    Optional<Port> inside = after(arguments, "-container-port").flatMap(PortProxies::port);
    if (!its || inside.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> host = after(arguments, "-host-ip");
    Optional<String> within = after(arguments, "-container-ip");
    Container.Engine engine = Container.Engine.DOCKER;
    Reading<List<EngineJson.Listed>> known = engines.running(engine, speaker);
    Optional<EngineJson.Listed> found = published(known, target, host, within, inside.get());
    if (found.isEmpty() && known instanceof Reading.Known<List<EngineJson.Listed>>) {
      // It may be about to start, and have begun to run since.
      known = engines.all(speaker);
      found = published(known, target, host, within, inside.get());
    }
    Optional<Container> container = found.map(one -> detailed(engine, one, speaker));
    boolean asked = known instanceof Reading.Known<List<EngineJson.Listed>>;
    PortProxy proxy = new PortProxy(engine, container, inside, asked);
    // One that is neither running nor about to has left it behind.
    boolean left = found.filter(one -> !one.isServed()).isPresent();
    return Optional.of(left ? proxy.leftBehind() : proxy);
  }

  private static Optional<EngineJson.Listed> published(
      Reading<List<EngineJson.Listed>> containers,
      PortTarget target,
      Optional<String> host,
      Optional<String> within,
      Port inside) {
    return containers.toOptional().orElse(List.of()).stream()
        .filter(one ->
            one.ports().stream()
                .anyMatch(port ->
                    isOf(port, target, host)
                        || (!one.runs()
                            && one.isServed()
                            && isChosen(port, target, inside.toString()))))
        .filter(one ->
            within.isEmpty() || one.addresses().isEmpty() || one.addresses().contains(within.get()))
        .findFirst();
  }

  /** Whether the engine was to choose a port of the host, so that it may be this one. */
  private static boolean isChosen(EngineJson.Published port, PortTarget target, String inside) {
    return port.port().isEmpty()
        && port.protocol().equals(target.protocol().word())
        && port.inside().equals(Optional.of(inside));
  }

  /**
   * What dockerd holds itself: without its userland proxy a port that a container has published, in
   * a swarm one of a service. Nothing, where none is known: it may be a port of its own.
   */
  private Optional<PortProxy> dockerd(Speaker speaker, PortTarget target, List<String> addresses) {
    Container.Engine engine = Container.Engine.DOCKER;
    for (EngineJson.Listed one : engines.running(engine, speaker).toOptional().orElse(List.of())) {
      Optional<EngineJson.Published> port =
          one.ports().stream()
              .filter(its -> isOf(its, target, Optional.empty()))
              .filter(its -> addresses.stream().anyMatch(held -> isSame(its.address(), held)))
              .findFirst();
      if (port.isPresent()) {
        return Optional.of(
            new PortProxy(
                engine,
                Optional.of(detailed(engine, one, speaker)),
                port.get().inside().flatMap(PortProxies::port),
                true));
      }
    }
    return engines
        .service(speaker, target)
        .map(one ->
            new PortProxy(
                engine,
                Optional.empty(),
                Optional.of(one.name()),
                port(one.inside()),
                true,
                false));
  }

  private static boolean isOf(EngineJson.Published port, PortTarget target, Optional<String> host) {
    return port.port().equals(target.port().toString())
        && port.protocol().equals(target.protocol().word())
        && (port.address().isEmpty() || host.isEmpty() || port.address().equals(host.get()));
  }

  /** {@code conmon --api-version 1 -c ID -u ID -r /usr/bin/crun … -n NAME}; it keeps the port. */
  private Optional<PortProxy> conmon(
      List<String> arguments, Speaker speaker, boolean isProgram, PortTarget target) {
    Optional<String> id = after(arguments, "-c").filter(Container::isId);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    Container.Engine engine = Container.Engine.PODMAN;
    Container bare = new Container(engine, id.get());
    Container named =
        bare.with(
            new Container.Details(
                after(arguments, "-n").flatMap(EngineJson::name),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    Optional<Container> told = engines.known(bare, speaker);
    Optional<Port> inside =
        engines.running(engine, speaker).toOptional().orElse(List.of()).stream()
            .filter(one -> one.id().equals(id.get()))
            .flatMap(one -> one.ports().stream())
            .filter(port -> isOf(port, target, Optional.empty()))
            .findFirst()
            .flatMap(EngineJson.Published::inside)
            .flatMap(PortProxies::port);
    PortProxy proxy =
        new PortProxy(
            engine,
            told.or(() -> isProgram ? Optional.of(named) : Optional.empty()),
            inside,
            told.isPresent());
    return Optional.of(engines.has(bare, speaker).is(false) ? proxy.leftBehind() : proxy);
  }

  /** Of the held addresses those that were asked about. */
  private static List<String> asked(PortTarget target, List<String> addresses) {
    return addresses.stream()
        .filter(held ->
            target.address().filter(one -> !one.isWildcard()).isEmpty()
                || isEverywhere(held)
                || held.equals(target.address().get().toString()))
        .toList();
  }

  /** The container of Podman that published the port at one of the addresses that are held. */
  private PortProxy podman(Speaker speaker, PortTarget target, List<String> addresses) {
    Container.Engine engine = Container.Engine.PODMAN;
    Reading<List<EngineJson.Listed>> running = engines.running(engine, speaker);
    for (EngineJson.Listed one : running.toOptional().orElse(List.of())) {
      Optional<EngineJson.Published> published =
          one.ports().stream()
              .filter(port -> isOf(port, target, Optional.empty()))
              .filter(port -> addresses.stream().anyMatch(held -> isSame(port.address(), held)))
              .findFirst();
      if (published.isPresent()) {
        return new PortProxy(
            engine,
            Optional.of(detailed(engine, one, speaker)),
            published.get().inside().flatMap(PortProxies::port),
            true);
      }
    }
    return new PortProxy(
        engine,
        Optional.empty(),
        Optional.empty(),
        running instanceof Reading.Known<List<EngineJson.Listed>>);
  }

  /** Podman publishes everywhere through one socket of either family. */
  private static boolean isSame(String published, String held) {
    return published.equals(held) || (isEverywhere(published) && isEverywhere(held));
  }

  private static boolean isEverywhere(String address) {
    return address.isEmpty() || address.equals("0.0.0.0") || address.equals("::");
  }

  private Container detailed(Container.Engine engine, EngineJson.Listed listed, Speaker speaker) {
    Container named = new Container(engine, listed.id()).with(listed.details());
    return engines.known(named, speaker).orElse(named);
  }

  /** Whether the argument is the path of a network namespace of rootless Podman. */
  private static boolean isNamespaceOfPodman(String argument) {
    return argument.startsWith("/") && argument.contains("/netns/");
  }

  private static Optional<String> after(List<String> arguments, String option) {
    int at = arguments.indexOf(option);
    return at < 0 || at + 1 >= arguments.size()
        ? Optional.empty()
        : Optional.of(arguments.get(at + 1));
  }

  /** A port in decimal; empty where the text is anything else. */
  public static Optional<Port> port(String digits) {
    OptionalLong number = Numeral.decimal(digits);
    return number.isPresent() && number.getAsLong() <= Port.MAX
        ? Optional.of(new Port((int) number.getAsLong()))
        : Optional.empty();
  }
}
