package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inuse watch} on a real terminal. */
final class WatchTest extends Scenarios {
  /** With what each document begins. */
  private static final String BEGIN = "{\"schema\":";

  private final Way way = Way.EXECUTABLE;
  @TempDir private Path directory;

  WatchTest() {
    super(Way.EXECUTABLE);
  }

  @BeforeEach
  void itsDirectoryIsOpen() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Starts it as a shell does, which tells what became of the terminal, and waits for it. */
  private Tmux watch(int columns, int rows, String... words) {
    List<String> line = new ArrayList<>(way.command());
    line.add("watch");
    line.addAll(List.of(words));
    Tmux tmux =
        new Tmux(
            lab,
            directory,
            columns,
            rows,
            """
            cd '%s'; stty -g > before; sh -c 'echo $$ > pid; exec %s'; echo $? > rc
            stty -g > after; mv after done; exec sleep 1000
            """
                .formatted(directory, String.join(" ", line)));
    tmux.awaitShown("q quit");
    return tmux;
  }

  private String written(String name) throws IOException {
    Running.await(name, () -> Files.exists(directory.resolve("done")));
    return Files.readString(directory.resolve(name)).strip();
  }

  private void assertRestored(Tmux tmux) throws IOException {
    assertThat(written("done")).isEqualTo(written("before"));
    assertThat(tmux.told("alternate_on")).isEqualTo("0");
    assertThat(tmux.told("cursor_flag")).isEqualTo("1");
    assertThat(tmux.told("wrap_flag")).isEqualTo("1");
    assertThat(tmux.screen()).allMatch(String::isEmpty);
  }

  /** The lines of the table, with one blank between columns and what differs each time named. */
  private static List<String> table(Tmux tmux, Running... holders) {
    List<String> lines = new ArrayList<>();
    for (String line : tmux.screen().subList(0, 8)) {
      String brief = line.replaceAll(" +", " ").replaceAll(" \\d+ (s|m) ([-0]) .*", " AGE $2 FROM");
      for (Running holder : holders) {
        brief = brief.replace(" " + holder.pid() + " ", " PID ");
      }
      lines.add(brief);
    }
    return lines;
  }

  /** Which columns there is room for depends on the names of directories. */
  private Running inUsrShare(String... steps) {
    List<String> line =
        new ArrayList<>(
            List.of("sh", "-c", "cd /usr/share && exec \"$@\"", "sh", Programs.HOLD.toString()));
    line.addAll(List.of(steps));
    return lab.startOwn(line.toArray(String[]::new)).awaitReady();
  }

  @Test
  void theScreenHasTheListAndTheWholeAnswerForTheChosenRow() {
    Running one = inUsrShare("socket s tcp4", "bind s 127.0.0.1 8080", "listen s");
    Running other = inUsrShare("socket u udp4", "bind u 0.0.0.0 5353");
    try (Tmux tmux = watch(80, 24, "--sort", "port")) {
      tmux.awaitShown("udp/5353 is in use");

      assertThat(tmux.screen()).hasSize(24).allMatch(line -> line.length() <= 80);
      assertThat(table(tmux, one, other))
          .containsExactly(
              " inuse watch 2 held 1 open to the network",
              " sort: port group: place",
              " PORT OPEN TO WHO PID USER SINCE CLIENTS FROM",
              "> 5353 udp everyone hold PID root AGE - FROM",
              " 8080 local hold PID root AGE 0 FROM",
              "",
              "",
              "");
      assertThat(tmux.screen().get(15)).startsWith("\u2500\u2500 inuse udp/5353 \u2500");
      assertThat(tmux.screen().getLast())
          .isEqualTo(
              " q quit  ? help  f free  / filter  enter why  w wait  e explain  s sort  g group");

      tmux.press("Down");
      tmux.awaitShown("127.0.0.1:8080 is in use: hold (pid " + one.pid());
    }
  }

  /** A second and a fifth are promised at rest; a busy machine gets five. */
  @Test
  void aNewServerIsSeenSoonAndSoIsItsEnd() {
    try (Tmux tmux = watch(80, 24)) {
      Running server = lab.listener(8080);
      long from = System.nanoTime();
      tmux.awaitShown("NEW");
      Duration seen = Duration.ofNanos(System.nanoTime() - from);
      assertThat(tmux.screen()).anyMatch(line -> line.startsWith(">+ 8080 "));

      server.close();
      from = System.nanoTime();
      tmux.awaitShown("ended");
      Duration ended = Duration.ofNanos(System.nanoTime() - from);
      assertThat(tmux.screen()).anyMatch(line -> line.startsWith(">- 8080 "));
      tmux.awaitShown("nothing is held here");

      System.out.printf(
          "WATCH: new after %d ms, ended after %d ms%n", seen.toMillis(), ended.toMillis());
      assertThat(seen).isLessThan(Duration.ofSeconds(5));
      assertThat(ended).isLessThan(Duration.ofSeconds(5));
    }
  }

