package inuse.serve;

import inuse.core.events.Event;
import inuse.core.events.HistoryEntry;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Stamp;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.serve.fleet.EventMessage;
import inuse.serve.fleet.Outbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the events of the segments into an {@link IndexFile}, each once: an event that is there is
 * passed over. To read them again from a segment on, in their order, changes nothing.
 */
final class EventIndex implements AutoCloseable {
  /** Processes that are remembered of a segment. */
  private static final int MAX_PROCESSES = 50_000;

  /** A time that is not known to be over. */
  private static final long OPEN = Long.MAX_VALUE;

  /** What a gap is called in which no recorder ran. */
  static final String NO_RECORDER = "no-recorder";

  private final Connection connection;
  private final Optional<Outbox> outbox;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  /** The processes of the segment, by their numbers there. */
  private final Map<Integer, Known> processes = new HashMap<>();

  /** Rows of what was held when the segment began, as far as it has not said so again. */
  private final Set<Long> unconfirmed = new HashSet<>();

  private Optional<Event.Start> segment = Optional.empty();
  private Optional<Stamp> last = Optional.empty();

  /** A process and its row. */
  private record Known(long row, RecordedProcess process) {}

  /** An index alone. */
  EventIndex(IndexFile file) throws SQLException {
    this(file, Optional.empty());
  }

  /** An index whose new events are also put there, in the same transaction. */
  EventIndex(IndexFile file, Optional<Outbox> outbox) throws SQLException {
    this.outbox = outbox;
    connection = file.connect();
    connection.setAutoCommit(false);
  }

  /** The segment that was last begun, from which on reading goes on. */
  Optional<Event.Start> position() throws SQLException {
    PreparedStatement query = statement("SELECT boot, ns, ms FROM position");
    try (ResultSet row = query.executeQuery()) {
      return row.next()
          ? Optional.of(
              new Event.Start(
                  new Stamp(new Moment(row.getLong(3)), row.getLong(2)),
                  row.getString(1),
                  0,
                  "",
                  false,
                  Event.Source.BPF))
          : Optional.empty();
    }
  }

  /**
   * Takes the next event.
   *
   * @return whether it is new
   */
  boolean accept(Event event) throws SQLException {
    boolean isNew =
        switch (event) {
          case Event.Start start -> begin(start);
          case Event.Named(Stamp stamp, RecordedProcess process) -> name(process);
          case Event.Socket socket -> segment.isPresent() && change(segment.get(), socket);
          case Event.Refused refused -> segment.isPresent() && refused(segment.get(), refused);
          case Event.Gap gap -> segment.isPresent() && gap(segment.get(), gap);
          case Event.End end -> false;
        };
    if (isNew) {
      handOn(event);
    }
    last = Optional.of(event.stamp());
    return isNew;
  }

  private void handOn(Event event) throws SQLException {
    if (outbox.isEmpty() || segment.isEmpty()) {
      return;
    }
    Optional<EventMessage> message =
        EventMessage.of(
            outbox.get().host(),
            segment.get().boot(),
            event,
            number -> Optional.ofNullable(processes.get(number)).map(Known::process));
    if (message.isPresent()) {
      outbox.get().add(statement(Outbox.INSERT), message.get());
    }
  }

  /** Makes what was taken visible to readers. */
  void commit() throws SQLException {
    connection.commit();
  }

  /** Erases what the fleet's server has. */
  void settleOutbox() throws SQLException {
    if (outbox.isPresent()) {
      outbox.get().settle(connection);
    }
  }

