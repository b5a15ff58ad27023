package inuse.serve;

import inuse.core.events.HistoryEntry;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.render.HistoryJson;
import inuse.render.Json;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answers to the page's questions. Entries are in the layout of those of {@code inuse history
 * --json}, in an object of {@code inuse.serve/1}.
 */
final class Answers {
  private static final int MOST_TEXT = 200;

  private final String version;
  private final IndexQueries index;
  private final CurrentPorts current;
  private final Metrics metrics;
  private final Follower follower;

  Answers(
      String version,
      IndexQueries index,
      CurrentPorts current,
      Metrics metrics,
      Follower follower) {
    this.version = version;
    this.index = index;
    this.current = current;
    this.metrics = metrics;
    this.follower = follower;
  }

  /** The answer to a path and its query; empty where there is none of that name. */
  Optional<Reply> to(String path, String query) throws InterruptedException {
    try {
      Map<String, String> given = parameters(query);
      return switch (path) {
        case "/metrics" -> Optional.of(new Reply(200, Metrics.CONTENT_TYPE, metrics.text()));
        case "/api/now" -> Optional.of(Reply.json(current.now().document()));
        case "/api/state" -> Optional.of(Reply.json(state()));
        case "/api/refused" -> Optional.of(entries(index.refused(IndexQueries.MOST)));
        case "/api/still" -> Optional.of(entries(index.still()));
        case "/api/search" -> Optional.of(search(given));
        case "/api/holders" -> Optional.of(holders(given));
        case "/api/timeline" -> Optional.of(timeline(given));
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException wrong) {
      return Optional.of(Reply.text(400, String.valueOf(wrong.getMessage())));
    } catch (IOException | SQLException failed) {
      Complaints.say(path + ": " + failed.getMessage());
      return Optional.of(Reply.text(503, String.valueOf(failed.getMessage())));
    }
  }

  private String state() throws SQLException {
    return begun()
        .name("recorder")
        .value(follower.recorder().word())
        .name("entries")
        .value(index.count())
        .name("now")
        .value(System.currentTimeMillis())
        .endObject()
        .text();
  }

  private Reply search(Map<String, String> given) throws SQLException {
    String text = given.getOrDefault("text", "");
    if (text.isEmpty() || text.length() > MOST_TEXT) {
      throw new IllegalArgumentException("text: 1 to " + MOST_TEXT + " characters");
    }
    return entries(index.search(text));
  }

  private Reply holders(Map<String, String> given) throws SQLException {
    return entries(index.holders(protocol(given), port(given), moment(given, "at")));
  }

  private Reply timeline(Map<String, String> given) throws SQLException {
    return entries(
        index.timeline(protocol(given), port(given), moment(given, "from"), moment(given, "to")));
  }

  private Reply entries(List<HistoryEntry> entries) {
    Json json = begun().name("entries").beginArray();
    entries.forEach(entry -> json.document(HistoryJson.line(entry)));
    return Reply.json(json.endArray().endObject().text());
  }

  private Json begun() {
    return Json.line()
        .beginObject()
        .name("schema")
        .value("inuse.serve/1")
        .name("version")
        .value(version);
  }

  private static Protocol protocol(Map<String, String> given) {
    String word = given.getOrDefault("protocol", "tcp");
    for (Protocol one : Protocol.values()) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    throw new IllegalArgumentException("protocol: tcp or udp");
  }

  private static Port port(Map<String, String> given) {
    long number = number(given, "port");
    if (number < 0 || number > Port.MAX) {
      throw new IllegalArgumentException("port: 0 to " + Port.MAX);
    }
    return new Port((int) number);
  }

  private static Moment moment(Map<String, String> given, String name) {
    return new Moment(number(given, name));
  }

  private static long number(Map<String, String> given, String name) {
    try {
      return Long.parseLong(given.getOrDefault(name, ""));
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException(name + ": a number is missing", wrong);
    }
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String one : query.split("&", -1)) {
      int equals = one.indexOf('=');
      if (equals > 0) {
        parameters.put(
            one.substring(0, equals),
            URLDecoder.decode(one.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }
}
