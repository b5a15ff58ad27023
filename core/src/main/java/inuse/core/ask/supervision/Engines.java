package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;

import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.EngineApi;
import inuse.core.io.ExternalCommand;
import inuse.core.io.Host;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import inuse.core.io.UnixHttp;
import inuse.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Container engines, queried through Docker's API, which Podman implements too. A daemon that does
 * not answer in time is not asked again.
 */
public final class Engines {
  private static final int MAX_NAME = 253;

  private final EngineApi api;
  private final SystemCalls calls;
  private final Map<String, Reading<JsonValue>> answers = new HashMap<>();
  private final Map<String, Reading.Why> lost = new HashMap<>();
  private final List<Gap> gaps = new ArrayList<>();

  public Engines(Host host) {
    calls = host.calls();
    api = new EngineApi(host);
  }

  /** The daemons that did not answer. */
  List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  /**
   * The container with its engine's details, if the engine answers.
   *
   * @param uid uid of the user whose own engine may run it
   */
  public Container complete(Container container, long uid) {
    if (!EngineApi.has(container.engine())) {
      return container;
    }
    Reading<JsonValue> told =
        ask(container.engine(), uid, "/containers/" + container.id() + "/json");
    return told.toOptional()
        .filter(one -> one.at("Id").text().filter(container.id()::equals).isPresent())
        .map(one -> container.with(inspected(one)))
        .orElse(container);
  }

  /** The id of the container with that name. */
  public Optional<String> idOf(String name, long uid) {
    if (name(name).filter(name::equals).isEmpty()) {
      return Optional.empty();
    }
    for (Container.Engine engine : List.of(Container.Engine.DOCKER, Container.Engine.PODMAN)) {
      Optional<String> id =
          ask(engine, uid, "/containers/" + name + "/json")
              .toOptional()
              .flatMap(one -> one.at("Id").text())
              .filter(Container::isId);
      if (id.isPresent()) {
        return id;
      }
    }
    return Optional.empty();
  }

  /** The container behind a published port, from the engine's list of running containers. */
  PortProxy published(Container.Engine engine, long uid, Protocol protocol, Port port) {
    Reading<JsonValue> told = ask(engine, uid, "/containers/json");
    if (told instanceof Reading.Known<JsonValue>(JsonValue list)) {
      for (JsonValue container : list.items()) {
        Optional<String> id = container.at("Id").text().filter(Container::isId);
        Optional<Port> inside = inside(container, protocol, port);
        if (id.isPresent() && inside.isPresent()) {
          Container found = complete(new Container(engine, id.get()), uid);
          return new PortProxy(engine, Optional.of(found), inside, true);
        }
      }
    }
    return new PortProxy(
        engine, Optional.empty(), Optional.empty(), told instanceof Reading.Known<JsonValue>);
  }

  private static Optional<Port> inside(JsonValue container, Protocol protocol, Port port) {
    for (JsonValue published : container.at("Ports").items()) {
      boolean same =
          published.at("PublicPort").digits().filter(port.toString()::equals).isPresent()
              && published.at("Type").text().orElse("tcp").equals(protocol.word());
      if (same) {
        return published.at("PrivatePort").digits().flatMap(PortProxies::port);
      }
    }
    return Optional.empty();
  }

  private static Container.Details inspected(JsonValue container) {
    return new Container.Details(
        container.at("Name").text().flatMap(Engines::name),
        container.at("Config", "Image").text().filter(one -> !one.isEmpty()).map(Untrusted::new),
        container.at("HostConfig", "RestartPolicy", "Name").text().filter(Engines::isWord),
        container.at("State", "Status").text().filter(Engines::isWord));
  }

  /** The name without the API's leading slash, if it is safe in a command line. */
  static Optional<String> name(String told) {
    String name = told.startsWith("/") ? told.substring(1) : told;
    boolean fit =
        !name.isEmpty()
            && name.length() <= MAX_NAME
            && Untrusted.isPlain(name.substring(0, 1), "")
            && Untrusted.isPlain(name, "_.-");
    return fit ? Optional.of(name) : Optional.empty();
  }

  private static boolean isWord(String text) {
    return !text.isEmpty()
        && text.length() < 32
        && text.chars().allMatch(c -> c == '-' || (c >= 'a' && c <= 'z'));
  }

  /** The answer from the first of the engine's sockets that answers. */
  private Reading<JsonValue> ask(Container.Engine engine, long uid, String target) {
    String key = engine.word() + " " + uid + " " + target;
    Reading<JsonValue> answer = answers.get(key);
    if (answer == null) {
      answer = askEach(engine, uid, target);
      answers.put(key, answer);
    }
    return answer;
  }

  private Reading<JsonValue> askEach(Container.Engine engine, long uid, String target) {
    long end = calls.clockNanos(CLOCK_MONOTONIC) + ExternalCommand.TIME.toNanos();
    Reading.Why why = Reading.Why.VANISHED;
    for (String socket : api.sockets(engine, uid)) {
      Reading<UnixHttp.Response> response =
          lost.containsKey(socket)
              ? Reading.unknown(lost.getOrDefault(socket, Reading.Why.TIMED_OUT))
              : api.get(socket, target, end);
      switch (response) {
        case Reading.Known<UnixHttp.Response>(UnixHttp.Response(int status, String body)) -> {
          Optional<JsonValue> value = status == 200 ? JsonReader.parse(body) : Optional.empty();
          if (value.isPresent()) {
            return Reading.known(value.get());
          }
          if (status == 200) {
            why = lose(engine, socket, Reading.Why.UNREADABLE);
          }
        }
        case Reading.Unknown<UnixHttp.Response>(Reading.Why unanswered) -> {
          if (unanswered != Reading.Why.VANISHED) {
            why = lose(engine, socket, unanswered);
          }
        }
      }
    }
    return Reading.unknown(why);
  }

  private Reading.Why lose(Container.Engine engine, String socket, Reading.Why why) {
    if (lost.put(socket, why) == null) {
      String remedy =
          switch (why) {
            case DENIED -> "run as root, to be told the container's name";
            case TIMED_OUT -> "the daemon accepts and does not answer: see whether it hangs";
            default -> engine.word() + " ps may tell the container's name";
          };
      gaps.add(
          new Gap(Gap.Subject.SUPERVISION, engine.word() + "'s API at " + socket, why, remedy));
    }
    return why;
  }
}
