package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.events.Event;
import inuse.core.events.History;
import inuse.core.events.HistoryEntry;
import inuse.core.events.HistoryQuery;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.render.HistoryJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index says what the segments say, however often they are read. */
final class EventIndexTest {
  private static final long BEGUN = 1_700_000_000_000L;
  private static final Port PORT = new Port(8080);

  @TempDir private Path directory;

  private static void index(IndexFile file, List<Event> events) throws SQLException {
    try (EventIndex index = new EventIndex(file)) {
      for (Event event : events) {
        index.accept(event);
      }
      index.commit();
    }
  }

  /** All rows of all tables, with processes by what they are instead of by their rows. */
  private static List<String> content(IndexFile file) throws SQLException {
    List<String> content = new ArrayList<>();
    try (Connection connection = file.connect()) {
      for (String table : List.of("held", "refused", "gap", "position")) {
        try (ResultSet rows = connection.createStatement().executeQuery("SELECT * FROM " + table)) {
          while (rows.next()) {
            StringBuilder text = new StringBuilder(table);
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
              switch (rows.getMetaData().getColumnName(i)) {
                case "id" -> {}
                case "process", "holders" -> text.append(processes(connection, rows.getString(i)));
                default -> text.append(' ').append(rows.getString(i));
              }
            }
            content.add(text.toString());
          }
        }
      }
    }
    content.sort(null);
    return content;
  }

  private static String processes(Connection connection, String ids) throws SQLException {
    StringBuilder text = new StringBuilder();
    for (String id : ids.strip().split(" ", -1)) {
      try (ResultSet row =
          connection
              .createStatement()
              .executeQuery("SELECT boot, pid, program FROM process WHERE id = 0" + id)) {
        text.append(
            row.next() ? " " + row.getString(1) + row.getInt(2) + row.getString(3) : " none");
      }
    }
    return text.toString();
  }

  private Recording recording(long seed) throws IOException {
    Random random = new Random(seed);
    Recording recording = new Recording(Files.createDirectory(directory.resolve("s")), BEGUN);
    List<Long> open = new ArrayList<>();
    long cookie = 1;
    String boot = "a";
    recording.starts(boot, false);
    recording.named(1, "one");
    recording.named(2, "two");
    for (int i = 0; i < 150; i++) {
      int kind = random.nextInt(20);
      if (kind < 7) {
        open.add(cookie);
        recording.socket(Event.Change.BOUND, false, cookie, 1 + random.nextInt(2), 8080);
        cookie++;
      } else if (kind < 11 && !open.isEmpty()) {
        long one = open.remove(random.nextInt(open.size()));
        recording.socket(Event.Change.RELEASED, false, one, 1, 8080);
        if (random.nextBoolean()) {
          // The same socket is bound once more.
          recording.socket(Event.Change.BOUND, false, one, 2, 8080);
          open.add(one);
        }
      } else if (kind < 13 && !open.isEmpty()) {
        recording.socket(Event.Change.LISTENING, false, open.getLast(), 1, 8080);
      } else if (kind < 17) {
        recording.refused(1, 2, 8080, "listener");
      } else if (kind < 18) {
        recording.gap(Event.Loss.LOST);
      } else {
        boolean rotated = random.nextBoolean();
        if (!rotated && random.nextBoolean()) {
          boot += "x";
          open.clear();
        }
        if (!rotated && !open.isEmpty()) {
          open.removeFirst();
        }
        recording.starts(boot, rotated);
        recording.named(1, "one");
        recording.named(2, "two");
        for (long one : open) {
          recording.socket(Event.Change.BOUND, true, one, 1, 8080);
        }
      }
    }
    recording.refused(1, 2, 8080);
    return recording;
  }

  private static Set<String> lines(List<HistoryEntry> entries) {
    Set<String> lines = new TreeSet<>();
    for (HistoryEntry entry : entries) {
      // The end of what is held still is the moment of the question.
      boolean still =
          entry instanceof HistoryEntry.Held held && held.end() == HistoryEntry.End.STILL;
      String line = HistoryJson.line(entry);
      lines.add(
          (still ? line.replaceAll("\"to\": \"[^\"]*\"", "") : line)
              .replaceAll("\"args\": \\[.*?]", ""));
    }
    return lines;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theIndexSaysWhatTheHistorySays(long seed) throws IOException, SQLException {
    Recording recording = recording(seed);
    History history = new History(HistoryQuery.ALL);
    recording.events().forEach(history::accept);
    IndexFile file = IndexFile.in(directory.resolve("data"));
    index(file, recording.events());

    try (IndexQueries queries = new IndexQueries(file)) {
      List<HistoryEntry> entries =
          queries.timeline(Protocol.TCP, PORT, new Moment(0), new Moment(Long.MAX_VALUE));
      assertThat(entries).hasSizeGreaterThan(40);
      assertThat(lines(entries)).isEqualTo(lines(history.answer(true).entries()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void toReadItAgainFromTheLastSegmentOnChangesNothing(long seed) throws IOException, SQLException {
    List<Event> events = recording(seed).events();
    IndexFile once = IndexFile.in(directory.resolve("once"));
    index(once, events);
    IndexFile stopped = IndexFile.in(directory.resolve("stopped"));
    int read = 1;
    while (read < events.size()) {
      // As a server does that was stopped there: it begins with the segment that it was in.
      int begin = lastStart(events.subList(0, read));
      read = Math.min(events.size(), read + 37);
      index(stopped, events.subList(begin, read));
    }
    IndexFile followed = IndexFile.in(directory.resolve("followed"));
    index(followed, events);
    index(followed, events.subList(lastStart(events), events.size()));

    assertThat(content(once)).hasSizeGreaterThan(40);
    assertThat(content(followed)).isEqualTo(content(once));
    assertThat(content(stopped)).isEqualTo(content(once));
  }

  private static int lastStart(List<Event> events) {
    int at = events.size() - 1;
    while (!(events.get(at) instanceof Event.Start)) {
      at--;
    }
    return at;
  }

  @Test
  void anEventThatIsThereAlreadyIsNotNew() throws IOException, SQLException {
    Recording recording = new Recording(directory, BEGUN);
    recording.starts("a", false);
    recording.named(1, "one");
    recording.socket(Event.Change.BOUND, false, 5, 1, 8080);
    recording.refused(1, 1, 8080);
    IndexFile file = IndexFile.in(directory.resolve("data"));
    try (EventIndex index = new EventIndex(file)) {
      assertThat(news(index, recording.events())).containsExactly(false, false, true, true);
      index.commit();
    }
    try (EventIndex index = new EventIndex(file)) {
      assertThat(news(index, recording.events())).containsOnly(false);
    }
  }

  private static List<Boolean> news(EventIndex index, List<Event> events) throws SQLException {
    List<Boolean> news = new ArrayList<>();
    for (Event event : events) {
      news.add(index.accept(event));
    }
    return news;
  }

  @Test
  void whoHadAPortAtAMomentIsTold() throws IOException, SQLException {
    Recording recording = new Recording(directory, BEGUN);
    recording.starts("a", false);
    recording.named(1, "one");
    recording.named(2, "two");
    recording.socket(Event.Change.BOUND, false, 5, 1, 8080);
    long first = recording.now();
    recording.socket(Event.Change.RELEASED, false, 5, 1, 8080);
    recording.socket(Event.Change.BOUND, false, 6, 2, 8080);
    long second = recording.now();
    IndexFile file = IndexFile.in(directory.resolve("data"));
    index(file, recording.events());

    try (IndexQueries queries = new IndexQueries(file)) {
      assertThat(program(queries, first)).containsExactly("one");
      assertThat(program(queries, second + 60_000)).containsExactly("two");
      assertThat(program(queries, first - 1)).isEmpty();
      assertThat(queries.holders(Protocol.UDP, PORT, new Moment(first))).isEmpty();
    }
  }

  private static List<String> program(IndexQueries queries, long at) throws SQLException {
    return queries.holders(Protocol.TCP, PORT, new Moment(at)).stream()
        .map(entry -> ((HistoryEntry.Held) entry).by().orElseThrow().program().bytes())
        .toList();
  }

  @Test
  void aNameIsSearchedAsItIs() throws IOException, SQLException {
    Recording recording = new Recording(directory, BEGUN);
    recording.starts("a", false);
    recording.named(1, "50%_of'it");
    recording.refused(1, 1, 8080);
    IndexFile file = IndexFile.in(directory.resolve("data"));
    index(file, recording.events());

    try (IndexQueries queries = new IndexQueries(file)) {
      assertThat(queries.search("0%_OF'")).hasSize(1);
      assertThat(queries.search("unit1")).hasSize(1);
      assertThat(queries.search("5%'")).isEmpty();
      assertThat(queries.search("%")).hasSize(1);
      assertThat(queries.search("_of_")).isEmpty();
    }
  }

  @Test
  void whatTheSegmentsForgotIsForgotten() throws IOException, SQLException {
    Recording recording = new Recording(directory, BEGUN);
    recording.starts("a", false);
    recording.named(1, "gone");
    recording.named(2, "stays");
    recording.refused(1, 1, 8080);
    recording.socket(Event.Change.BOUND, false, 5, 1, 8080);
    recording.socket(Event.Change.RELEASED, false, 5, 1, 8080);
    recording.socket(Event.Change.BOUND, false, 6, 2, 8080);
    recording.starts("a", true);
    recording.named(2, "stays");
    recording.socket(Event.Change.BOUND, true, 6, 2, 8080);
    IndexFile file = IndexFile.in(directory.resolve("data"));
    try (EventIndex index = new EventIndex(file)) {
      for (Event event : recording.events()) {
        index.accept(event);
      }
      index.forget(new Moment(recording.now()));
    }

    assertThat(content(file).toString()).contains("stays").doesNotContain("gone");
    assertThat(
            Files.readString(directory.resolve("data/index.sqlite"), StandardCharsets.ISO_8859_1))
        .doesNotContain("secret");
  }

  @Test
  void anIndexThatIsBrokenIsBuiltAgainForThisUserAlone() throws IOException, SQLException {
    IndexFile.in(directory.resolve("data"));
    assertThat(Files.getPosixFilePermissions(directory.resolve("data")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    Files.writeString(directory.resolve("data/index.sqlite"), "no database at all".repeat(100));

    IndexFile file = IndexFile.in(directory.resolve("data"));
    try (IndexQueries queries = new IndexQueries(file)) {
      assertThat(queries.count()).isZero();
    }
  }
}
