package inuse.core.events;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who had a port and when, told from events. */
final class HistoryTest {
  private static final IpAddress V4 = IpAddress.ANY_V4;

  private long second;

  private final List<Event> events = new ArrayList<>();

  private Stamp now() {
    return at(second++);
  }

  private static Stamp at(long second) {
    return new Stamp(new Moment(second * 1000), second * 1_000_000_000);
  }

  private void starts(String boot, boolean rotated) {
    events.add(new Event.Start(now(), boot, 1, "0.1.0", rotated, Event.Source.BPF));
  }

  private void named(int number, String program) {
    events.add(
        new Event.Named(
            now(),
            new RecordedProcess(
                number,
                new ProcessIdentity(new Pid(1000 + number), number),
                new Untrusted(program),
                Optional.empty(),
                Optional.of(new Untrusted(program + ".service")),
                Optional.empty(),
                Optional.empty(),
                List.of())));
  }

  private void socket(Event.Change change, long cookie, int process, int port) {
    events.add(new Event.Socket(now(), change, false, cookie, Optional.of(process), place(port)));
  }

  private void already(long cookie, int process, int port) {
    events.add(
        new Event.Socket(
            now(), Event.Change.LISTENING, true, cookie, Optional.of(process), place(port)));
  }

  private static Place place(int port) {
    return new Place(Protocol.TCP, V4, new Port(port), Optional.empty());
  }

  private static PortTarget target(int port) {
    return new PortTarget(Protocol.TCP, Optional.empty(), new Port(port));
  }

  private List<String> told(HistoryQuery query) {
    History history = new History(query);
    events.forEach(history::accept);
    return history.answer(false).entries().stream().map(HistoryTest::words).toList();
  }

  private static String words(HistoryEntry entry) {
    return switch (entry) {
      case HistoryEntry.Held held ->
          held.by().map(by -> by.program().bytes()).orElse("?")
              + (held.listening() ? "" : " bound")
              + (held.earlier() ? " before " : " ")
              + seconds(held.from().time())
              + "-"
              + seconds(held.to().time())
              + " "
              + held.end().word();
      case HistoryEntry.Refused refused ->
          refused.asked().map(by -> by.program().bytes()).orElse("?")
              + " refused "
              + refused.holders().stream().map(by -> by.program().bytes()).toList();
      case HistoryEntry.Missing missing ->
          "missing "
              + seconds(missing.from())
              + "-"
              + seconds(missing.to())
              + missing.loss().map(loss -> " " + loss.word()).orElse("");
    };
  }

  private static long seconds(Moment moment) {
    return moment.epochMillis() / 1000;
  }

  @Test
  void aSocketHasItsPortFromBindToRelease() {
    starts("a", false);
    named(1, "web");
    socket(Event.Change.BOUND, 7, 1, 8080);
    socket(Event.Change.LISTENING, 7, 1, 8080);
    socket(Event.Change.BOUND, 8, 1, 8081);
    socket(Event.Change.RELEASED, 7, 1, 8080);

    assertThat(told(HistoryQuery.ALL)).containsExactly("web 2-5 released", "web bound 4-5 still");
    assertThat(told(about(8081, 0, 100))).containsExactly("web bound 4-5 still");
  }

  @Test
  void aSegmentAfterAnotherGoesOn() {
    starts("a", false);
    named(1, "web");
    socket(Event.Change.LISTENING, 7, 1, 8080);
    starts("a", true);
    named(4, "web");
    already(7, 4, 8080);
    socket(Event.Change.RELEASED, 7, 4, 8080);

    assertThat(told(HistoryQuery.ALL)).containsExactly("web 2-6 released");
  }

  @Test
  void whatHappenedWhileNothingWasRecordedIsNotInvented() {
    starts("a", false);
    named(1, "web");
    named(2, "db");
    socket(Event.Change.LISTENING, 7, 1, 8080);
    socket(Event.Change.LISTENING, 8, 2, 5432);
    second = 50;
    starts("a", false);
    named(1, "db");
    already(8, 1, 5432);
    named(2, "new");
    already(9, 2, 8080);
    socket(Event.Change.RELEASED, 8, 1, 5432);

    assertThat(told(HistoryQuery.ALL))
        .containsExactly(
            "web 3-50 unseen", "db 4-55 released", "missing 4-50", "new before 54-55 still");
  }

  @Test
  void aRebootEndsEverything() {
    starts("a", false);
    named(1, "web");
    socket(Event.Change.LISTENING, 7, 1, 8080);
    second = 50;
    starts("b", false);
    named(1, "other");
    already(7, 1, 8080);

    assertThat(told(HistoryQuery.ALL))
        .containsExactly("web 2-50 unseen", "missing 2-50", "other before 52-52 still");
  }

