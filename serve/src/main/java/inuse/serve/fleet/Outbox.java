package inuse.serve.fleet;

import inuse.core.evidence.Moment;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Events that the server has not taken yet. They come in together with the index, in one
 * transaction, and go out when the server said that it has them: between, they are in a file.
 *
 * <p>The thread that writes the index adds and erases; another one reads and sends.
 */
public final class Outbox implements AutoCloseable {
  /** Its tables. */
  public static final List<String> TABLES = List.of("outbox", "acknowledged");

  /** How they are made. */
  public static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE outbox(number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
            subject TEXT NOT NULL, ms INTEGER NOT NULL, lines TEXT NOT NULL)
          """,
          "CREATE TABLE acknowledged(sequence INTEGER NOT NULL)");

  private final HostName host;
  private final Connection reader;
  private final Set<Long> sent = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean behind = new AtomicBoolean();
  private volatile long sequence;

  /** An event that waits. */
  record Waiting(long number, String id, String subject, String lines) {}

  /**
   * An outbox.
   *
   * @param reader a connection of its own to the index
   */
  public Outbox(HostName host, Connection reader) throws SQLException {
    this.host = host;
    this.reader = reader;
    try (PreparedStatement query = reader.prepareStatement("SELECT sequence FROM acknowledged");
        ResultSet row = query.executeQuery()) {
      sequence = row.next() ? row.getLong(1) : 0;
    }
  }

  /** Whose events these are. */
  public HostName host() {
    return host;
  }

  /** Adds an event, with the index's connection; one that is there already is passed over. */
  public void add(PreparedStatement insert, EventMessage message) throws SQLException {
    insert.setString(1, message.id());
    insert.setString(2, message.subject());
    insert.setLong(3, message.epochMillis());
    insert.setString(4, message.lines());
    insert.executeUpdate();
  }

  /** The statement by which one is added. */
  public static final String INSERT =
      "INSERT OR IGNORE INTO outbox(id, subject, ms, lines) VALUES(?, ?, ?, ?)";

  /** Erases what the server has, with the index's connection; whether there was anything. */
  public boolean settle(Connection index) throws SQLException {
    boolean more = behind.getAndSet(false);
    // First the number, so that all up to it are among those that are erased.
    long reached = sequence;
    List<Long> numbers = new ArrayList<>(sent);
    if (numbers.isEmpty() && !more) {
      return false;
    }
    try (PreparedStatement delete = index.prepareStatement("DELETE FROM outbox WHERE number = ?");
        PreparedStatement forget = index.prepareStatement("DELETE FROM acknowledged");
        PreparedStatement keep = index.prepareStatement("INSERT INTO acknowledged VALUES(?)")) {
      for (long number : numbers) {
        delete.setLong(1, number);
        delete.addBatch();
      }
      delete.executeBatch();
      forget.executeUpdate();
      keep.setLong(1, reached);
      keep.executeUpdate();
    }
    index.commit();
    numbers.forEach(sent::remove);
    return true;
  }

  /**
   * Erases what is older, with the index's connection: the segments have forgotten it, and the
   * server was not there for so long.
   *
   * @return how many events
   */
  public int forget(Connection index, Moment before) throws SQLException {
    try (PreparedStatement delete = index.prepareStatement("DELETE FROM outbox WHERE ms < ?")) {
      delete.setLong(1, before.epochMillis());
      return delete.executeUpdate();
    }
  }

  /** The first of those that wait. */
  synchronized List<Waiting> next(int most) throws SQLException {
    List<Waiting> waiting = new ArrayList<>();
    // Before the table is read: what is erased and forgotten meanwhile is still in what is read.
    Set<Long> done = Set.copyOf(sent);
    try (PreparedStatement query =
        reader.prepareStatement(
            "SELECT number, id, subject, lines FROM outbox ORDER BY number LIMIT ?")) {
      query.setInt(1, most + done.size());
      try (ResultSet row = query.executeQuery()) {
        while (row.next() && waiting.size() < most) {
          if (!done.contains(row.getLong(1))) {
            waiting.add(
                new Waiting(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)));
          }
        }
      }
    }
    return waiting;
  }

  /** The number of the last event that the server said it has. */
  long sequence() {
    return sequence;
  }

  /** The server has that event, by that number of its own. */
  void acknowledged(Waiting one, long number) {
    sent.add(one.number);
    reached(number);
  }

  /** The server has events up to that number of its own; of this host, or of others. */
  void reached(long number) {
    sequence = number;
    behind.set(true);
  }

  /** The server has the event with that id. */
  synchronized void has(String id, long number) throws SQLException {
    try (PreparedStatement query =
        reader.prepareStatement("SELECT number FROM outbox WHERE id = ?")) {
      query.setString(1, id);
      try (ResultSet row = query.executeQuery()) {
        if (row.next()) {
          sent.add(row.getLong(1));
        }
      }
    }
    reached(number);
  }

  @Override
  public synchronized void close() throws SQLException {
    reader.close();
  }
}
