package inuse.serve;

import inuse.core.events.Event;
import inuse.core.events.HistoryEntry;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Stamp;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads rows of the index as entries of a history. */
final class EntryReader {
  /** Selects what {@link #held} reads. */
  static final String HELD =
      "SELECT protocol, address, port, netns, process, listening, earlier, from_ns, from_ms, to_ns,"
          + " to_ms, ending FROM held WHERE ";

  /** Selects what {@link #refused} reads. */
  static final String REFUSED =
      "SELECT protocol, address, port, netns, process, ns, ms, causes, holders, fix, count"
          + " FROM refused WHERE ";

  /** Selects what {@link #gap} reads. */
  static final String GAP = "SELECT why, from_ms, to_ms, count FROM gap WHERE ";

  private final Connection connection;

  /**
   * A reader of rows.
   *
   * @param connection by which the processes are looked up that a row names
   */
  EntryReader(Connection connection) {
    this.connection = connection;
  }

  /** A time in which a socket had its port; what has it still is told of until now. */
  HistoryEntry held(ResultSet row) throws SQLException {
    HistoryEntry.End end = HistoryEntry.End.STILL;
    for (HistoryEntry.End one : HistoryEntry.End.values()) {
      end = one.word().equals(row.getString("ending")) ? one : end;
    }
    Moment to =
        new Moment(
            end == HistoryEntry.End.STILL ? System.currentTimeMillis() : row.getLong("to_ms"));
    return new HistoryEntry.Held(
        place(row),
        process(row.getLong("process")),
        row.getInt("listening") == 1,
        new Stamp(new Moment(row.getLong("from_ms")), row.getLong("from_ns")),
        row.getInt("earlier") == 1,
        new Stamp(to, row.getLong("to_ns")),
        end);
  }

  /** Refused binds. */
  HistoryEntry refused(ResultSet row) throws SQLException {
    List<RecordedProcess> holders = new ArrayList<>();
    for (String holder : words(row.getString("holders"))) {
      process(Long.parseLong(holder)).ifPresent(holders::add);
    }
    return new HistoryEntry.Refused(
        new Stamp(new Moment(row.getLong("ms")), row.getLong("ns")),
        place(row),
        process(row.getLong("process")),
        words(row.getString("causes")),
        holders,
        Optional.of(row.getString("fix")).filter(fix -> !fix.isEmpty()),
        row.getInt("count"));
  }

  /** A time of which something is not known. */
  static HistoryEntry gap(ResultSet row) throws SQLException {
    long count = row.getLong("count");
    return new HistoryEntry.Missing(
        new Moment(row.getLong("from_ms")),
        new Moment(row.getLong("to_ms")),
        Event.Loss.of(row.getString("why")),
        count < 0 ? Optional.empty() : Optional.of(count));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(" ", -1)).filter(word -> !word.isEmpty()).toList();
  }

  /** Where a socket is bound. */
  static Place place(ResultSet row) throws SQLException {
    long netns = row.getLong("netns");
    return new Place(
        row.getString("protocol").equals(Protocol.UDP.word()) ? Protocol.UDP : Protocol.TCP,
        IpAddress.parse(row.getString("address")).orElse(IpAddress.ANY_V4),
        new Port(row.getInt("port")),
        netns == 0 ? Optional.empty() : Optional.of(netns));
  }

  private Optional<RecordedProcess> process(long id) throws SQLException {
    if (id == 0) {
      return Optional.empty();
    }
    try (PreparedStatement query =
        connection.prepareStatement("SELECT * FROM process WHERE id = ?")) {
      query.setLong(1, id);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? Optional.of(process(row)) : Optional.empty();
      }
    }
  }

  private static RecordedProcess process(ResultSet row) throws SQLException {
    long uid = row.getLong("uid");
    return new RecordedProcess(
        0,
        new ProcessIdentity(new Pid(row.getInt("pid")), row.getLong("start")),
        new Untrusted(row.getString("program")),
        uid < 0 ? Optional.empty() : Optional.of(new Uid(uid)),
        text(row.getString("unit")),
        text(row.getString("container")),
        text(row.getString("directory")),
        List.of());
  }

  private static Optional<Untrusted> text(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(new Untrusted(text));
  }
}