  @Test
  void aRefusalNamesWhoAskedAndWhoHadIt() {
    starts("a", false);
    named(1, "web");
    named(2, "late");
    socket(Event.Change.LISTENING, 7, 1, 8080);
    events.add(
        new Event.Refused(
            now(),
            Optional.of(2),
            place(8080),
            List.of("other-service"),
            List.of(1),
            Optional.empty(),
            1));
    events.add(new Event.Gap(at(20), Event.Loss.LOST, Optional.of(3L), Optional.empty()));

    assertThat(told(HistoryQuery.ALL))
        .containsExactly("web 3-20 still", "late refused [web]", "missing 4-20 lost");
    assertThat(told(only("late", true))).containsExactly("late refused [web]", "missing 4-20 lost");
    assertThat(told(only("web", false)))
        .containsExactly("web 3-20 still", "late refused [web]", "missing 4-20 lost");
    assertThat(told(only("db", false))).containsExactly("missing 4-20 lost");
  }

  @Test
  void onlyTheMostRecentEntriesAreKept() {
    starts("a", false);
    for (int i = 0; i < History.MAX_ENTRIES + 5; i++) {
      socket(Event.Change.BOUND, i, 1, 8080);
      socket(Event.Change.RELEASED, i, 1, 8080);
    }
    History history = new History(HistoryQuery.ALL);
    events.forEach(history::accept);

    assertThat(history.answer(false).entries()).hasSize(History.MAX_ENTRIES);
    assertThat(history.answer(false).dropped()).isEqualTo(5);
  }

  /** A world of random sockets, of which the segments are read, and asked of random moments. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void atAnyMomentTheHolderIsTheOneOfTheWorldsOwnLog(long seed) {
    Random random = new Random(seed);
    Map<Integer, List<String>> log = new HashMap<>();
    Map<Integer, Long> open = new HashMap<>();
    int cookies = 0;
    starts("a", false);
    for (int number = 1; number <= 8; number++) {
      named(number, "program" + number);
    }
    long begin = second;
    for (int step = 0; step < 2000; step++) {
      int port = 8000 + random.nextInt(20);
      Long cookie = open.remove(port);
      if (cookie == null) {
        int process = 1 + random.nextInt(8);
        open.put(port, (long) ++cookies);
        socket(Event.Change.BOUND, cookies, process, port);
        log.computeIfAbsent(port, p -> new ArrayList<>()).add((second - 1) + " program" + process);
      } else {
        socket(Event.Change.RELEASED, cookie, 1, port);
        log.computeIfAbsent(port, p -> new ArrayList<>()).add((second - 1) + " none");
      }
      if (random.nextInt(200) == 0) {
        starts("a", true);
        for (int number = 1; number <= 8; number++) {
          named(number, "program" + number);
        }
        for (Map.Entry<Integer, Long> one : open.entrySet()) {
          events.add(
              new Event.Socket(
                  now(),
                  Event.Change.BOUND,
                  true,
                  one.getValue(),
                  Optional.of(1),
                  place(one.getKey())));
        }
      }
    }
    for (int i = 0; i < 200; i++) {
      int port = 8000 + random.nextInt(20);
      long moment = begin + random.nextInt((int) (second - begin));
      String expected = "none";
      for (String line : log.getOrDefault(port, List.of())) {
        int blank = line.indexOf(' ');
        if (Long.parseLong(line.substring(0, blank)) <= moment) {
          expected = line.substring(blank + 1);
        }
      }
      List<String> found = holdersAt(port, moment);
      assertThat(found).isEqualTo(expected.equals("none") ? List.of() : List.of(expected));
    }
  }

  private List<String> holdersAt(int port, long moment) {
    History history = new History(about(port, moment, moment + 1));
    events.forEach(history::accept);
    List<String> found = new ArrayList<>();
    for (HistoryEntry entry : history.answer(false).entries()) {
      // One that ended in that very second has it no more at its end.
      if (entry instanceof HistoryEntry.Held held
          && (held.end() == HistoryEntry.End.STILL || seconds(held.to().time()) > moment)) {
        found.add(held.by().orElseThrow().program().bytes());
      }
    }
    return found;
  }

  private static HistoryQuery about(int port, long from, long to) {
    return new HistoryQuery(
        List.of(target(port)),
        new Moment(from * 1000),
        new Moment(to * 1000),
        false,
        Optional.empty(),
        Optional.empty());
  }

  private static HistoryQuery only(String program, boolean refused) {
    return new HistoryQuery(
        List.of(target(8080)),
        new Moment(0),
        new Moment(1_000_000),
        refused,
        Optional.of(new Untrusted(program)),
        Optional.of(new Untrusted(program)));
  }
}