  @ParameterizedTest
  @CsvSource({"q, 0", "C-c, 130"})
  void aKeyThatEndsItLeavesTheTerminalAsItWas(String key, String status) throws IOException {
    lab.listener(8080);
    try (Tmux tmux = watch(80, 24)) {
      tmux.press(key);

      assertThat(written("rc")).isEqualTo(status);
      assertRestored(tmux);
    }
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "HUP, 129", "INT, 130"})
  void aSignalLeavesTheTerminalAsItWas(String signal, String status) throws IOException {
    lab.listener(8080);
    try (Tmux tmux = watch(80, 24)) {
      lab.run("kill", "-" + signal, Files.readString(directory.resolve("pid")).strip());

      assertThat(written("rc")).isEqualTo(status);
      assertRestored(tmux);
    }
  }

  @Test
  void aFullScreenOfTextIsLeftToo() throws IOException {
    lab.listener(8080);
    try (Tmux tmux = watch(80, 24)) {
      tmux.press("?");
      tmux.awaitShown("give it back");
      tmux.press("q");
      tmux.awaitShown("OPEN TO");
      tmux.press("q");

      assertThat(written("rc")).isEqualTo("0");
      assertRestored(tmux);
    }
  }

  /** bash stops it, has the terminal as it was, and lets it go on where it was. */
  @Test
  void aShellCanStopItAndGoOn() {
    lab.listener(8080);
    try (Tmux tmux =
        new Tmux(lab, directory, 80, 24, "exec " + Lab.requireProgram("bash") + " --norc")) {
      tmux.press(String.join(" ", way.command()) + " watch", "Enter");
      tmux.awaitShown("8080");
      tmux.press("C-z");
      tmux.awaitShown("Stopped");
      tmux.press(
          "stty -a | grep -c -e '-icanon'; stty -a | grep -o 'isig -icanon'; echo re''ady",
          "Enter");
      tmux.awaitShown("ready");
      assertThat(tmux.told("alternate_on")).isEqualTo("0");

      tmux.press("fg", "Enter");
      tmux.awaitShown("q quit");
      assertThat(tmux.told("alternate_on")).isEqualTo("1");
      assertThat(tmux.screen().getFirst()).startsWith(" inuse watch");
      tmux.press("q");
      tmux.awaitShown("bash");
    }
  }

  @ParameterizedTest
  @CsvSource({"45, 15", "40, 10", "120, 24", "200, 50", "20, 4"})
  void anotherSizeIsDrawnWhole(int columns, int rows) {
    lab.listener("127.0.0.1", 8080);
    lab.listener(8081);
    try (Tmux tmux = watch(80, 24)) {
      tmux.resize(columns, rows);
      Running.await(
          "the whole screen",
          () -> {
            List<String> screen = tmux.screen();
            return screen.size() == rows
                && screen.getFirst().contains("inuse watch")
                && screen.getLast().startsWith(" q quit")
                && screen.stream().allMatch(line -> line.length() <= columns);
          });

      assertThat(tmux.screen()).anyMatch(line -> line.matches("> +8080 .*"));
      tmux.resize(80, 24);
      tmux.awaitShown("8081");
      tmux.awaitShown("g group");
    }
  }

  @Test
  void aRowIsFreedAfterAnAnswerAndNothingElse() {
    Running spared = lab.listener("127.0.0.1", 8080);
    Running ended = lab.listener("127.0.0.1", 8081);
    try (Tmux tmux = watch(80, 24)) {
      tmux.press("Down");
      tmux.awaitShown("127.0.0.1:8081 is in use");
      tmux.press("f");
      tmux.awaitShown("SIGTERM to hold (pid " + ended.pid() + ")");
      tmux.awaitShown("go on? [y/N, then enter] _");
      tmux.press("n", "Enter");
      tmux.awaitShown("you said no");
      assertThat(ended.isAlive()).isTrue();
      tmux.press("q");
      tmux.awaitShown("OPEN TO");

      tmux.press("f");
      tmux.awaitShown("go on?");
      tmux.press("yes", "Enter");
      tmux.awaitShown("127.0.0.1:8081 is free");
      ended.awaitExit();
      assertThat(spared.isAlive()).isTrue();

      tmux.press("q");
      tmux.awaitShown("OPEN TO");
      tmux.awaitGone("8081");
      assertThat(tmux.screen()).anyMatch(line -> line.startsWith(">  8080 "));
    }
  }

  @Test
  void theFilterAndTheOrderAreChosenByKeys() {
    lab.listener("127.0.0.1", 8080);
    lab.listener("127.0.0.1", 9090);
    try (Tmux tmux = watch(80, 24)) {
      tmux.awaitShown("9090");
      tmux.press("/", "909", "Enter");
      tmux.awaitGone(" 8080 ");
      tmux.awaitShown("filter: 909");
      tmux.press("Escape");
      tmux.awaitShown(" 8080 ");
      tmux.press("s");
      tmux.awaitShown("sort: name");
      tmux.press("g");
      tmux.awaitShown("group: project");
    }
  }

  /** What a process is called moves no cursor, and wide characters push nothing away. */
  @ParameterizedTest
  @ValueSource(
      strings = {"\u4e2d\u6587\u4e2d\u6587", "a\u001b[2Jb", "\u202eabc", "x\ny", "e\u0301e\u0301"})
  void hostileAndWideNamesStayInTheirRow(String name) {
    Path program = Programs.copy(Programs.HOLD, directory.resolve(name));
    lab.startOwn(program.toString(), "socket s tcp4", "bind s 127.0.0.1 8080", "listen s")
        .awaitReady();
    lab.listener("127.0.0.1", 8081);
    try (Tmux tmux = watch(80, 24)) {
      tmux.awaitShown("is in use");

      List<String> screen = tmux.screen();
      assertThat(screen).hasSize(24);
      assertThat(screen.get(3)).startsWith(">  8080 ");
      assertThat(screen.get(4)).startsWith("   8081 ");
      assertThat(screen.getLast()).startsWith(" q quit");
      assertThat(screen.subList(5, 15)).allMatch(String::isEmpty);
    }
  }

  @Test
  void twoHundredRowsScroll() {
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      steps.add("socket s stream");
      steps.add("bind s @row" + (1000 + i));
      steps.add("listen s 1");
    }
    lab.holdUnix(steps.toArray(String[]::new));
    try (Tmux tmux = watch(80, 24, "--unix", "row")) {
      tmux.awaitShown("200 held");
      tmux.press("End");
      tmux.awaitShown("@row1199");
      assertThat(tmux.screen()).anyMatch(line -> line.startsWith(">  @row1199"));
      tmux.press("PageUp");
      tmux.awaitShown(">  @row1188");
      tmux.press("Home");
      tmux.awaitShown(">  @row1000");
      assertThat(tmux.screen().subList(3, 15))
          .allSatisfy(line -> assertThat(line).matches("[> ]  @row10(0\\d|1[01]) .*"));
    }
  }

  @Test
  void aPipeGetsALineForEachChangeAndItsEndEndsIt() {
    lab.listener("127.0.0.1", 8080);
    Running reader =
        lab.startForeign(
            "sh",
            "-c",
            "("
                + String.join(" ", way.command())
                + " watch; echo rc $? >&2) | for i in 1 2; do"
                + " read at sign port rest; echo row $sign $port; done");
    assertThat(reader.awaitLine("row")).isEqualTo("= 8080");

    lab.listener("127.0.0.1", 8081);

    assertThat(reader.awaitNext("row")).isEqualTo("+ 8081");
    assertThat(reader.awaitLine("rc")).isEqualTo("0");
  }

  @Test
  void eachLineOfJsonIsADocumentOfThePublishedSchema() {
    lab.listener("127.0.0.1", 8080);
    Running reader = lab.startThrough("watch", "--json", "8080", "8081");
    List<String> documents = new ArrayList<>(List.of(BEGIN + " " + reader.awaitLine(BEGIN)));
    Running server = lab.listener("127.0.0.1", 8081);
    documents.add(BEGIN + " " + reader.awaitNext(BEGIN));
    server.close();
    documents.add(BEGIN + " " + reader.awaitNext(BEGIN));

    assertThat(documents)
        .allSatisfy(
            one -> assertThat(PublishedSchema.of(way).complaints(one)).as("%s", one).isEmpty())
        .satisfiesExactly(
            one -> assertThat(one).contains("\"change\": \"held\"", "\"ports\": [8080]"),
            one -> assertThat(one).contains("\"change\": \"new\"", "\"ports\": [8081]"),
            one -> assertThat(one).contains("\"change\": \"ended\"", "\"ports\": [8081]"));
  }
}
