package inuse.serve;

import inuse.core.events.History;
import inuse.core.events.HistoryEntry;
import inuse.core.events.HistoryQuery;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What an {@link IndexFile} answers, the most recent first. One question at a time. */
final class IndexQueries implements AutoCloseable {
  /** Entries of an answer. */
  static final int MOST = 500;

  /** Sockets that have a port still. */
  private static final int MOST_STILL = 2000;

  /** Processes that a name is searched among, so that an answer comes in time. */
  private static final int MOST_PROCESSES = 200;

  private static final int SECONDS = 5;

  private final Connection connection;
  private final EntryReader reader;

  IndexQueries(IndexFile file) throws SQLException {
    connection = file.connect();
    reader = new EntryReader(connection);
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only = ON");
    }
  }

  /** The last refused binds. */
  synchronized List<HistoryEntry> refused(int most) throws SQLException {
    return entries(
        EntryReader.REFUSED + "true ORDER BY ms DESC, ns DESC LIMIT ?", reader::refused, most);
  }

  /** What has a port still, as far as is recorded. */
  synchronized List<HistoryEntry> still() throws SQLException {
    return entries(
        EntryReader.HELD + "ending = 'still' ORDER BY from_ms DESC LIMIT ?",
        reader::held,
        MOST_STILL);
  }

  /** The sockets that had a port at a moment. */
  synchronized List<HistoryEntry> holders(Protocol protocol, Port port, Moment at)
      throws SQLException {
    return entries(
        EntryReader.HELD
            + "port = ? AND protocol = ? AND from_ms <= ? AND to_ms >= ? ORDER BY from_ms DESC"
            + " LIMIT ?",
        reader::held,
        port.number(),
        protocol.word(),
        at.epochMillis(),
        at.epochMillis(),
        MOST);
  }

  /** What had a port from one moment to another, who was refused, and what is not known. */
  synchronized List<HistoryEntry> timeline(Protocol protocol, Port port, Moment from, Moment to)
      throws SQLException {
    List<HistoryEntry> entries =
        new ArrayList<>(
            entries(
                EntryReader.HELD
                    + "port = ? AND protocol = ? AND from_ms < ? AND to_ms >= ?"
                    + " ORDER BY from_ms DESC LIMIT ?",
                reader::held,
                port.number(),
                protocol.word(),
                to.epochMillis(),
                from.epochMillis(),
                MOST));
    entries.addAll(
        entries(
            EntryReader.REFUSED
                + "port = ? AND protocol = ? AND ms < ? AND ms >= ? ORDER BY ms DESC LIMIT ?",
            reader::refused,
            port.number(),
            protocol.word(),
            to.epochMillis(),
            from.epochMillis(),
            MOST));
    entries.addAll(
        entries(
            EntryReader.GAP + "from_ms < ? AND to_ms >= ? ORDER BY to_ms DESC LIMIT ?",
            EntryReader::gap,
            to.epochMillis(),
            from.epochMillis(),
            MOST));
    return entries;
  }

  /** What processes did whose program, unit or container has that text in its name. */
  synchronized List<HistoryEntry> search(String text) throws SQLException {
    String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    List<HistoryEntry> entries = new ArrayList<>();
    String found =
        " IN (SELECT id FROM process WHERE instr(lower(program), lower(?1)) > 0"
            + " OR instr(lower(unit), lower(?1)) > 0 OR instr(lower(container), lower(?1)) > 0"
            + " ORDER BY id DESC LIMIT "
            + MOST_PROCESSES
            + ")";
    entries.addAll(
        entries(
            EntryReader.REFUSED + "process" + found + " ORDER BY ms DESC LIMIT ?2",
            reader::refused,
            bytes,
            MOST));
    entries.addAll(
        entries(
            EntryReader.HELD + "process" + found + " ORDER BY from_ms DESC LIMIT ?2",
            reader::held,
            bytes,
            MOST));
    return entries;
  }

  /** What {@code inuse history} would say, in the order in which it began; the most recent. */
  synchronized History.Answer history(HistoryQuery query, boolean running) throws SQLException {
    List<HistoryEntry> entries = new ArrayList<>();
    List<Optional<PortTarget>> each =
        query.targets().isEmpty()
            ? List.of(Optional.empty())
            : query.targets().stream().map(Optional::of).toList();
    Object[] times = {query.to().epochMillis(), query.from().epochMillis()};
    long count = 0;
    for (Optional<PortTarget> one : each) {
      String port = one.isPresent() ? "port = ? AND protocol = ? AND " : "";
      if (!query.onlyRefused()) {
        String held = port + "from_ms < ? AND to_ms >= ?";
        count += count("held", held, about(one, times));
        entries.addAll(
            entries(
                EntryReader.HELD + held + " ORDER BY from_ms DESC LIMIT ?",
                reader::held,
                about(one, times, MOST)));
      }
      String refused = port + "ms < ? AND ms >= ?";
      count += count("refused", refused, about(one, times));
      entries.addAll(
          entries(
              EntryReader.REFUSED + refused + " ORDER BY ms DESC LIMIT ?",
              reader::refused,
              about(one, times, MOST)));
    }
    long leftOut = count - entries.size();
    entries.removeIf(entry -> !covers(query, entry));
    entries.addAll(
        entries(
            EntryReader.GAP + "from_ms < ? AND to_ms >= ? ORDER BY to_ms DESC LIMIT ?",
            EntryReader::gap,
            about(Optional.empty(), times, MOST)));
    entries.sort(Comparator.comparingLong(IndexQueries::begin));
    int over = Math.max(0, entries.size() - MOST);
    return new History.Answer(
        entries.subList(over, entries.size()),
        leftOut + over,
        isBegun(),
        running,
        running ? Optional.of(new Moment(System.currentTimeMillis())) : Optional.empty());
  }

  private static Object[] about(Optional<PortTarget> target, Object[] times, Object... more) {
    List<Object> values = new ArrayList<>();
    target.ifPresent(one -> {
      values.add(one.port().number());
      values.add(one.protocol().word());
    });
    values.addAll(List.of(times));
    values.addAll(List.of(more));
    return values.toArray();
  }

  private static boolean covers(HistoryQuery query, HistoryEntry entry) {
    return switch (entry) {
      case HistoryEntry.Held held -> query.covers(held.place());
      case HistoryEntry.Refused refused -> query.covers(refused.place());
      case HistoryEntry.Missing missing -> true;
    };
  }

  private static long begin(HistoryEntry entry) {
    return switch (entry) {
      case HistoryEntry.Held held -> held.from().time().epochMillis();
      case HistoryEntry.Refused refused -> refused.at().time().epochMillis();
      case HistoryEntry.Missing missing -> missing.from().epochMillis();
    };
  }

  private long count(String table, String where, Object... values) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT count(*) FROM " + table + " WHERE " + where)) {
      PreparedStatements.set(query, values);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  private boolean isBegun() throws SQLException {
    try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM position");
        ResultSet row = query.executeQuery()) {
      return row.next();
    }
  }

  /** How many entries there are of each kind. */
  synchronized long count() throws SQLException {
    long count = 0;
    for (String table : List.of("held", "refused", "gap")) {
      try (PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM " + table);
          ResultSet row = query.executeQuery()) {
        count += row.next() ? row.getLong(1) : 0;
      }
    }
    return count;
  }

  private interface Reading {
    HistoryEntry read(ResultSet row) throws SQLException;
  }

  private List<HistoryEntry> entries(String sql, Reading reading, Object... values)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setQueryTimeout(SECONDS);
      PreparedStatements.set(query, values);
      try (ResultSet rows = query.executeQuery()) {
        List<HistoryEntry> entries = new ArrayList<>();
        while (rows.next()) {
          entries.add(reading.read(rows));
        }
        return entries;
      }
    }
  }

  @Override
  public synchronized void close() throws SQLException {
    connection.close();
  }
}
