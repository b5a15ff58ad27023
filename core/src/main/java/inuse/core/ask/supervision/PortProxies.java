package inuse.core.ask.supervision;

import inuse.core.evidence.Account;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Untrusted;
import inuse.kernel.proc.Numeral;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Recognises the helper processes of container engines that hold a published port. A program's name
 * is not enough, since any user may choose it: its arguments must be those that the engine passes.
 */
public final class PortProxies {
  private final Engines engines;

  PortProxies(Engines engines) {
    this.engines = engines;
  }

  /** The target of the process, if it is such a proxy. */
  Optional<PortProxy> of(Holder holder, PortTarget target) {
    if (holder.executable().toOptional().isEmpty() || holder.container().isPresent()) {
      return Optional.empty();
    }
    List<String> arguments =
        holder.arguments().toOptional().orElse(List.of()).stream().map(Untrusted::bytes).toList();
    long uid = holder.account().toOptional().map(Account::uid).map(one -> one.number()).orElse(0L);
    return switch (holder.program().bytes()) {
      case "docker-proxy", "rootlesskit-docker-proxy" -> dockerProxy(arguments, uid, target);
      case "conmon" -> conmon(arguments, uid, target);
      case "rootlessport" -> Optional.of(podman(uid, target));
      case "slirp4netns", "pasta", "pasta.avx2" ->
          arguments.stream().anyMatch(PortProxies::isNamespaceOfPodman)
              ? Optional.of(podman(uid, target))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** {@code docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip …}. */
  private Optional<PortProxy> dockerProxy(List<String> arguments, long uid, PortTarget target) {
    boolean its =
        after(arguments, "-host-port").filter(target.port().toString()::equals).isPresent()
            && after(arguments, "-proto").filter(target.protocol().word()::equals).isPresent();
    Optional<Port> inside = after(arguments, "-container-port").flatMap(PortProxies::port);
    if (!its || inside.isEmpty()) {
      return Optional.empty();
    }
    PortProxy told =
        engines.published(Container.Engine.DOCKER, uid, target.protocol(), target.port());
    return Optional.of(new PortProxy(told.engine(), told.container(), inside, told.asked()));
  }

  /** {@code conmon --api-version 1 -c ID -u ID -r /usr/bin/crun … -n NAME}; it keeps the port. */
  private Optional<PortProxy> conmon(List<String> arguments, long uid, PortTarget target) {
    Optional<String> id = after(arguments, "-c").filter(Container::isId);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    Container named =
        new Container(Container.Engine.PODMAN, id.get())
            .with(
                new Container.Details(
                    after(arguments, "-n").flatMap(Engines::name),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
    Container told = engines.complete(named, uid);
    boolean asked = !told.equals(named);
    Optional<Port> inside =
        asked
            ? engines
                .published(Container.Engine.PODMAN, uid, target.protocol(), target.port())
                .containerPort()
            : Optional.empty();
    return Optional.of(new PortProxy(Container.Engine.PODMAN, Optional.of(told), inside, asked));
  }

  private PortProxy podman(long uid, PortTarget target) {
    return engines.published(Container.Engine.PODMAN, uid, target.protocol(), target.port());
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
