package inuse.core.ask.supervision;

import inuse.core.evidence.Container;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the answers of engines say of containers: Docker's API, which Podman implements too. */
final class EngineJson {
  private static final int MAX_NAME = 253;

  /** Longest text of an answer that is kept: an image's name, an address. */
  private static final int MAX_TEXT = 255;

  private static final String PROJECT = "com.docker.compose.project";

  private EngineJson() {}

  /**
   * What an engine says of one container.
   *
   * @param id empty where it knows no such container
   * @param pid its first process in the engine's PID namespace, zero where none runs
   * @param configured the ports that it publishes when it runs
   */
  record Inspected(
      Optional<String> id, Container.Details details, long pid, List<Published> configured) {
    boolean is(Container container) {
      return id.filter(container.id()::equals).isPresent();
    }
  }

  /**
   * A container.
   *
   * @param details as far as a list tells
   * @param ports those that it has published, or publishes when it runs
   * @param addresses those that it has in its networks
   * @param busy whether its engine is about to start or to stop it, and does not tell of it
   */
  record Listed(
      String id,
      Container.Details details,
      List<Published> ports,
      List<String> addresses,
      boolean busy) {
    Listed {
      ports = List.copyOf(ports);
      addresses = List.copyOf(addresses);
    }

    private String state() {
      return details.state().orElse("running");
    }

    boolean runs() {
      return state().equals("running") || state().equals("paused");
    }

    /** Whether what holds its ports is there for it: it runs, or is about to. */
    boolean isServed() {
      return runs() || busy || state().equals("restarting");
    }

    /** The same with what its engine tells of it alone. */
    Listed with(Inspected told) {
      return new Listed(id, told.details, told.configured, addresses, false);
    }

    /** The same as one that its engine is busy with. */
    Listed busyWith(List<Published> configured) {
      return new Listed(id, details, configured, addresses, true);
    }
  }

  /**
   * A port that an engine published on the host.
   *
   * @param address the host's, empty for every one
   * @param port the host's, empty where the engine is to choose one
   * @param inside the container's port
   */
  record Published(String address, String port, String protocol, Optional<String> inside) {}

  /**
   * A service of a swarm.
   *
   * @param name only of characters that are safe in a command line
   * @param inside the port of its containers
   */
  record Service(String name, String inside) {}

  /** The service, if it has published that port. */
  static Optional<Service> service(JsonValue service, PortTarget target) {
    Optional<String> name = service.at("Spec", "Name").text().flatMap(EngineJson::name);
    for (JsonValue port : service.at("Endpoint", "Ports").items()) {
      boolean its =
          port.at("PublishedPort").digits().equals(Optional.of(target.port().toString()))
              && port.at("Protocol").text().equals(Optional.of(target.protocol().word()));
      Optional<String> inside =
          port.at("TargetPort").digits().filter(one -> PortProxies.port(one).isPresent());
      if (its && name.isPresent() && inside.isPresent()) {
        return Optional.of(new Service(name.get(), inside.get()));
      }
    }
    return Optional.empty();
  }

  /** The containers of a list. */
  static List<Listed> listed(JsonValue.Items items) {
    return items.content().stream().flatMap(one -> listed(one).stream()).toList();
  }

  private static Optional<Listed> listed(JsonValue container) {
    List<Published> ports = new ArrayList<>();
    for (JsonValue port : container.at("Ports").items()) {
      port.at("PublicPort")
          .digits()
          .filter(EngineJson::isShort)
          .ifPresent(published ->
              ports.add(
                  new Published(
                      text(port.at("IP")).orElse(""),
                      published,
                      text(port.at("Type")).orElse("tcp"),
                      port.at("PrivatePort").digits().filter(EngineJson::isShort))));
    }
    List<String> addresses = new ArrayList<>();
    for (JsonValue network : container.at("NetworkSettings", "Networks").values()) {
      text(network.at("IPAddress")).ifPresent(addresses::add);
      text(network.at("GlobalIPv6Address")).ifPresent(addresses::add);
    }
    return container
        .at("Id")
        .text()
        .filter(Container::isId)
        .map(id ->
            new Listed(
                id,
                new Container.Details(
                    container.at("Names").items().stream()
                        .flatMap(one -> one.text().stream())
                        .findFirst()
                        .flatMap(EngineJson::name),
                    text(container.at("Image")).map(Untrusted::new),
                    Optional.empty(),
                    container.at("State").text().filter(EngineJson::isWord),
                    project(container.at("Labels"))),
                ports,
                addresses,
                false));
  }

  /** What an answer tells of one container. */
  static Inspected inspected(JsonValue container) {
    return new Inspected(
        container.at("Id").text().filter(Container::isId),
        new Container.Details(
            container.at("Name").text().flatMap(EngineJson::name),
            text(container.at("Config", "Image")).map(Untrusted::new),
            container.at("HostConfig", "RestartPolicy", "Name").text().filter(EngineJson::isWord),
            container.at("State", "Status").text().filter(EngineJson::isWord),
            project(container.at("Config", "Labels"))),
        container.at("State", "Pid").number().orElse(0L),
        configured(container.at("HostConfig", "PortBindings")));
  }

  /** {@code {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}. */
  static List<Published> configured(JsonValue bindings) {
    List<Published> ports = new ArrayList<>();
    if (bindings instanceof JsonValue.Members(List<JsonValue.Member> members)) {
      for (JsonValue.Member member : members) {
        int slash = member.name().indexOf('/');
        for (JsonValue one : slash < 0 ? List.<JsonValue>of() : member.value().items()) {
          ports.add(
              new Published(
                  text(one.at("HostIp")).orElse(""),
                  text(one.at("HostPort")).orElse(""),
                  member.name().substring(slash + 1),
                  Optional.of(member.name().substring(0, slash))));
        }
      }
    }
    return ports;
  }

  /** The project that Compose made a container for, which it writes on it. */
  static Optional<String> project(JsonValue labels) {
    return labels.at(PROJECT).text().flatMap(EngineJson::name);
  }

  private static Optional<String> text(JsonValue value) {
    return value.text().filter(one -> !one.isEmpty() && isShort(one));
  }

  private static boolean isShort(String text) {
    return text.length() <= MAX_TEXT;
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

  /** Whether it is a word as a state or a policy is one. */
  static boolean isWord(String text) {
    return !text.isEmpty()
        && text.length() < 32
        && text.chars().allMatch(c -> c == '-' || (c >= 'a' && c <= 'z'));
  }
}
