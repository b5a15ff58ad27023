package inuse.serve;

import inuse.core.events.Event;
import inuse.core.events.HistoryEntry;
import inuse.core.events.Place;
import inuse.core.events.Stamp;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Writes the rows of the times in which sockets had a port. */
final class HeldRows {
  /** A time that is not known to be over. */
  private static final long OPEN = Long.MAX_VALUE;

  private final PreparedStatements statements;

  /** Rows of what was held when the segment began, as far as it has not said so again. */
  private final Set<Long> unconfirmed = new HashSet<>();

  HeldRows(PreparedStatements statements) {
    this.statements = statements;
  }

  /** A segment begins, which says again what is held. */
  void begin(Event.Start start) throws SQLException {
    Stamp at = start.stamp();
    // Sockets of an earlier boot ended with it.
    statements.update(
        "UPDATE held SET to_ms = ?, ending = ? WHERE ending = ? AND boot <> ? AND from_ms <= ?",
        at.time().epochMillis(),
        HistoryEntry.End.UNSEEN.word(),
        HistoryEntry.End.STILL.word(),
        start.boot(),
        at.time().epochMillis());
    PreparedStatement query =
        statements.with(
            "SELECT id FROM held WHERE boot = ? AND ending = ? AND from_ns < ?",
            start.boot(),
            HistoryEntry.End.STILL.word(),
            at.nanos());
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        unconfirmed.add(rows.getLong(1));
      }
    }
  }

  /** Rows of what was held when the segment began, as far as it has not said so again. */
  Set<Long> unconfirmed() {
    return unconfirmed;
  }

  /** Nothing has to be said again any more. */
  void clearUnconfirmed() {
    unconfirmed.clear();
  }

  /** The release of a socket that has ended while nothing was recorded. */
  Optional<Event.Socket> unseenRelease(long row, Stamp begun) throws SQLException {
    PreparedStatement query =
        statements.with(
            "SELECT cookie, protocol, address, port, netns FROM held WHERE id = ?", row);
    try (ResultSet found = query.executeQuery()) {
      return found.next()
          ? Optional.of(
              new Event.Socket(
                  begun,
                  Event.Change.RELEASED,
                  true,
                  found.getLong("cookie"),
                  Optional.empty(),
                  EntryReader.place(found)))
          : Optional.empty();
    }
  }

  /** Ends the time of a row whose end was not recorded. */
  void endUnseen(long row, Stamp begun) throws SQLException {
    statements.update(
        "UPDATE held SET to_ns = ?, to_ms = ?, ending = ? WHERE id = ?",
        begun.nanos(),
        begun.time().epochMillis(),
        HistoryEntry.End.UNSEEN.word(),
        row);
  }

  /**
   * Takes what became of a socket.
   *
   * @param boot that of the segment
   * @param process the row of the process that did it
   * @return whether it is new
   */
  boolean change(String boot, Event.Socket socket, long process) throws SQLException {
    Stamp at = socket.stamp();
    Optional<Long> row = row(boot, socket);
    row.ifPresent(unconfirmed::remove);
    if (socket.change() == Event.Change.RELEASED) {
      return row.isPresent() && 1 == release(row.get(), at);
    }
    if (row.isPresent() && socket.already() && isPassedOn(row.get(), process)) {
      release(row.get(), at);
      row = Optional.empty();
    }
    int listening = socket.change() == Event.Change.LISTENING ? 1 : 0;
    if (row.isPresent()) {
      return 1
          == statements.update(
              "UPDATE held SET listening = 1 WHERE id = ? AND listening < ?", row.get(), listening);
    }
    Place place = socket.place();
    statements.update(
        """
        INSERT INTO held(boot, cookie, protocol, address, port, netns, process, listening, earlier,
          from_ns, from_ms, to_ns, to_ms, ending)
        VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        boot,
        socket.cookie(),
        place.protocol().word(),
        place.address().toString(),
        place.port().number(),
        place.netns().orElse(0L),
        process,
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
    return statements.update(
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
        statements.with(
            """
            SELECT 1 FROM held JOIN process AS one ON one.id = held.process
            JOIN process AS other ON other.id = ?
            WHERE held.id = ? AND (one.pid <> other.pid OR one.start <> other.start)
            """,
            process,
            row);
    try (ResultSet found = query.executeQuery()) {
      return found.next();
    }
  }

  /** The row of the time in which a socket had its port, if the event is in it. */
  private Optional<Long> row(String boot, Event.Socket socket) throws SQLException {
    PreparedStatement query =
        statements.with(
            """
            SELECT id FROM held WHERE boot = ? AND cookie = ? AND from_ns <= ? AND to_ns >= ?
            ORDER BY from_ns DESC LIMIT 1
            """,
            boot,
            socket.cookie(),
            socket.stamp().nanos(),
            socket.stamp().nanos());
    try (ResultSet row = query.executeQuery()) {
      return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
    }
  }
}
