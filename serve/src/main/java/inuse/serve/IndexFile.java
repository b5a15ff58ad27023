package inuse.serve;

import inuse.serve.fleet.Outbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * The file of the index. It has nothing that the segments do not have: one of another layout, or
 * one that is broken, is built again.
 */
final class IndexFile {
  /** Changes whenever the tables do. */
  private static final int LAYOUT = 2;

  static final List<String> TABLES =
      Stream.concat(
              Stream.of("held", "refused", "gap", "process", "position"), Outbox.TABLES.stream())
          .toList();

  private static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE process(id INTEGER PRIMARY KEY, boot TEXT NOT NULL, pid INTEGER NOT NULL,
            start INTEGER NOT NULL, program TEXT NOT NULL, uid INTEGER NOT NULL, unit TEXT NOT NULL,
            container TEXT NOT NULL, directory TEXT NOT NULL, UNIQUE(boot, pid, start, program))
          """,
          """
          CREATE TABLE held(id INTEGER PRIMARY KEY, boot TEXT NOT NULL, cookie INTEGER NOT NULL,
            protocol TEXT NOT NULL, address TEXT NOT NULL, port INTEGER NOT NULL,
            netns INTEGER NOT NULL, process INTEGER NOT NULL, listening INTEGER NOT NULL,
            earlier INTEGER NOT NULL, from_ns INTEGER NOT NULL, from_ms INTEGER NOT NULL,
            to_ns INTEGER NOT NULL, to_ms INTEGER NOT NULL, ending TEXT NOT NULL,
            UNIQUE(boot, cookie, from_ns))
          """,
          "CREATE INDEX held_port ON held(port, protocol, from_ms)",
          "CREATE INDEX held_ending ON held(ending) WHERE ending = 'still'",
          "CREATE INDEX held_process ON held(process, from_ms)",
          """
          CREATE TABLE refused(boot TEXT NOT NULL, ns INTEGER NOT NULL, ms INTEGER NOT NULL,
            protocol TEXT NOT NULL, address TEXT NOT NULL, port INTEGER NOT NULL,
            netns INTEGER NOT NULL, process INTEGER NOT NULL, causes TEXT NOT NULL,
            holders TEXT NOT NULL, fix TEXT NOT NULL, count INTEGER NOT NULL,
            UNIQUE(boot, ns, protocol, address, port))
          """,
          "CREATE INDEX refused_ms ON refused(ms)",
          "CREATE INDEX refused_port ON refused(port, protocol, ms)",
          "CREATE INDEX refused_process ON refused(process, ms)",
          """
          CREATE TABLE gap(boot TEXT NOT NULL, ns INTEGER NOT NULL, why TEXT NOT NULL,
            from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, count INTEGER NOT NULL DEFAULT -1,
            UNIQUE(boot, ns, why))
          """,
          "CREATE INDEX gap_ms ON gap(to_ms)",
          "CREATE TABLE position(boot TEXT NOT NULL, ns INTEGER NOT NULL, ms INTEGER NOT NULL)",
          "PRAGMA user_version = " + LAYOUT);

  private final Path path;

  private IndexFile(Path path) {
    this.path = path;
  }

  /** Opens the one in that directory, or makes it there, for this user alone. */
  static IndexFile in(Path directory) throws IOException, SQLException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    // The driver unpacks its library there; /tmp may not be one to run programs from.
    System.setProperty("org.sqlite.tmpdir", directory.toString());
    IndexFile file = new IndexFile(directory.resolve("index.sqlite"));
    if (!file.isOfThisLayout()) {
      file.make();
    }
    return file;
  }

  private boolean isOfThisLayout() {
    if (!Files.exists(path)) {
      return false;
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA user_version")) {
      return row.next() && row.getInt(1) == LAYOUT;
    } catch (SQLException broken) {
      return false;
    }
  }

  private void make() throws IOException, SQLException {
    for (String end : List.of("", "-wal", "-shm", "-journal")) {
      Files.deleteIfExists(path.resolveSibling(path.getFileName() + end));
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : Outbox.SCHEMA) {
        statement.execute(sql);
      }
      for (String sql : SCHEMA) {
        statement.execute(sql);
      }
    }
  }

  /** A connection; readers do not wait for the one that writes. */
  Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      // What a crash of the machine loses is in the segments.
      statement.execute("PRAGMA synchronous = NORMAL");
      statement.execute("PRAGMA busy_timeout = 5000");
    }
    return connection;
  }
}
