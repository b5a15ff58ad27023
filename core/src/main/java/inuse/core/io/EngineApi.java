package inuse.core.io;

import inuse.core.evidence.Container;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The API sockets of container engines: Docker's API, which Podman implements too. */
public final class EngineApi {
  private static final String UNIX = "unix://";

  private final UnixHttp http;
  private final Uid asker;
  private final Environment environment;

  public EngineApi(Host host) {
    http = new UnixHttp(host.calls());
    asker = new Uid(host.calls().getEffectiveUid());
    environment = Environment.own(host);
  }

  /** Whether an engine of that kind has such an API. */
  public static boolean has(Container.Engine engine) {
    return engine == Container.Engine.DOCKER || engine == Container.Engine.PODMAN;
  }

  /** See {@link UnixHttp#get}. */
  public Reading<UnixHttp.Response> get(String socket, Uid owner, String target, long endNanos) {
    return http.get(socket, owner, target, endNanos);
  }

  /** A POST without a body, which makes the engine act. */
  public Reading<UnixHttp.Response> post(String socket, Uid owner, String target, long endNanos) {
    return http.ask("POST", socket, owner, target, endNanos);
  }

  /**
   * The sockets on which a user's engine may listen, as that user's own command line would look
   * them up. Our environment tells of our own engine, and of the one for all users.
   *
   * @param owner as whom it has to run: root's are for all users
   */
  public List<String> sockets(Container.Engine engine, Uid owner) {
    List<String> sockets = new ArrayList<>();
    boolean own = owner.equals(asker);
    boolean shared = owner.equals(Uid.ROOT);
    boolean docker = engine == Container.Engine.DOCKER;
    if (own || shared) {
      Optional<String> named = environment.value(docker ? "DOCKER_HOST" : "CONTAINER_HOST");
      named
          .filter(one -> one.startsWith(UNIX + "/"))
          .map(one -> one.substring(UNIX.length()))
          .ifPresent(sockets::add);
      if (docker && named.isPresent()) {
        // An engine on another machine does not know this machine's ports.
        return sockets;
      }
    }
    sockets.add((shared ? "/run" : "/run/user/" + owner) + name(docker));
    if (own) {
      environment
          .value("XDG_RUNTIME_DIR")
          .filter(one -> one.startsWith("/"))
          .map(directory -> directory + name(docker))
          .ifPresent(sockets::add);
    }
    return sockets.stream().distinct().toList();
  }

  private static String name(boolean docker) {
    return docker ? "/docker.sock" : "/podman/podman.sock";
  }
}
