package inuse.serve.fleet;

import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonValue;
import io.nats.client.api.KeyValueEntry;
import java.util.Optional;

/**
 * What a host last said of itself without being asked.
 *
 * @param seen when, by the clock of the server
 * @param ahead by how much its clock was ahead of the server's then, in milliseconds; 0 for a few
 *     seconds
 * @param listeners how many addresses and ports are served there
 */
record Presence(
    HostName host, Moment seen, long ahead, Untrusted version, Optional<Integer> listeners) {
  private static final int MOST_LISTENERS = 10_000_000;

  /** What is said in that entry; empty where its key is not a host. */
  static Optional<Presence> of(KeyValueEntry entry) {
    byte[] said = entry.getValue();
    Optional<HostName> host = HostName.of(entry.getKey());
    if (host.isEmpty() || said == null) {
      return Optional.empty();
    }
    Moment seen = new Moment(entry.getCreated().toInstant().toEpochMilli());
    JsonValue json = JsonCopy.read(said).orElse(new JsonValue.Nothing());
    return Optional.of(
        new Presence(
            host.get(),
            seen,
            json.at("now").text().map(now -> ahead(now, seen)).orElse(0L),
            new Untrusted(json.at("version").text().orElse("")),
            json.at("listeners")
                .number()
                .filter(number -> number < MOST_LISTENERS)
                .map(Long::intValue)));
  }

  private static long ahead(String now, Moment seen) {
    return CivilTime.parse(now.endsWith("Z") ? now.substring(0, now.length() - 1) : now)
        .map(time -> Clocks.ahead(time.moment(), seen))
        .orElse(0L);
  }
}
