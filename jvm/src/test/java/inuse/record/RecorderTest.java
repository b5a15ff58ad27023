package inuse.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.Inuse;
import inuse.core.events.Event;
import inuse.core.events.EventReader;
import inuse.core.events.History;
import inuse.core.events.HistoryEntry;
import inuse.core.events.HistoryQuery;
import inuse.core.events.RecordedProcess;
import inuse.core.evidence.Port;
import inuse.core.io.Host;
import inuse.jvm.ForeignSystemCalls;
import inuse.jvm.RootAlone;
import inuse.kernel.SystemCalls;
import inuse.kernel.bpf.GroupOfItsOwn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recorder on this machine's kernel, of a control group of the test's own. */
final class RecorderTest {
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private final SystemCalls calls = new ForeignSystemCalls();
  private final List<String> complaints = new ArrayList<>();
  @TempDir private Path directory;
  private GroupOfItsOwn group;
  private Inuse inuse;

  @BeforeEach
  void rootIsNeeded() throws IOException {
    RootAlone.isNeeded(calls, RecorderTest.class);
    group = new GroupOfItsOwn();
    inuse = Inuse.open(Host.of(calls).within(PATIENCE));
  }

  @AfterEach
  void close() throws IOException {
    if (group != null) {
      inuse.close();
      group.close();
    }
  }

  private Recorder recorder(long keepBytes) {
    return new Recorder(
        inuse,
        new RecorderOptions(
            "0",
            Optional.of(group.directory().toString()),
            Optional.of(new SegmentOptions(directory.toString(), keepBytes, Duration.ofDays(14))),
            Optional.empty(),
            List.of(),
            false),
        complaints::add);
  }

  private Recorder begun() {
    Recorder recorder = recorder(64 << 20);
    assertThat(recorder.begin()).isEmpty();
    assertThat(recorder.whyPolling()).isEmpty();
    return recorder;
  }

  private void record(Recorder recorder, Process until) {
    while (until.isAlive()) {
      calls.awaitInput(recorder.descriptor().orElseThrow(), recorder.dueIn());
      recorder.look();
    }
  }

  private List<Path> segments() throws IOException {
    try (var files = Files.list(directory)) {
      return files.sorted(Comparator.comparing(Path::toString)).toList();
    }
  }

