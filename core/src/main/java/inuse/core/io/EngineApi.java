package inuse.core.io;

import inuse.core.evidence.Container;
import inuse.core.evidence.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The API sockets of container engines: Docker's API, which Podman implements too. */
public final class EngineApi {
  private final UnixHttp http;
  private final Environment environment;

  public EngineApi(Host host) {
    http = new UnixHttp(host.calls());
    environment = Environment.own(host);
  }

  /** Whether an engine of that kind has such an API. */
  public static boolean has(Container.Engine engine) {
    return engine == Container.Engine.DOCKER || engine == Container.Engine.PODMAN;
  }

  /** See {@link UnixHttp#get}. */
  public Reading<UnixHttp.Response> get(String socket, String target, long endNanos) {
    return http.get(socket, target, endNanos);
  }

  /** A POST without a body, which makes the engine act. */
  public Reading<UnixHttp.Response> post(String socket, String target, long endNanos) {
    return http.ask("POST", socket, target, endNanos);
  }

  /**
   * The sockets on which an engine may listen, as its own command line would look them up.
   *
   * @param uid uid of the user whose own engine is meant
   */
  public List<String> sockets(Container.Engine engine, long uid) {
    List<String> sockets = new ArrayList<>();
    Optional<String> own = environment.value("XDG_RUNTIME_DIR").filter(one -> one.startsWith("/"));
    if (engine == Container.Engine.DOCKER) {
      Optional<String> host = environment.value("DOCKER_HOST");
      if (host.isPresent()) {
        // An engine on another machine does not know this machine's ports.
        return host.filter(one -> one.startsWith("unix:///")).stream()
            .map(one -> one.substring("unix://".length()))
            .toList();
      }
      sockets.add("/run/docker.sock");
      sockets.add("/run/user/" + uid + "/docker.sock");
      own.map(directory -> directory + "/docker.sock").ifPresent(sockets::add);
    } else {
      environment
          .value("CONTAINER_HOST")
          .filter(one -> one.startsWith("unix:///"))
          .map(one -> one.substring("unix://".length()))
          .ifPresent(sockets::add);
      sockets.add(
          uid == 0 ? "/run/podman/podman.sock" : "/run/user/" + uid + "/podman/podman.sock");
      own.map(directory -> directory + "/podman/podman.sock").ifPresent(sockets::add);
    }
    return sockets.stream().distinct().toList();
  }
}
