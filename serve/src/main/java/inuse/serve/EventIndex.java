package inuse.serve;

import inuse.core.events.Event;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Stamp;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Untrusted;
import inuse.serve.fleet.EventMessage;
import inuse.serve.fleet.Outbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Writes the events of the segments into an {@link IndexFile}, each once: an event that is there is
 * passed over. To read them again from a segment on, in their order, changes nothing.
 */
final class EventIndex implements AutoCloseable {
  /** What a gap is called in which no recorder ran. */
  static final String NO_RECORDER = "no-recorder";

  private final Connection connection;
  private final Optional<Outbox> outbox;
  private final PreparedStatements statements;
  private final SegmentProcesses processes;
  private final HeldRows held;
  private Optional<Event.Start> segment = Optional.empty();
  private Optional<Stamp> last = Optional.empty();

  /** An index alone. */
  EventIndex(IndexFile file) throws SQLException {
    this(file, Optional.empty());
  }

  /** An index whose new events are also put there, in the same transaction. */
  EventIndex(IndexFile file, Optional<Outbox> outbox) throws SQLException {
    this.outbox = outbox;
    connection = file.connect();
    connection.setAutoCommit(false);
    statements = new PreparedStatements(connection);
    processes = new SegmentProcesses(statements);
    held = new HeldRows(statements);
  }

  /** The segment that was last begun, from which on reading goes on. */
  Optional<Event.Start> position() throws SQLException {
    PreparedStatement query = statements.with("SELECT boot, ns, ms FROM position");
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
        EventMessage.of(outbox.get().host(), segment.get().boot(), event, processes::process);
    if (message.isPresent()) {
      outbox.get().add(statements.with(Outbox.INSERT), message.get());
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
              == statements.update(
                  "INSERT OR IGNORE INTO gap(boot, ns, why, from_ms, to_ms) VALUES(?, ?, ?, ?, ?)",
                  start.boot(),
                  at.nanos(),
                  NO_RECORDER,
                  last.get().time().epochMillis(),
                  at.time().epochMillis());
    }
    processes.clear();
    segment = Optional.of(start);
    held.begin(start);
    statements.update("DELETE FROM position");
    statements.update(
        "INSERT INTO position(boot, ns, ms) VALUES(?, ?, ?)",
        start.boot(),
        at.nanos(),
        at.time().epochMillis());
    return isNew;
  }

  /** Ends what a segment did not say again, once it has said all. */
  private void settle() throws SQLException {
    if (segment.isEmpty()) {
      return;
    }
    Stamp begun = segment.get().stamp();
    for (long row : held.unconfirmed()) {
      handOnRelease(row, begun);
      held.endUnseen(row, begun);
    }
    held.clearUnconfirmed();
  }

  /** A socket that has ended while nothing was recorded. */
  private void handOnRelease(long row, Stamp begun) throws SQLException {
    if (outbox.isEmpty()) {
      return;
    }
    Optional<Event.Socket> release = held.unseenRelease(row, begun);
    if (release.isPresent()) {
      handOn(release.get());
    }
  }

  private boolean name(RecordedProcess process) throws SQLException {
    if (segment.isPresent()) {
      processes.name(segment.get().boot(), process);
    }
    return false;
  }

  private boolean change(Event.Start in, Event.Socket socket) throws SQLException {
    if (!socket.already()) {
      settle();
    }
    return held.change(in.boot(), socket, processes.row(socket.process()));
  }

  /** The program of the process that is meant by that number now. */
  Optional<Untrusted> program(Optional<Integer> number) {
    return processes.program(number);
  }

  private boolean refused(Event.Start in, Event.Refused refused) throws SQLException {
    settle();
    StringBuilder holders = new StringBuilder();
    for (int number : refused.holders()) {
      long row = processes.row(Optional.of(number));
      holders.append(row == 0 ? "" : row + " ");
    }
    Place place = refused.place();
    return 1
        == statements.update(
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
            processes.row(refused.process()),
            String.join(" ", refused.causes()),
            holders.toString(),
            refused.fix().orElse(""),
            refused.count());
  }

  private boolean gap(Event.Start in, Event.Gap gap) throws SQLException {
    settle();
    Moment from = gap.since().or(() -> last.map(Stamp::time)).orElse(gap.stamp().time());
    return 1
        == statements.update(
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
      statements.update("DELETE FROM " + table);
    }
    processes.clear();
    held.clearUnconfirmed();
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
    int count = statements.update("DELETE FROM held WHERE to_ms < ?", ms);
    count += statements.update("DELETE FROM refused WHERE ms < ?", ms);
    count += statements.update("DELETE FROM gap WHERE to_ms < ?", ms);
    if (count > 0) {
      processes.forgetUnnamed();
    }
    connection.commit();
    return count;
  }

  @Override
  public void close() throws SQLException {
    statements.close();
    connection.close();
  }
}