  private List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path segment : segments()) {
      lines.addAll(Files.readAllLines(segment, ISO_8859_1));
    }
    return lines;
  }

  private List<Event> events() throws IOException {
    return lines().stream().map(EventReader::read).flatMap(Optional::stream).toList();
  }

  /** What the driver says that it did, a line each. */
  private static List<String[]> log(Process driver) throws IOException {
    return new String(driver.getInputStream().readAllBytes(), ISO_8859_1)
        .lines()
        .map(line -> line.split(" ", -1))
        .toList();
  }

  @Test
  void aStormOfRefusedBindsIsWrittenUpToABoundAndTheRestIsANumber() throws Exception {
    int refused = Refusals.MAX_TOLD + 2_000;
    try (Recorder recorder = begun()) {
      Process driver =
          group.python(
              "import errno, socket",
              "held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
              "held.bind(('0.0.0.0', 0))",
              "for i in range(" + refused + "):",
              "  with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:",
              "    try:",
              "      s.bind((f'127.1.{i // 250}.{1 + i % 250}', held.getsockname()[1]))",
              "      raise SystemExit('bound')",
              "    except OSError as e: assert e.errno == errno.EADDRINUSE");
      driver.waitFor();
      assertThat(driver.exitValue()).isZero();
      recorder.look();
      recorder.end();
    }

    List<Event> events = events();
    long written =
        events.stream()
            .filter(Event.Refused.class::isInstance)
            .mapToLong(one -> ((Event.Refused) one).count())
            .sum();
    List<Event.Gap> gaps =
        events.stream()
            .filter(Event.Gap.class::isInstance)
            .map(Event.Gap.class::cast)
            .filter(gap -> gap.loss() == Event.Loss.CAPPED)
            .toList();
    long capped = gaps.stream().mapToLong(gap -> gap.count().orElseThrow()).sum();
    assertThat(written + capped).isEqualTo(refused);
    assertThat(written).isEqualTo(Refusals.MAX_TOLD);
    assertThat(gaps).isNotEmpty().allMatch(gap -> gap.since().isPresent());
    assertThat(events.stream().filter(Event.Refused.class::isInstance))
        .allMatch(one -> !((Event.Refused) one).holders().isEmpty());
  }

  @Test
  void aHolderThatExitsRightAfterItWasInTheWayIsNamed() throws Exception {
    try (Recorder recorder = begun()) {
      Process driver =
          group.python(
              "import socket, os, time",
              "r, w = os.pipe()",
              "q, v = os.pipe()",
              "thief = os.fork()",
              "if thief == 0:",
              "  open('/proc/self/comm', 'w').write('thief')",
              "  s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
              "  os.write(w, str(s.getsockname()[1]).encode())",
              "  os.read(q, 1)",
              "  time.sleep(0.005)",
              "  os._exit(0)",
              "port = int(os.read(r, 9))",
              "t = socket.socket()",
              "try: t.bind(('127.0.0.1', port))",
              "except OSError as e: print(thief, port, e.errno, flush=True)",
              "os.write(v, b'x')",
              "os.waitpid(thief, 0)",
              "t.close()");
      record(recorder, driver);
      recorder.end();
      String[] said = log(driver).getFirst();

      Event.Refused refused =
          events().stream()
              .filter(Event.Refused.class::isInstance)
              .map(Event.Refused.class::cast)
              .findFirst()
              .orElseThrow();
      assertThat(refused.place().port()).isEqualTo(new Port(Integer.parseInt(said[1])));
      assertThat(refused.causes()).isNotEmpty();
      assertThat(refused.holders())
          .extracting(number -> pid(processes(), number))
          .containsExactly(Integer.parseInt(said[0]));
    }
  }

  private static int pid(Map<Integer, RecordedProcess> processes, int number) {
    return Objects.requireNonNull(processes.get(number)).identity().pid().number();
  }

  private Map<Integer, RecordedProcess> processes() {
    try {
      Map<Integer, RecordedProcess> processes = new HashMap<>();
      for (Event event : events()) {
        if (event instanceof Event.Named(var stamp, RecordedProcess process)) {
          processes.put(process.number(), process);
        }
      }
      return processes;
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  /**
   * Programs that bind at random, on few ports so that many are refused, and say when: each line of
   * the log is {@code bound|refused|released PORT PID NANOS NANOS}, before and after the call.
   */
  private static final String[] DRIVER = {
    "import socket, os, random, sys, time, signal",
    "def now(): return time.clock_gettime_ns(time.CLOCK_BOOTTIME)",
    "def work(number, binds):",
    "  rnd = random.Random(number)",
    "  log = []",
    "  held = []",
    "  for i in range(binds):",
    "    kind = rnd.choice([socket.SOCK_STREAM, socket.SOCK_DGRAM])",
    "    family, address = rnd.choice([(socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1')])",
    "    s = socket.socket(family, kind)",
    "    port = rnd.randrange(8400, 8408)",
    "    name = '%s-%s-%d' % ('tcp' if kind == socket.SOCK_STREAM else 'udp', address, port)",
    "    a = now()",
    "    try:",
    "      s.bind((address, port))",
    "      log.append('bound %s %d %d %d' % (name, os.getpid(), a, now()))",
    "      held.append((s, name))",
    "    except OSError as e:",
    "      log.append('refused%d %s %d %d %d' % (e.errno, name, os.getpid(), a, now()))",
    "      s.close()",
    "    while len(held) > 3 or (held and rnd.random() < 0.3):",
    "      t, n = held.pop(rnd.randrange(len(held)))",
    "      a = now()",
    "      t.close()",
    "      log.append('released %s %d %d %d' % (n, os.getpid(), a, now()))",
    "    if rnd.random() < 0.3: time.sleep(0.003)",
    "  sys.stdout.write('\\n'.join(log) + '\\n')",
    "  sys.stdout.flush()",
    "  os.kill(os.getpid(), signal.SIGKILL)",
    "children = []",
    "for number in range(8):",
    "  child = os.fork()",
    "  if child == 0: work(number, BINDS)",
    "  children.append(child)",
    "for child in children: os.waitpid(child, 0)",
  };

  @Test
  void historyNamesWhoHeldAPortAtAnyMomentAndEveryRefusal() throws Exception {
    isTheSameAsTheDriversLog(125);
  }

  @Tag("long")
  @Test
  void soItDoesForTenThousandBinds() throws Exception {
    isTheSameAsTheDriversLog(1_250);
  }

  private record Held(String name, int pid, long from, long to) {}

  private void isTheSameAsTheDriversLog(int binds) throws Exception {
    List<String[]> log;
    long others;
    try (Recorder recorder = begun()) {
      List<String> program = new ArrayList<>(List.of("BINDS = " + binds));
      program.addAll(List.of(DRIVER));
      Path output = directory.resolve("driver.log");
      Process driver = group.pythonApart(output, program.toArray(String[]::new));
      record(recorder, driver);
      recorder.end();
      others = recorder.otherRefusals();
      log =
          Files.readAllLines(output, ISO_8859_1).stream().map(line -> line.split(" ", -1)).toList();
      Files.delete(output);
    }
    assertThat(log.stream().filter(line -> !line[0].equals("released"))).hasSize(8 * binds);

    History history = new History(HistoryQuery.ALL);
    for (String line : lines()) {
      history.line(line);
    }
    List<HistoryEntry> entries = history.answer(false).entries();
    int refused = 0;
    List<Held> recorded = new ArrayList<>();
    for (HistoryEntry entry : entries) {
      if (entry instanceof HistoryEntry.Refused bind) {
        refused += bind.count();
        assertThat(bind.holders()).isNotEmpty();
      } else if (entry instanceof HistoryEntry.Held held && held.by().isPresent()) {
        String name =
            held.place().protocol().word()
                + "-"
                + held.place().address()
                + "-"
                + held.place().port();
        int pid = held.by().get().identity().pid().number();
        recorded.add(new Held(name, pid, held.from().nanos(), held.to().nanos()));
      }
    }
    long counted = log.stream().filter(line -> line[0].equals("refused98")).count();
    assertThat(log.stream().filter(line -> line[0].startsWith("refused")).count())
        .isEqualTo(counted)
        .isGreaterThan(binds / 2);
    long total = lines().stream().filter(line -> line.contains("\"refused\"")).count();
    List<String> gaps = lines().stream().filter(line -> line.contains("\"gap\"")).toList();
    assertThat((long) refused)
        .as("%s %s %s %s", total, gaps, history.answer(false).dropped(), others)
        .isEqualTo(counted);

    namesTheSameHolders(held(log), recorded);
  }

  /** Who held what, by the driver's own log. */
  private static List<Held> held(List<String[]> log) {
    Map<String, String[]> open = new HashMap<>();
    List<Held> held = new ArrayList<>();
    for (String[] line : log) {
      String key = line[1] + " " + line[2];
      if (line[0].equals("bound")) {
        open.put(key, line);
      } else if (line[0].equals("released")) {
        String[] bound = Objects.requireNonNull(open.remove(key));
        held.add(
            new Held(
                line[1],
                Integer.parseInt(line[2]),
                Long.parseLong(bound[4]),
                Long.parseLong(line[3])));
      }
    }
    return held;
  }

  private static void namesTheSameHolders(List<Held> driver, List<Held> recorded) {
    Random random = new Random(7);
    assertThat(driver).hasSizeGreaterThan(100);
    for (int i = 0; i < 1_000; i++) {
      Held one = driver.get(random.nextInt(driver.size()));
      long moment = one.from + (long) (random.nextDouble() * Math.max(one.to - one.from, 0));
      assertThat(
              recorded.stream()
                  .filter(held ->
                      held.name.equals(one.name) && held.from <= moment && moment <= held.to)
                  .map(Held::pid))
          .as("%s at %d", one.name, moment)
          .containsExactly(one.pid);
    }
  }

  @Test
  void whatIsBoundBeforeIsKnownAndItsReleaseIsTold() throws Exception {
    Process holder =
        group.python(
            "import socket, sys",
            "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
            "print(s.getsockname()[1], flush=True)",
            "sys.stdin.read()");
    int port =
        Integer.parseInt(
            new BufferedReader(new InputStreamReader(holder.getInputStream(), ISO_8859_1))
                .readLine());
    try (Recorder recorder = begun()) {
      holder.getOutputStream().close();
      record(recorder, holder);
      recorder.end();

      List<Event.Socket> its =
          events().stream()
              .filter(Event.Socket.class::isInstance)
              .map(Event.Socket.class::cast)
              .filter(one -> one.place().port().number() == port)
              .toList();
      assertThat(its)
          .extracting(Event.Socket::change)
          .containsExactly(Event.Change.LISTENING, Event.Change.RELEASED);
      assertThat(its.getFirst().already()).isTrue();
      assertThat(pid(processes(), its.getFirst().process().orElseThrow()))
          .isEqualTo((int) holder.pid());
    }
  }

  @Test
  void whoHasASocketAfterItsBinderEndedIsTold() throws Exception {
    try (Recorder recorder = begun()) {
      Process binder =
          group.python(
              "import socket, os, signal",
              "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
              "child = os.fork()",
              "if child == 0:",
              "  os.close(1); os.close(2)",
              "  signal.pause()",
              "print(child, s.getsockname()[1], flush=True)");
      String[] said = log(binder).getFirst();
      int heir = Integer.parseInt(said[0]);
      long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      boolean told = false;
      while (!told && System.nanoTime() < until) {
        calls.awaitInput(recorder.descriptor().orElseThrow(), recorder.dueIn());
        recorder.look();
        Map<Integer, RecordedProcess> known = processes();
        told =
            events().stream()
                .filter(Event.Socket.class::isInstance)
                .map(Event.Socket.class::cast)
                .filter(Event.Socket::already)
                .flatMap(one -> one.process().stream())
                .anyMatch(one -> pid(known, one) == heir);
      }
      ProcessHandle.of(heir).ifPresent(ProcessHandle::destroyForcibly);
      assertThat(told).as("%s %s", heir, lines()).isTrue();
      ProcessHandle.of(heir).ifPresent(process -> process.onExit().join());
    }
  }

  @Test
  void aSegmentThatIsFullIsFollowedByOneThatStandsAlone() throws Exception {
    try (Recorder recorder = recorder(8 * 20_000)) {
      assertThat(recorder.begin()).isEmpty();
      Process driver =
          group.python(
              "import socket, time",
              "held = socket.socket(); held.bind(('127.0.0.1', 0)); held.listen()",
              "for i in range(1200):",
              "  s = socket.socket(); s.bind(('127.0.0.1', 0)); s.close()",
              "  if i % 50 == 0: time.sleep(0.01)");
      record(recorder, driver);
      recorder.end();
    }
    List<Path> segments = segments();
    long all = 0;
    for (Path segment : segments) {
      all += Files.size(segment);
      List<Event> events =
          Files.readAllLines(segment, ISO_8859_1).stream()
              .map(EventReader::read)
              .flatMap(Optional::stream)
              .toList();
      assertThat(events.getFirst()).isInstanceOf(Event.Start.class);
      List<Integer> named = new ArrayList<>();
      for (Event event : events) {
        if (event instanceof Event.Named(var stamp, RecordedProcess process)) {
          named.add(process.number());
        } else if (event instanceof Event.Socket socket) {
          assertThat(named).containsAll(socket.process().stream().toList());
        }
      }
      assertThat(named).doesNotHaveDuplicates();
    }
    assertThat(segments).hasSizeBetween(3, 9);
    // The cap may be passed by what one segment is over its share.
    assertThat(all).isLessThan(8 * 20_000 + 70_000);
    assertThat(lines().stream().mapToInt(String::length).average().orElse(0)).isLessThan(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"removed", "moved"})
  void aSegmentThatIsTakenAwayIsFollowedByAnother(String how) throws Exception {
    try (Recorder recorder = begun()) {
      Path first = segments().getFirst();
      if (how.equals("removed")) {
        Files.delete(first);
      } else {
        Files.move(first, directory.resolve("elsewhere"));
      }
      Process driver = group.python("import socket", "socket.socket().bind(('127.0.0.1', 0))");
      record(recorder, driver);
      recorder.end();
    }
    Path after = segments().getLast();
    assertThat(Files.readAllLines(after).getFirst()).contains("\"start\"", "\"rotated\"");
    assertThat(Files.readAllLines(after)).anyMatch(line -> line.contains("\"bound\""));
    assertThat(complaints).anyMatch(line -> line.contains("moved or removed"));
  }

  @Test
  void whatCameFasterThanItWasReadIsAGapAndWhatIsBoundIsFoundAllTheSame() throws Exception {
    try (Recorder recorder = begun()) {
      Process burst =
          group.python(
              "import socket, sys",
              "for i in range(12000): socket.socket().bind(('127.0.0.1', 0))",
              "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
              "print(s.getsockname()[1], flush=True)",
              "sys.stdin.read()");
      String port =
          new BufferedReader(new InputStreamReader(burst.getInputStream(), ISO_8859_1)).readLine();
      while (lines().stream().noneMatch(line -> line.contains("\"lost\""))) {
        calls.awaitInput(recorder.descriptor().orElseThrow(), recorder.dueIn());
        recorder.look();
      }
      assertThat(lines())
          .anyMatch(line ->
              line.contains("\"held\"")
                  && line.contains("\"listening\"")
                  && line.contains("\"port\": " + port));
      burst.getOutputStream().close();
      record(recorder, burst);
      recorder.end();
      assertThat(lines())
          .anyMatch(line -> line.contains("\"released\"") && line.contains("\"port\": " + port));
    }
  }

  @Test
  void whatADiskThatIsFullTookIsTold() throws Exception {
    Process mounted =
        new ProcessBuilder(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=64k,mode=755",
                "inuse-test",
                directory.toString())
            .inheritIO()
            .start();
    assertThat(mounted.waitFor()).isZero();
    try (Recorder recorder = begun()) {
      Path stuffing = directory.resolve("stuffing");
      Process full = new ProcessBuilder("dd", "if=/dev/zero", "of=" + stuffing, "bs=1k").start();
      full.waitFor();
      String bind = "socket.socket().bind(('127.0.0.1', 0))";
      record(recorder, group.python("import socket", "for i in range(60): " + bind));
      assertThat(complaints).anyMatch(line -> line.contains("ENOSPC"));
      Files.delete(stuffing);
      record(recorder, group.python("import socket", bind));
      recorder.end();

      assertThat(complaints).anyMatch(line -> line.contains("written again"));
      Event.Gap gap =
          events().stream()
              .filter(Event.Gap.class::isInstance)
              .map(Event.Gap.class::cast)
              .findFirst()
              .orElseThrow();
      assertThat(gap.loss()).isEqualTo(Event.Loss.NOT_WRITTEN);
      assertThat(gap.count().orElseThrow()).isPositive();
      assertThat(events().getLast()).isInstanceOf(Event.End.class);
    } finally {
      new ProcessBuilder("umount", directory.toString()).start().waitFor();
    }
  }

  @Test
  void whatAnEarlierRecorderLeftOpenIsAGap() throws Exception {
    try (Recorder killed = begun()) {
      killed.look();
    }
    try (Recorder next = begun()) {
      next.end();
    }
    try (Recorder third = begun()) {
      third.end();
    }

    assertThat(events().stream().filter(Event.Gap.class::isInstance).map(Event.Gap.class::cast))
        .singleElement()
        .extracting(Event.Gap::loss)
        .isEqualTo(Event.Loss.STOPPED_UNEXPECTEDLY);
  }

  @Test
  void aSegmentIsNotForEveryUser() throws Exception {
    try (Recorder recorder = begun()) {
      recorder.end();
    }

    assertThat(Files.getPosixFilePermissions(segments().getFirst()))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
  }
}
