package inuse.serve.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One thread reads and sends what waits while another one erases what was sent. */
final class OutboxTest {
  private static final HostName HOST = new HostName("web-1");

  @TempDir private Path directory;
  private Connection index;

  /** What happens after a query, before its rows are read. */
  private interface Meanwhile {
    void run() throws SQLException;
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("index.db"));
  }

  @BeforeEach
  void open() throws SQLException {
    index = connect();
    try (Statement statement = index.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      for (String table : Outbox.SCHEMA) {
        statement.execute(table);
      }
    }
    index.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    index.close();
  }

  private void add(Outbox outbox, String... ids) throws SQLException {
    try (PreparedStatement insert = index.prepareStatement(Outbox.INSERT)) {
      for (String id : ids) {
        outbox.add(insert, new EventMessage("inuse.event.web-1.tcp.80", id, 1, "{}"));
      }
    }
    index.commit();
  }

  @Test
  void whatIsErasedWhileItIsReadDoesNotWaitAgain() throws SQLException {
    Meanwhile[] meanwhile = {() -> {}};
    try (Connection reader = connect();
        Outbox outbox = new Outbox(HOST, afterEachQuery(reader, () -> meanwhile[0].run()))) {
      add(outbox, "a", "b", "c");
      outbox.acknowledged(outbox.next(2).getFirst(), 1);
      outbox.acknowledged(outbox.next(1).getFirst(), 2);
      meanwhile[0] = () -> assertThat(outbox.settle(index)).isTrue();
      assertThat(outbox.next(10)).extracting(Outbox.Waiting::id).containsExactly("c");
      meanwhile[0] = () -> {};
      assertThat(outbox.next(10)).extracting(Outbox.Waiting::id).containsExactly("c");
    }
  }

  @Test
  void whatWasAcknowledgedIsErasedOnceAndItsNumberIsKept() throws SQLException {
    try (Outbox outbox = new Outbox(HOST, connect())) {
      assertThat(outbox.settle(index)).isFalse();
      add(outbox, "a", "b");
      outbox.acknowledged(outbox.next(1).getFirst(), 7);
      assertThat(outbox.settle(index)).isTrue();
      assertThat(outbox.settle(index)).isFalse();
      // An event of a time before this outbox: only the server's number counts.
      outbox.has("elsewhere", 9);
      assertThat(outbox.settle(index)).isTrue();
      assertThat(outbox.next(10)).extracting(Outbox.Waiting::id).containsExactly("b");
    }
    try (Outbox later = new Outbox(HOST, connect())) {
      assertThat(later.sequence()).isEqualTo(9);
    }
  }

  /** A connection whose queries are done, with their rows unread, when something else happens. */
  private static Connection afterEachQuery(Connection real, Meanwhile meanwhile) {
    return around(
        Connection.class,
        (_, method, words) -> {
          Object made = method.invoke(real, words);
          return made instanceof PreparedStatement statement
              ? statement(statement, meanwhile)
              : made;
        });
  }

  private static PreparedStatement statement(PreparedStatement real, Meanwhile meanwhile) {
    return around(
        PreparedStatement.class,
        (_, method, words) -> {
          try {
            Object made = method.invoke(real, words);
            if ("executeQuery".equals(method.getName())) {
              meanwhile.run();
            }
            return made;
          } catch (InvocationTargetException failed) {
            throw failed.getCause();
          }
        });
  }

  private static <T> T around(Class<T> face, InvocationHandler calls) {
    return face.cast(
        Proxy.newProxyInstance(OutboxTest.class.getClassLoader(), new Class<?>[] {face}, calls));
  }
}
