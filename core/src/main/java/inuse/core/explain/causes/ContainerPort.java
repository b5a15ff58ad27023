package inuse.core.explain.causes;

import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.remedy.ContainerRemedies;
import inuse.core.explain.remedy.OtherWays;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * A port that a container publishes.
 *
 * <p>Also: docker, podman, docker-proxy, port is already allocated, kubernetes
 *
 * <h2>What it is</h2>
 *
 * {@code docker run -p 8080:80} or {@code podman run -p 8080:80}: a part of the container engine
 * (docker-proxy, conmon, rootlessport, slirp4netns or pasta; dockerd itself without its userland
 * proxy, and for a swarm service) holds the port of the host and forwards it. The server itself is
 * inside the container, on another port perhaps.
 *
 * <h2>Why bind fails</h2>
 *
 * The forwarder listens on the host like any other server.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code docker ps --filter publish=8080}, {@code podman port --all}
 *
 * <h2>What to do</h2>
 *
 * Stop the container, or start it again on another port of the host. Where the container is gone
 * and its forwarder was left behind, end the forwarder.
 *
 * <h2>What not to do</h2>
 *
 * Killing a forwarder whose container still runs leaves that container unreachable, and conmon is
 * what watches over it. Restarting the engine may stop every container of the host.
 *
 * <h2>Source</h2>
 *
 * docker run(1) and podman run(1), {@code --publish}.
 */
public record ContainerPort(Blockers blockers) implements SocketCause {
  /** Claims what a forwarder of a container engine has open. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed
        .claim(socket ->
            unclaimed.snapshot().holdersOf(socket).stream()
                .anyMatch(one ->
                    one.trusted(one.supervision().proxy(), unclaimed.snapshot().asker())
                        .isPresent()))
        .map(blockers -> new ContainerPort(Listener.withConnections(blockers, unclaimed)));
  }

  @Override
  public String id() {
    return "container-port";
  }

  @Override
  public Phrase summary() {
    Phrase phrase = Phrases.holders(holders()).then(holders().size() == 1 ? " holds " : " hold ");
    phrase = phrase.then(Phrases.places(sockets())).then(" for ");
    boolean first = true;
    for (PortProxy proxy : forwarders()) {
      phrase = phrase.then(first ? "" : " and ").then(whom(proxy));
      first = false;
    }
    return phrase;
  }

  private LinkedHashSet<PortProxy> forwarders() {
    LinkedHashSet<PortProxy> forwarders = new LinkedHashSet<>();
    for (Holder holder : holders()) {
      holder
          .trusted(holder.supervision().proxy(), blockers.snapshot().asker())
          .map(Statement.Trusted::content)
          .ifPresent(forwarders::add);
    }
    return forwarders;
  }

  private static Phrase whom(PortProxy proxy) {
    Optional<Port> inside = proxy.containerPort();
    String port = inside.isPresent() ? "port " + inside.get() + " of " : "";
    if (proxy.service().isPresent()) {
      return Phrase.of(port + "the swarm service " + proxy.service().get());
    }
    if (proxy.container().isEmpty()) {
      String which = proxy.left() ? "a container that is gone" : "a container";
      return Phrase.of(port + which + " (" + proxy.engine().word() + ")");
    }
    Container container = proxy.container().get();
    Phrase phrase = Phrase.of(port + proxy.engine().word() + " container " + container.shortName());
    Optional<Untrusted> image = container.details().flatMap(Container.Details::image);
    return image
        .map(one -> phrase.then(" (").then(one).then(")"))
        .orElse(phrase)
        .then(state(proxy, container));
  }

  private static String state(PortProxy proxy, Container container) {
    String state = container.details().flatMap(Container.Details::state).orElse("");
    boolean runs = state.isEmpty() || state.equals("running") || state.equals("paused");
    if (proxy.left()) {
      return runs ? ", which its engine no longer knows" : ", which no longer runs";
    }
    return switch (state) {
      case "created", "exited" -> ", which is starting";
      case "restarting" -> ", which is restarting";
      default -> "";
    };
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        forwarders().stream().anyMatch(PortProxy::left)
            ? "no container that runs publishes this port; its forwarder was left behind"
            : "the container engine itself holds the published port on the host");
  }

  @Override
  public List<Remedy> remedies() {
    return OtherWays.before(ContainerRemedies.stopForwarded(blockers), blockers);
  }
}
