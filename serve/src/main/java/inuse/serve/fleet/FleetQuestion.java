package inuse.serve.fleet;

import inuse.core.events.HistoryQuery;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonValue;
import inuse.render.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of hosts. It is ports, times and a flag: no text of it gets into a command line.
 *
 * @param id where it is answered: letters and digits
 * @param now the time of the one who asks, for hosts whose clock is another
 */
record FleetQuestion(String id, Moment now, Matter matter) {
  /** Bytes of a question. */
  static final int MOST_BYTES = 16 * 1024;

  /** Ports of a question. */
  static final int MOST_TARGETS = 64;

  private static final String SCHEMA = "inuse.fleet.question/1";
  private static final int MOST_ID = 40;

  FleetQuestion {
    if (id.isEmpty() || id.length() > MOST_ID || !Untrusted.isPlain(id, "")) {
      throw new IllegalArgumentException("an id has 1 to " + MOST_ID + " letters and digits");
    }
  }

  /** What it is about. */
  sealed interface Matter {}

  /** Whether these are in use now, and by what. */
  record Present(List<PortTarget> targets) implements Matter {
    Present {
      targets = List.copyOf(targets);
      if (targets.isEmpty() || targets.size() > MOST_TARGETS) {
        throw new IllegalArgumentException("1 to " + MOST_TARGETS + " ports can be asked about");
      }
    }
  }

  /**
   * What was recorded.
   *
   * @param targets none for every port
   * @param from the first moment that counts, by the clock of the one who asks
   * @param to the first that does not count any more
   */
  record Past(List<PortTarget> targets, Moment from, Moment to, boolean onlyRefused)
      implements Matter {
    Past {
      targets = List.copyOf(targets);
      if (targets.size() > MOST_TARGETS) {
        throw new IllegalArgumentException("at most " + MOST_TARGETS + " ports can be asked about");
      }
    }

    /** The same by a clock that is that far ahead, in milliseconds. */
    HistoryQuery by(long ahead) {
      return new HistoryQuery(
          targets,
          shifted(from, ahead),
          shifted(to, ahead),
          onlyRefused,
          Optional.empty(),
          Optional.empty());
    }

    private static Moment shifted(Moment moment, long ahead) {
      long ms = moment.epochMillis();
      return ms == Long.MIN_VALUE || ms == Long.MAX_VALUE ? moment : new Moment(ms + ahead);
    }
  }

  /** As it is sent. */
  String json() {
    Json json = Json.line().beginObject().name("schema").value(SCHEMA);
    json.name("id").value(id).name("now").value(now.epochMillis());
    switch (matter) {
      case Present(List<PortTarget> targets) -> targets(json.name("present"), targets);
      case Past past -> {
        targets(json.name("past"), past.targets);
        json.name("refused").value(past.onlyRefused);
        json.name("from").value(bound(past.from));
        json.name("to").value(bound(past.to));
      }
    }
    return json.endObject().text();
  }

  private static Optional<Long> known(Moment moment) {
    long ms = moment.epochMillis();
    return ms == Long.MIN_VALUE || ms == Long.MAX_VALUE ? Optional.empty() : Optional.of(ms);
  }

  private static String bound(Moment moment) {
    return known(moment).map(String::valueOf).orElse("");
  }

  private static void targets(Json json, List<PortTarget> targets) {
    json.beginArray();
    for (PortTarget target : targets) {
      json.beginObject().name("protocol").value(target.protocol().word());
      json.name("address").value(target.address().map(IpAddress::toString).orElse(""));
      json.name("port").value(target.port().number()).endObject();
    }
    json.endArray();
  }

  /** Reads one; empty for what is not a question. */
  static Optional<FleetQuestion> read(byte[] message) {
    if (message.length > MOST_BYTES) {
      return Optional.empty();
    }
    try {
      return JsonCopy.read(message)
          .filter(json -> json.at("schema").text().equals(Optional.of(SCHEMA)))
          .map(FleetQuestion::question);
    } catch (IllegalArgumentException wrong) {
      return Optional.empty();
    }
  }

  private static FleetQuestion question(JsonValue json) {
    boolean now = json.at("present") instanceof JsonValue.Items;
    Matter matter =
        now
            ? new Present(targets(json.at("present")))
            : new Past(
                targets(json.at("past")),
                moment(text(json, "from"), Long.MIN_VALUE),
                moment(text(json, "to"), Long.MAX_VALUE),
                json.at("refused") instanceof JsonValue.Flag(boolean set) && set);
    return new FleetQuestion(text(json, "id"), moment(digits(json, "now"), 0), matter);
  }

  private static String text(JsonValue json, String name) {
    return json.at(name).text().orElseThrow(() -> missing(name));
  }

  private static String digits(JsonValue json, String name) {
    return json.at(name).digits().orElseThrow(() -> missing(name));
  }

  private static IllegalArgumentException missing(String name) {
    return new IllegalArgumentException(name + " is missing");
  }

  /** Its number format exception is one of a wrong argument. */
  private static Moment moment(String text, long otherwise) {
    return new Moment(text.isEmpty() ? otherwise : Long.parseLong(text));
  }

  private static List<PortTarget> targets(JsonValue json) {
    if (!(json instanceof JsonValue.Items(List<JsonValue> items))) {
      throw missing("a list of ports");
    }
    List<PortTarget> targets = new ArrayList<>();
    for (JsonValue item : items) {
      targets.add(
          new PortTarget(
              protocol(text(item, "protocol")),
              address(text(item, "address")),
              new Port(Integer.parseInt(digits(item, "port")))));
    }
    return targets;
  }

  private static Protocol protocol(String word) {
    for (Protocol one : Protocol.values()) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    throw missing("a protocol");
  }

  private static Optional<IpAddress> address(String text) {
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(IpAddress.parse(text).orElseThrow(() -> missing("an address")));
  }
}
