package inuse.serve.fleet;

import inuse.core.events.HistoryEntry;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Zone;
import inuse.core.io.JsonValue;
import inuse.render.Age;
import inuse.render.Escape;
import inuse.render.HistoryText;
import inuse.render.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The answers of a fleet, for people. All that hosts say is escaped. */
final class FleetText {
  /** Characters of a word that a host chose. */
  private static final int MOST = 400;

  private final Zone zone;
  private final Moment now;

  FleetText(Zone zone, Moment now) {
    this.zone = zone;
    this.now = now;
  }

  /** A row for each port of each host, the silent hosts last. */
  String present(List<HostLine> lines) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("HOST", "TARGET", "VERDICT", "WHY"));
    for (HostLine line : lines) {
      line.document()
          .ifPresent(document -> {
            for (JsonValue one : document.at("diagnoses").items()) {
              rows.add(
                  List.of(
                      line.host().text(),
                      target(one.at("target")),
                      word(one.at("verdict")),
                      why(one)));
            }
          });
    }
    return (rows.size() > 1 ? table(rows) : "") + failures(lines);
  }

  private static String why(JsonValue diagnosis) {
    List<JsonValue> causes = diagnosis.at("causes").items();
    return causes.isEmpty() ? "" : word(causes.getFirst().at("summary"));
  }

  private static String target(JsonValue target) {
    String address = word(target.at("address"));
    return word(target.at("protocol"))
        + " "
        + (address.contains(":") ? "[" + address + "]" : address)
        + ":"
        + target.at("port").digits().map(one -> Escape.text(new Untrusted(one), MOST)).orElse("?");
  }

  private static String word(JsonValue value) {
    return value.text().map(one -> Escape.text(new Untrusted(one), MOST)).orElse("?");
  }

  /** The entries of each host below its name, by the clock here. */
  String past(List<HostLine> lines) {
    StringBuilder text = new StringBuilder();
    text.append(new HistoryText(zone, true).heading(now));
    for (HostLine line : lines) {
      if (line.history().isEmpty()) {
        continue;
      }
      var answer = line.history().get();
      text.append(line.host()).append(':');
      text.append(line.isSilent() ? " what it had told until then\n" : "\n");
      if (answer.dropped() > 0) {
        text.append("  ").append(answer.dropped()).append(" before them are left out (--since)\n");
      }
      if (answer.entries().isEmpty()) {
        text.append(answer.recorded() ? "  nothing\n" : "  nothing was recorded\n");
      }
      HistoryText entries = new HistoryText(zone, answer.running());
      for (HistoryEntry entry : answer.entries()) {
        text.append("  ").append(entries.line(entry));
      }
    }
    return text + failures(lines);
  }

  /** The hosts of the fleet; a host is silent that has not said for a while that it is there. */
  String hosts(Map<HostName, Presence> known, long silentAfterMs) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("HOST", "VERSION", "SERVES", "STATE"));
    for (Presence one : known.values()) {
      boolean isSilent = now.epochMillis() - one.seen().epochMillis() > silentAfterMs;
      rows.add(
          List.of(
              one.host().text(),
              Escape.text(one.version(), MOST),
              one.listeners().map(String::valueOf).orElse("?"),
              (isSilent ? silent(Optional.of(one.seen())) : "there") + clock(one.ahead())));
    }
    return table(rows);
  }

  private String failures(List<HostLine> lines) {
    StringBuilder text = new StringBuilder();
    for (HostLine line : lines) {
      String clock = clock(line.ahead());
      if (line.isSilent()) {
        text.append(line.host()).append(": ").append(silent(line.silentSince()));
        text.append(clock).append('\n');
      } else if (line.problem().isPresent()) {
        text.append(line.host()).append(": ");
        text.append(Escape.text(line.problem().get(), MOST)).append(clock).append('\n');
      } else if (!clock.isEmpty()) {
        text.append(line.host()).append(": answers").append(clock).append('\n');
      }
    }
    return text.toString();
  }

  private String silent(Optional<Moment> since) {
    return since
        .map(one -> "silent since " + Timestamp.local(zone.local(one)) + ago(one))
        .orElse("silent, and not known to the fleet");
  }

  private String ago(Moment moment) {
    long seconds = Math.max(0, (now.epochMillis() - moment.epochMillis()) / 1000);
    return " (" + Age.of(seconds) + " ago)";
  }

  private static String clock(long ahead) {
    return ahead == 0
        ? ""
        : "; its clock is " + Age.of(Math.abs(ahead) / 1000) + (ahead > 0 ? " ahead" : " behind");
  }

  /** Columns as wide as their widest cell; the last one as it is. */
  private static String table(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    int columns = rows.getFirst().size();
    int[] width = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        width[i] = Math.max(width[i], row.get(i).codePointCount(0, row.get(i).length()));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        line.append(cell);
        line.append(" ".repeat(width[i] - cell.codePointCount(0, cell.length()) + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