  private boolean begin(Event.Start start) throws SQLException {
    settle();
    Stamp at = start.stamp();
    boolean isNew = false;
    if (last.isPresent() && !start.rotated()) {
      isNew =
          1
              == update(
                  "INSERT OR IGNORE INTO gap(boot, ns, why, from_ms, to_ms) VALUES(?, ?, ?, ?, ?)",
                  start.boot(),
                  at.nanos(),
                  NO_RECORDER,
                  last.get().time().epochMillis(),
                  at.time().epochMillis());
    }
    processes.clear();
    segment = Optional.of(start);
    // Sockets of an earlier boot ended with it.
    update(
        "UPDATE held SET to_ms = ?, ending = ? WHERE ending = ? AND boot <> ? AND from_ms <= ?",
        at.time().epochMillis(),
        HistoryEntry.End.UNSEEN.word(),
        HistoryEntry.End.STILL.word(),
        start.boot(),
        at.time().epochMillis());
    PreparedStatement query =
        statement("SELECT id FROM held WHERE boot = ? AND ending = ? AND from_ns < ?");
    set(query, start.boot(), HistoryEntry.End.STILL.word(), at.nanos());
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        unconfirmed.add(rows.getLong(1));
      }
    }
    update("DELETE FROM position");
    update(
        "INSERT INTO position(boot, ns, ms) VALUES(?, ?, ?)",
        start.boot(),
        at.nanos(),
        at.time().epochMillis());
    return isNew;
  }

  /** Ends what a segment did not say again, once it has said all. */
  private void settle() throws SQLException {
    if (unconfirmed.isEmpty() || segment.isEmpty()) {
      return;
    }
    Stamp begun = segment.get().stamp();
    for (long row : unconfirmed) {
      handOnRelease(row, begun);
      update(
          "UPDATE held SET to_ns = ?, to_ms = ?, ending = ? WHERE id = ?",
          begun.nanos(),
          begun.time().epochMillis(),
          HistoryEntry.End.UNSEEN.word(),
          row);
    }
    unconfirmed.clear();
  }

  /** A socket that has ended while nothing was recorded. */
  private void handOnRelease(long row, Stamp begun) throws SQLException {
    if (outbox.isEmpty()) {
      return;
    }
    PreparedStatement query =
        statement("SELECT cookie, protocol, address, port, netns FROM held WHERE id = ?");
    set(query, row);
    try (ResultSet found = query.executeQuery()) {
      if (found.next()) {
        handOn(
            new Event.Socket(
                begun,
                Event.Change.RELEASED,
                true,
                found.getLong("cookie"),
                Optional.empty(),
                IndexQueries.place(found)));
      }
    }
  }

  private boolean name(RecordedProcess process) throws SQLException {
    if (segment.isEmpty() || processes.size() >= MAX_PROCESSES) {
      return false;
    }
    Object[] identity = {
      segment.get().boot(),
      process.identity().pid().number(),
      process.identity().startTicks(),
      process.program().bytes()
    };
    // What was recorded of its arguments stays in the segments.
    update(
        """
        INSERT OR IGNORE INTO process(uid, unit, container, directory, boot, pid, start, program)
        VALUES(?, ?, ?, ?, ?, ?, ?, ?)
        """,
        process.user().map(Uid::number).orElse(-1L),
        text(process.unit()),
        text(process.container()),
        text(process.directory()),
        identity[0],
        identity[1],
        identity[2],
        identity[3]);
    PreparedStatement query =
        statement(
            "SELECT id FROM process WHERE boot = ? AND pid = ? AND start = ? AND program = ?");
    set(query, identity);
    try (ResultSet row = query.executeQuery()) {
      if (row.next()) {
        processes.put(process.number(), new Known(row.getLong(1), process));
      }
    }
    return false;
  }

  /** Empty text for what is not known: the names are never empty. */
  private static String text(Optional<Untrusted> text) {
    return text.map(Untrusted::bytes).orElse("");
  }

  private long process(Optional<Integer> number) {
    return number.map(processes::get).map(Known::row).orElse(0L);
  }

  /** The program of the process that is meant by that number now. */
  Optional<Untrusted> program(Optional<Integer> number) {
    return number.map(processes::get).map(known -> known.process.program());
  }

  private boolean change(Event.Start in, Event.Socket socket) throws SQLException {
    if (!socket.already()) {
      settle();
    }
    Stamp at = socket.stamp();
    Optional<Long> row = row(in, socket);
    row.ifPresent(unconfirmed::remove);
    if (socket.change() == Event.Change.RELEASED) {
      return row.isPresent() && 1 == release(row.get(), at);
    }
    if (row.isPresent() && socket.already() && isPassedOn(row.get(), process(socket.process()))) {
      release(row.get(), at);
      row = Optional.empty();
    }
    int listening = socket.change() == Event.Change.LISTENING ? 1 : 0;
    if (row.isPresent()) {
      return 1
          == update(
              "UPDATE held SET listening = 1 WHERE id = ? AND listening < ?", row.get(), listening);
    }
    Place place = socket.place();
    update(
        """
        INSERT INTO held(boot, cookie, protocol, address, port, netns, process, listening, earlier,
          from_ns, from_ms, to_ns, to_ms, ending)
        VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        in.boot(),
        socket.cookie(),
        place.protocol().word(),
        place.address().toString(),
        place.port().number(),
        place.netns().orElse(0L),
        process(socket.process()),
        listening,
        socket.already() ? 1 : 0,
        at.nanos(),
        at.time().epochMillis(),
        OPEN,
        OPEN,
        HistoryEntry.End.STILL.word());
    return true;
  }

  /** Ends the time of a row that has not ended; how many rows that was. */
  private int release(long row, Stamp at) throws SQLException {
    return update(
        "UPDATE held SET to_ns = ?, to_ms = ?, ending = ? WHERE id = ? AND ending = ?",
        at.nanos(),
        at.time().epochMillis(),
        HistoryEntry.End.RELEASED.word(),
        row,
        HistoryEntry.End.STILL.word());
  }

  /** Whether the process that bound it has ended, and another has the socket now. */
  private boolean isPassedOn(long row, long process) throws SQLException {
    PreparedStatement query =
        statement(
            """
            SELECT 1 FROM held JOIN process AS one ON one.id = held.process
            JOIN process AS other ON other.id = ?
            WHERE held.id = ? AND (one.pid <> other.pid OR one.start <> other.start)
            """);
    set(query, process, row);
    try (ResultSet found = query.executeQuery()) {
      return found.next();
    }
  }

  /** The row of the time in which a socket had its port, if the event is in it. */
  private Optional<Long> row(Event.Start in, Event.Socket socket) throws SQLException {
    PreparedStatement query =
        statement(
            """
            SELECT id FROM held WHERE boot = ? AND cookie = ? AND from_ns <= ? AND to_ns >= ?
            ORDER BY from_ns DESC LIMIT 1
            """);
    set(query, in.boot(), socket.cookie(), socket.stamp().nanos(), socket.stamp().nanos());
    try (ResultSet row = query.executeQuery()) {
      return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
    }
  }

  private boolean refused(Event.Start in, Event.Refused refused) throws SQLException {
    settle();
    StringBuilder holders = new StringBuilder();
    for (int number : refused.holders()) {
      long row = process(Optional.of(number));
      holders.append(row == 0 ? "" : row + " ");
    }
    Place place = refused.place();
    return 1
        == update(
            """
            INSERT OR IGNORE INTO refused(boot, ns, ms, protocol, address, port, netns, process,
              causes, holders, fix, count)
            VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            in.boot(),
            refused.stamp().nanos(),
            refused.stamp().time().epochMillis(),
            place.protocol().word(),
            place.address().toString(),
            place.port().number(),
            place.netns().orElse(0L),
            process(refused.process()),
            String.join(" ", refused.causes()),
            holders.toString(),
            refused.fix().orElse(""),
            refused.count());
  }

  private boolean gap(Event.Start in, Event.Gap gap) throws SQLException {
    settle();
    Moment from = gap.since().or(() -> last.map(Stamp::time)).orElse(gap.stamp().time());
    return 1
        == update(
            """
            INSERT OR IGNORE INTO gap(boot, ns, why, from_ms, to_ms, count)
            VALUES(?, ?, ?, ?, ?, ?)
            """,
            in.boot(),
            gap.stamp().nanos(),
            gap.loss().word(),
            from.epochMillis(),
            gap.stamp().time().epochMillis(),
            gap.count().orElse(-1L));
  }

  /** Erases all, so that everything is read again. */
  void clear() throws SQLException {
    for (String table : IndexFile.TABLES) {
      update("DELETE FROM " + table);
    }
    processes.clear();
    unconfirmed.clear();
    segment = Optional.empty();
    last = Optional.empty();
    connection.commit();
  }

  /**
   * Erases what was over before that moment: the segments that said so are gone.
   *
   * @return how many rows
   */
  int forget(Moment before) throws SQLException {
    long ms = before.epochMillis();
    if (outbox.isPresent()) {
      int unsent = outbox.get().forget(connection, before);
      if (unsent > 0) {
        Complaints.say(unsent + " events are forgotten that the fleet's server has not got");
      }
    }
    int count = update("DELETE FROM held WHERE to_ms < ?", ms);
    count += update("DELETE FROM refused WHERE ms < ?", ms);
    count += update("DELETE FROM gap WHERE to_ms < ?", ms);
    if (count > 0) {
      forgetProcesses();
    }
    connection.commit();
    return count;
  }

  /** Erases processes that no row names; those of the segment that is read may be named yet. */
  private void forgetProcesses() throws SQLException {
    Set<Long> named = new HashSet<>();
    processes.values().forEach(one -> named.add(one.row));
    for (String column :
        List.of("SELECT DISTINCT process FROM held", "SELECT DISTINCT process FROM refused")) {
      try (ResultSet rows = statement(column).executeQuery()) {
        while (rows.next()) {
          named.add(rows.getLong(1));
        }
      }
    }
    try (ResultSet rows = statement("SELECT holders FROM refused").executeQuery()) {
      while (rows.next()) {
        for (String holder : rows.getString(1).split(" ", -1)) {
          if (!holder.isEmpty()) {
            named.add(Long.parseLong(holder));
          }
        }
      }
    }
    Set<Long> unnamed = new HashSet<>();
    try (ResultSet rows = statement("SELECT id FROM process").executeQuery()) {
      while (rows.next()) {
        unnamed.add(rows.getLong(1));
      }
    }
    unnamed.removeAll(named);
    for (long row : unnamed) {
      update("DELETE FROM process WHERE id = ?", row);
    }
  }

  private PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  private int update(String sql, Object... values) throws SQLException {
    PreparedStatement statement = statement(sql);
    set(statement, values);
    return statement.executeUpdate();
  }

  private static void set(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : statements.values()) {
      statement.close();
    }
    connection.close();
  }
}
