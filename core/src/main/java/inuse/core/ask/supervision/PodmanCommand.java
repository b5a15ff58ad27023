package inuse.core.ask.supervision;

import inuse.core.evidence.Container;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.ExternalCommand;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import inuse.kernel.SystemCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The asker's own Podman where its API is not served, which is the rule: it has no daemon. It is
 * asked only where one of its programs holds the port.
 */
final class PodmanCommand {
  private static final List<String> PATHS = List.of("/usr/bin/podman", "/usr/local/bin/podman");

  private static final List<String> LIST =
      List.of("podman", "ps", "--all", "--no-trunc", "--format", "json");

  /** It takes a lock that another podman may have for as long. */
  private static final Duration TIME = Duration.ofSeconds(3);

  private final SystemCalls calls;
  private Reading<List<EngineJson.Listed>> told = Reading.unknown(Reading.Why.NOT_ASKED);
  private boolean asked;

  PodmanCommand(SystemCalls calls) {
    this.calls = calls;
  }

  /** A new question begins, for which it is asked anew. */
  void begin() {
    asked = false;
  }

  /** All its containers, each with the ports that it has or would publish. */
  Reading<List<EngineJson.Listed>> containers() {
    if (!asked) {
      asked = true;
      told =
          switch (new ExternalCommand(calls).run(PATHS, LIST, environment(), TIME)) {
            case Reading.Unknown<String>(Reading.Why why) -> Reading.unknown(why);
            case Reading.Known<String>(String text) ->
                JsonReader.parse(text)
                    .map(PodmanCommand::containers)
                    .orElse(Reading.unknown(Reading.Why.UNREADABLE));
          };
    }
    return told;
  }

  /** It looks for its storage below HOME, and for the programs that it starts along PATH. */
  private static List<String> environment() {
    return List.of("LC_ALL=C", "HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  }

  private static Reading<List<EngineJson.Listed>> containers(JsonValue list) {
    if (!(list instanceof JsonValue.Items)) {
      return Reading.unknown(Reading.Why.UNREADABLE);
    }
    List<EngineJson.Listed> all = new ArrayList<>();
    for (JsonValue one : list.items()) {
      Optional<String> id = one.at("Id").text().filter(Container::isId);
      if (id.isPresent()) {
        all.add(
            new EngineJson.Listed(
                id.get(), details(one), ports(one.at("Ports")), List.of(), false));
      }
    }
    return Reading.known(all);
  }

  private static Container.Details details(JsonValue container) {
    return new Container.Details(
        container.at("Names").items().stream()
            .flatMap(one -> one.text().stream())
            .findFirst()
            .flatMap(EngineJson::name),
        container.at("Image").text().map(Untrusted::new),
        Optional.empty(),
        container.at("State").text().filter(EngineJson::isWord),
        EngineJson.project(container.at("Labels")));
  }

  private static List<EngineJson.Published> ports(JsonValue mappings) {
    List<EngineJson.Published> ports = new ArrayList<>();
    for (JsonValue one : mappings.items()) {
      ports.add(
          new EngineJson.Published(
              one.at("host_ip").text().orElse(""),
              one.at("host_port").digits().orElse(""),
              one.at("protocol").text().orElse("tcp"),
              one.at("container_port").digits()));
    }
    return ports;
  }
}
