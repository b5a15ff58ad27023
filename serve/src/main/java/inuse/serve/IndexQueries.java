package inuse.serve;

import inuse.core.events.Event;
import inuse.core.events.History;
import inuse.core.events.HistoryEntry;
import inuse.core.events.HistoryQuery;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Stamp;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
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

  private static final String HELD =
      "SELECT protocol, address, port, netns, process, listening, earlier, from_ns, from_ms, to_ns,"
          + " to_ms, ending FROM held WHERE ";

  private static final String REFUSED =
      "SELECT protocol, address, port, netns, process, ns, ms, causes, holders, fix, count"
          + " FROM refused WHERE ";

  private final Connection connection;

  IndexQueries(IndexFile file) throws SQLException {
    connection = file.connect();
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only = ON");
    }
  }

  /** The last refused binds. */
  synchronized List<HistoryEntry> refused(int most) throws SQLException {
    return entries(REFUSED + "true ORDER BY ms DESC, ns DESC LIMIT ?", this::refused, most);
  }

  /** What has a port still, as far as is recorded. */
  synchronized List<HistoryEntry> still() throws SQLException {
    return entries(HELD + "ending = 'still' ORDER BY from_ms DESC LIMIT ?", this::held, MOST_STILL);
  }

  /** The sockets that had a port at a moment. */
  synchronized List<HistoryEntry> holders(Protocol protocol, Port port, Moment at)
      throws SQLException {
    return entries(
        HELD
            + "port = ? AND protocol = ? AND from_ms <= ? AND to_ms >= ? ORDER BY from_ms DESC"
            + " LIMIT ?",
        this::held,
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
                HELD
                    + "port = ? AND protocol = ? AND from_ms < ? AND to_ms >= ?"
                    + " ORDER BY from_ms DESC LIMIT ?",
                this::held,
                port.number(),
                protocol.word(),
                to.epochMillis(),
                from.epochMillis(),
                MOST));
    entries.addAll(
        entries(
            REFUSED + "port = ? AND protocol = ? AND ms < ? AND ms >= ? ORDER BY ms DESC LIMIT ?",
            this::refused,
            port.number(),
            protocol.word(),
            to.epochMillis(),
            from.epochMillis(),
            MOST));
    entries.addAll(
        entries(
            "SELECT why, from_ms, to_ms, count FROM gap WHERE from_ms < ? AND to_ms >= ?"
                + " ORDER BY to_ms DESC LIMIT ?",
            IndexQueries::gap,
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
            REFUSED + "process" + found + " ORDER BY ms DESC LIMIT ?2",
            this::refused,
            bytes,
            MOST));
    entries.addAll(
        entries(
            HELD + "process" + found + " ORDER BY from_ms DESC LIMIT ?2", this::held, bytes, MOST));
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
                HELD + held + " ORDER BY from_ms DESC LIMIT ?",
                this::held,
                about(one, times, MOST)));
      }
      String refused = port + "ms < ? AND ms >= ?";
      count += count("refused", refused, about(one, times));
      entries.addAll(
          entries(
              REFUSED + refused + " ORDER BY ms DESC LIMIT ?",
              this::refused,
              about(one, times, MOST)));
    }
    long leftOut = count - entries.size();
    entries.removeIf(entry -> !covers(query, entry));
    entries.addAll(
        entries(
            "SELECT why, from_ms, to_ms, count FROM gap WHERE from_ms < ? AND to_ms >= ?"
                + " ORDER BY to_ms DESC LIMIT ?",
            IndexQueries::gap,
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
      for (int i = 0; i < values.length; i++) {
        query.setObject(i + 1, values[i]);
      }
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
      for (int i = 0; i < values.length; i++) {
        query.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = query.executeQuery()) {
        List<HistoryEntry> entries = new ArrayList<>();
        while (rows.next()) {
          entries.add(reading.read(rows));
        }
        return entries;
      }
    }
  }

  private HistoryEntry held(ResultSet row) throws SQLException {
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

  private HistoryEntry refused(ResultSet row) throws SQLException {
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

  private static HistoryEntry gap(ResultSet row) throws SQLException {
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

  @Override
  public synchronized void close() throws SQLException {
    connection.close();
  }
}
