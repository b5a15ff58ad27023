package inuse.serve;

import inuse.core.events.RecordedProcess;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The processes that a segment names by numbers of its own, and their rows in the index. */
final class SegmentProcesses {
  /** Processes that are remembered of a segment. */
  private static final int MAX_PROCESSES = 50_000;

  private final PreparedStatements statements;

  /** The processes of the segment, by their numbers there. */
  private final Map<Integer, Known> processes = new HashMap<>();

  /** A process and its row. */
  private record Known(long row, RecordedProcess process) {}

  SegmentProcesses(PreparedStatements statements) {
    this.statements = statements;
  }

  /** Another segment begins, whose numbers mean other processes. */
  void clear() {
    processes.clear();
  }

  /** Takes a process that the segment of that boot names. */
  void name(String boot, RecordedProcess process) throws SQLException {
    if (processes.size() >= MAX_PROCESSES) {
      return;
    }
    Object[] identity = {
      boot,
      process.identity().pid().number(),
      process.identity().startTicks(),
      process.program().bytes()
    };
    // What was recorded of its arguments stays in the segments.
    statements.update(
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
        statements.with(
            "SELECT id FROM process WHERE boot = ? AND pid = ? AND start = ? AND program = ?",
            identity);
    try (ResultSet row = query.executeQuery()) {
      if (row.next()) {
        processes.put(process.number(), new Known(row.getLong(1), process));
      }
    }
  }

  /** Empty text for what is not known: the names are never empty. */
  private static String text(Optional<Untrusted> text) {
    return text.map(Untrusted::bytes).orElse("");
  }

  /** The row of the process that is meant by that number now; 0 where it is not known. */
  long row(Optional<Integer> number) {
    return number.map(processes::get).map(Known::row).orElse(0L);
  }

  /** The process that is meant by that number now. */
  Optional<RecordedProcess> process(int number) {
    return Optional.ofNullable(processes.get(number)).map(Known::process);
  }

  /** The program of the process that is meant by that number now. */
  Optional<Untrusted> program(Optional<Integer> number) {
    return number.map(processes::get).map(known -> known.process.program());
  }

  /** Erases processes that no row names; those of the segment that is read may be named yet. */
  void forgetUnnamed() throws SQLException {
    Set<Long> named = new HashSet<>();
    processes.values().forEach(one -> named.add(one.row));
    for (String column :
        List.of("SELECT DISTINCT process FROM held", "SELECT DISTINCT process FROM refused")) {
      try (ResultSet rows = statements.with(column).executeQuery()) {
        while (rows.next()) {
          named.add(rows.getLong(1));
        }
      }
    }
    try (ResultSet rows = statements.with("SELECT holders FROM refused").executeQuery()) {
      while (rows.next()) {
        for (String holder : rows.getString(1).split(" ", -1)) {
          if (!holder.isEmpty()) {
            named.add(Long.parseLong(holder));
          }
        }
      }
    }
    Set<Long> unnamed = new HashSet<>();
    try (ResultSet rows = statements.with("SELECT id FROM process").executeQuery()) {
      while (rows.next()) {
        unnamed.add(rows.getLong(1));
      }
    }
    unnamed.removeAll(named);
    for (long row : unnamed) {
      statements.update("DELETE FROM process WHERE id = ?", row);
    }
  }
}
