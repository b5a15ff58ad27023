package inuse.core.explain.remedy;

import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.Statement.Trusted;
import inuse.core.evidence.Uid;
import inuse.core.explain.rule.Blockers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives back what a container holds, or an engine for it, through that engine. */
public final class ContainerRemedies {
  private ContainerRemedies() {}

  /** Stops the container, through the engine of whoever vouches for it. */
  public static Optional<Remedy> stopContainer(Trusted<Container> trusted, Uid asker) {
    Container container = trusted.content();
    if (container.pod().isPresent()) {
      return Optional.of(
          Remedy.advice(
              Remedy.Id.STOP_CONTAINER,
              Phrase.of(
                  "scale down or delete the pod with UID "
                      + container.pod().get()
                      + " (kubectl get pods -A -o custom-columns="
                      + "NS:.metadata.namespace,NAME:.metadata.name,UID:.metadata.uid); Kubernetes"
                      + " starts again a container that merely ends. It holds a port of the host"
                      + " because of hostNetwork or hostPort in its spec")));
    }
    Optional<List<String>> program =
        switch (container.engine()) {
          case DOCKER -> Optional.of(docker(trusted.actor(), asker));
          case PODMAN -> Optional.of(List.of("podman"));
          case CONTAINERD, CRIO, CRI -> Optional.empty();
        };
    if (program.isEmpty()) {
      return Optional.empty();
    }
    String called = container.shortName();
    List<String> command = new ArrayList<>(program.get());
    command.addAll(List.of("stop", called));
    return Optional.of(
        new Remedy(
            Remedy.Id.STOP_CONTAINER,
            SupervisorRemedies.as(trusted.actor(), asker, command),
            !trusted.actor().equals(asker) && Remedies.needsRoot(asker),
            Phrase.of("stops the container " + called).then(restartOf(container))));
  }

  /** For another user that user's own engine: by itself the command would ask the one for all. */
  private static List<String> docker(Uid actor, Uid asker) {
    return SupervisorRemedies.isAnothers(actor, asker)
        ? List.of("docker", "-H", "unix:///run/user/" + actor + "/docker.sock")
        : List.of("docker");
  }

  private static String restartOf(Container container) {
    String restart = container.details().flatMap(Container.Details::restart).orElse("no");
    return switch (restart) {
      case "always" -> "; its restart policy brings it back when the engine itself restarts";
      case "unless-stopped", "on-failure" -> ", and its restart policy will not bring it back";
      default -> "";
    };
  }

  /** The container that a proxy forwards to, where whoever asks may act on it. */
  public static Optional<Trusted<Container>> forwarded(Holder holder, Uid asker) {
    return holder
        .trusted(holder.supervision().proxy(), asker)
        .filter(proxy -> !proxy.content().left())
        .flatMap(proxy -> proxy.part(PortProxy::container));
  }

  /** Takes the port from the swarm service that a proxy forwards to. */
  public static Optional<Trusted<Remedy>> unpublish(Holder holder, Uid asker) {
    return holder
        .trusted(holder.supervision().proxy(), asker)
        .flatMap(proxy -> proxy.part(one -> unpublish(one, proxy.actor(), asker)));
  }

  private static Optional<Remedy> unpublish(PortProxy proxy, Uid actor, Uid asker) {
    if (proxy.service().isEmpty() || proxy.containerPort().isEmpty()) {
      return Optional.empty();
    }
    List<String> command = new ArrayList<>(docker(actor, asker));
    command.addAll(
        List.of(
            "service",
            "update",
            "--publish-rm",
            proxy.containerPort().get().toString(),
            proxy.service().get()));
    return Optional.of(
        new Remedy(
            Remedy.Id.STOP_CONTAINER,
            SupervisorRemedies.as(actor, asker, command),
            !actor.equals(asker) && Remedies.needsRoot(asker),
            Phrase.of("takes the published port from the service, which runs on")));
  }

  /** What to do about a forwarder whose container nobody names, which may run. */
  public static final String UNNAMED =
      "forwards to a container that its engine does not name; stop that container, and not what"
          + " forwards to it";

  /** Whether a container may run behind it that would lose its port. */
  private static boolean serves(Holder holder, Uid asker) {
    return holder
        .trusted(holder.supervision().proxy(), asker)
        .filter(proxy -> !proxy.content().left())
        .isPresent();
  }

  private static Remedy unnamed(Holder holder) {
    return Remedy.advice(
        Remedy.Id.STOP_CONTAINER,
        Phrase.of(holder.command()).then(" (pid " + holder.pid() + ") " + UNNAMED));
  }

  /** Frees the port of a proxy. */
  public static List<Remedy> stopForwarded(Blockers blockers) {
    Uid asker = blockers.snapshot().asker();
    List<Remedy> remedies = new ArrayList<>();
    List<Holder> left = new ArrayList<>();
    for (Holder holder : blockers.holders()) {
      Optional<Remedy> stop =
          forwarded(holder, asker)
              .flatMap(one -> stopContainer(one, asker))
              .or(() -> unpublish(holder, asker).map(Trusted::content))
              .or(() -> serves(holder, asker) ? Optional.of(unnamed(holder)) : Optional.empty());
      if (stop.isEmpty()) {
        left.add(holder);
      } else if (!remedies.contains(stop.get())) {
        remedies.add(stop.get());
      }
    }
    if (!left.isEmpty()) {
      remedies.addAll(Remedies.stop(blockers.snapshot(), asker, left));
    }
    return remedies;
  }
}
