package inuse.serve;

import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import inuse.render.Escape;
import inuse.render.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is bound now, as {@code inuse list --json} says it, without command lines and directories:
 * arguments hold secrets. A look serves for two seconds.
 */
final class CurrentPorts {
  /** Members of a row that the page shows. */
  private static final List<String> TEXTS =
      List.of("protocol", "reach", "program", "script", "user");

  private static final long FRESH = Duration.ofSeconds(2).toNanos();

  private final Look look;
  private Optional<Ports> last = Optional.empty();
  private long looked;

  /** A way to look. */
  interface Look {
    /**
     * A document of {@code inuse.list/1}.
     *
     * @throws IOException where there is none; its message says why
     */
    String document() throws IOException, InterruptedException;
  }

  /**
   * What was seen.
   *
   * @param document the rows for the page, as JSON
   * @param listeners addresses and ports that are served, by protocol and reach
   * @param leftOver rows that their starter left over
   * @param missing places that should be served and are not; empty where nothing was expected
   */
  record Ports(
      String document, Map<Listener, Integer> listeners, int leftOver, OptionalInt missing) {}

  /** What listeners are counted by. */
  record Listener(String protocol, String reach) implements Comparable<Listener> {
    @Override
    public int compareTo(Listener other) {
      int order = protocol.compareTo(other.protocol);
      return order == 0 ? reach.compareTo(other.reach) : order;
    }
  }

  CurrentPorts(Look look) {
    this.look = look;
  }

  /** What is bound. */
  synchronized Ports now() throws IOException, InterruptedException {
    if (last.isEmpty() || System.nanoTime() - looked > FRESH) {
      last = Optional.of(read(look.document()));
      looked = System.nanoTime();
    }
    return last.get();
  }

  static Ports read(String document) throws IOException {
    JsonValue list =
        JsonReader.parse(document)
            .filter(value -> value.at("schema").text().equals(Optional.of("inuse.list/1")))
            .orElseThrow(() -> new IOException("what is bound was not told as inuse.list/1"));
    Map<Listener, Integer> listeners = new TreeMap<>();
    int leftOver = 0;
    for (JsonValue row : list.at("rows").items()) {
      leftOver += row.at("left_over") instanceof JsonValue.Nothing ? 0 : 1;
      String protocol = row.at("protocol").text().orElse("");
      if (protocol.equals("tcp") || protocol.equals("udp")) {
        int served = served(row, protocol);
        if (served > 0) {
          listeners.merge(
              new Listener(protocol, reach(row.at("reach").text().orElse(""))),
              served,
              Integer::sum);
        }
      }
    }
    return new Ports(document(list), listeners, leftOver, missing(list));
  }

  private static String document(JsonValue list) {
    Json json = Json.line().beginObject().name("schema").value("inuse.serve/1");
    text(json, "taken_at", list.at("taken_at"));
    json.name("rows").beginArray();
    for (JsonValue row : list.at("rows").items()) {
      json.beginObject();
      for (String name : TEXTS) {
        text(json, name, row.at(name));
      }
      text(json, "kept_by", row.at("kept_by", "name"));
      json.name("left_over").value(!(row.at("left_over") instanceof JsonValue.Nothing));
      row.at("pid").digits().ifPresent(pid -> json.name("pid").document(pid));
      json.name("ports").beginArray();
      row.at("ports").items().forEach(port -> port.digits().ifPresent(json::document));
      json.endArray().name("addresses").beginArray();
      row.at("addresses").items().forEach(one -> one.text().ifPresent(json::value));
      json.endArray().endObject();
    }
    return json.endArray().endObject().text();
  }

  private static void text(Json json, String name, JsonValue value) {
    json.name(name).value(value.text().map(Untrusted::new).map(Escape::json).orElse(null));
  }

  private static String reach(String word) {
    return switch (word) {
      case "everyone", "lan", "local", "inside" -> word;
      default -> "unknown";
    };
  }

  /** Addresses that it listens on; of UDP those that anyone may send to. */
  private static int served(JsonValue row, String protocol) {
    Set<String> places = new HashSet<>();
    for (JsonValue socket : row.at("sockets").items()) {
      boolean serves =
          protocol.equals("tcp")
              ? socket.at("state").text().equals(Optional.of("LISTEN"))
              : socket.at("peer") instanceof JsonValue.Nothing;
      if (serves) {
        socket.at("local").text().ifPresent(places::add);
      }
    }
    return places.size();
  }

  private static OptionalInt missing(JsonValue list) {
    if (!(list.at("differences") instanceof JsonValue.Items differences)) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(
        (int)
            differences.items().stream()
                .filter(one -> one.at("kind").text().equals(Optional.of("missing")))
                .count());
  }
}
