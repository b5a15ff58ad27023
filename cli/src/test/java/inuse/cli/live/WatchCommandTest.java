package inuse.cli.live;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.kernel.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole command, on a terminal in memory. */
final class WatchCommandTest {
  private static final String ENTER = "\u001b[?1049h";
  private static final String LEAVE = "\u001b[?1049l";
  private static final int SIGSTOP = 19;

  private final FakeHost host = new FakeHost();

  WatchCommandTest() {
    host.kernel.file("/proc/self/environ", "TERM=xterm\0LC_ALL=C.UTF-8\0");
  }

  /** Types these one after the other, a second apart. */
  private int watch(String... typed) {
    host.kernel.terminal(80, 24);
    for (int i = 0; i < typed.length; i++) {
      String keys = typed[i];
      host.later(1000L * (i + 1), () -> host.kernel.stdin(keys));
    }
    return host.run("watch");
  }

  /** What the screen shows at the end. */
  private String screen() {
    String drawn = host.kernel.stdout();
    ScreenReader reader = new ScreenReader(80, 24, false);
    for (String part : drawn.split("\u001b\\[\\?2026h", -1)) {
      int end = part.indexOf("\u001b[?2026l");
      if (end >= 0) {
        reader.show(part.substring(0, end));
      }
    }
    return reader.toString();
  }

  private void assertRestored() {
    assertThat(host.kernel.isRaw()).isFalse();
    assertThat(host.kernel.stdout()).startsWith(ENTER).endsWith(LEAVE);
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  @Test
  void theTerminalIsItsOwnUntilItIsLeft() {
    List<Boolean> raw = new ArrayList<>();
    host.held().later(500, () -> raw.add(host.kernel.isRaw()));

    assertThat(watch("q")).isZero();

    assertThat(raw).containsExactly(true);
    assertThat(screen()).contains("8080", "q quit");
    assertRestored();
  }

  @ParameterizedTest
  @CsvSource({"1, 129", "2, 130", "3, 131", "15, 143"})
  void aSignalEndsItAndTheTerminalIsAsItWas(int signal, int status) {
    host.later(500, () -> host.kernel.raise(signal));

    assertThat(watch()).isEqualTo(status);
    assertRestored();
  }

  @Test
  void aFaultOfOursLeavesTheTerminalAsItWas() {
    host.later(
        500,
        () -> {
          throw new IllegalStateException("planted");
        });

    assertThat(watch()).isEqualTo(70);

    assertRestored();
    assertThat(host.kernel.stderr()).contains("planted");
  }

  @Test
  void aTerminalThatHasGoneEndsIt() {
    host.later(500, () -> host.kernel.stdin(""));

    assertThat(watch()).isEqualTo(129);
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  @Test
  void aTerminalThatTakesNothingMoreEndsIt() {
    host.later(500, () -> host.kernel.refuse("write", "1", new Errno(5)));

    assertThat(watch("?", "q")).isEqualTo(74);
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  @Test
  void aNewServerIsSeenWithinASecondAndMarked() {
    host.later(500, host::held);
    List<String> seen = new ArrayList<>();
    host.later(1600, () -> seen.add(screen()));

    assertThat(watch("x", "x", "q")).isZero();

    assertThat(seen.getFirst()).contains("8080").contains("NEW");
  }

  /** The peek of each second is at 1 s and 2 s; a recorder is read ten times as often. */
  @ParameterizedTest
  @CsvSource({"4026531840, true", "1, false"})
  void whatARecorderTellsOfThisNamespaceIsSeenAtOnce(long namespace, boolean atOnce) {
    String segment = "/var/log/inuse/a.jsonl";
    String start =
        """
        {"layout":"inuse.event/1","event":"start","time":"2027-01-15T03:00:00.000Z","ns":1000,"boot":"b","netns":%d,"version":"0.1.0","why":"started","source":"bpf"}
        """
            .formatted(namespace);
    String bound =
        """
        {"event":"bound","time":"2027-01-15T08:00:00.000Z","ns":4000,"cookie":1100,"protocol":"tcp","address":"0.0.0.0","port":8080}
        """;
    host.kernel.file(segment, start).refuse("flock", segment, Errno.EAGAIN);
    List<String> seen = new ArrayList<>();
    host.later(
        1200,
        () -> {
          host.held();
          host.kernel.file(segment, start + bound);
        });
    host.later(1600, () -> seen.add(screen()));

    assertThat(watch("x", "x", "q")).isZero();

    assertThat(seen.getFirst().contains("NEW")).isEqualTo(atOnce);
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  @Test
  void aRowIsFreedWhenThePlanWasShownAndYesTyped() {
    host.held().obeys(15, 5);
    List<String> seen = new ArrayList<>();
    host.later(1_500, () -> seen.add(screen()));
    host.later(6_500, () -> seen.add(screen()));

    assertThat(watch("f", "y", "\r", " ", " ", " ", "q", "q")).isZero();

    assertThat(seen.getFirst())
        .contains("inuse free 8080")
        .contains("plan   SIGTERM to server (pid 10)")
        .contains("go on? [y/N, then enter] _");
    assertThat(seen.getLast()).contains("did    server (pid 10) has ended", "8080 is free again");
    assertThat(host.kernel.signals()).containsExactly("10 15");
    assertRestored();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r", "n\r", "\u001b", "q\r", "x\r"})
  void withoutAYesNothingIsDone(String answer) {
    host.held().obeys(15, 5);

    assertThat(watch("f", answer, "q", "q", "\r", "q")).isZero();

    assertThat(host.kernel.signals()).isEmpty();
    assertThat(screen()).doesNotContain("did ");
  }

  /** Typed ahead of the question, and of anything else. */
  @Test
  void whatWasTypedBeforeThePlanIsSeenIsNoAnswer() {
    host.held().obeys(15, 5);

    assertThat(watch("fy\r", "\r", "q", "q")).isZero();

    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void noKeyAloneEndsAnything() {
    host.held().obeys(15, 5);
    StringBuilder keys = new StringBuilder();
    for (char key = ' '; key < 0x7f; key++) {
      keys.append(key == 'q' ? "" : key).append("\u001b[A");
    }

    assertThat(watch(keys.toString(), "\u001b", "q", "q", "q")).isZero();

    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void anAnswerIsNotTakenFromWhoeverEndsIt() {
    host.held().obeys(15, 5).later(1_500, () -> host.kernel.raise(15));

    assertThat(watch("f")).isEqualTo(143);

    assertThat(host.kernel.signals()).isEmpty();
    assertRestored();
  }

  @Test
  void whatIsWaitedForIsToldOnceItCanBeBound() {
    host.held().later(2_500, host::ends);

    assertThat(watch("w", " ", " ", " ", " ", "q")).isZero();

    assertThat(host.kernel.stdout()).contains("8080 can be bound: a real bind succeeded", "\u0007");
  }

  @Test
  void theAddressIsOfferedToTheClipboard() {
    host.held();

    assertThat(watch("y", "q")).isZero();

    assertThat(host.kernel.stdout()).contains("\u001b]52;c;bG9jYWxob3N0OjgwODA=\u0007");
    assertThat(screen()).contains("copied: localhost:8080");
  }

  @Test
  void anAnswerIsReadAsTextAndAsJson() {
    host.held();
    List<String> seen = new ArrayList<>();
    host.later(1_500, () -> seen.add(screen()));
    host.later(3_500, () -> seen.add(screen()));
    host.later(5_500, () -> seen.add(screen()));

    assertThat(watch("\r", "q", "j", "q", "e", "q", "q")).isZero();

    assertThat(seen.get(0)).contains("inuse 8080", "8080 is in use: server (pid 10");
    assertThat(seen.get(1)).contains("inuse --json 8080", "\"schema\": \"inuse.diagnosis/1\"");
    assertThat(seen.get(2)).contains("inuse explain --no-pager listener");
  }

  @Test
  void thePaneHasTheAnswerOnceTheChoiceRests() {
    host.held();
    List<String> seen = new ArrayList<>();
    host.later(200, () -> seen.add(screen()));
    host.later(800, () -> seen.add(screen()));

    assertThat(watch("q")).isZero();

    assertThat(seen.getFirst()).doesNotContain("is in use");
    assertThat(seen.getLast()).contains("8080 is in use: server (pid 10");
  }

  @Test
  void aShellGetsTheTerminalForAWhile() {
    List<Boolean> raw = new ArrayList<>();
    host.kernel
        .file("/proc/700/stat", "700 (bash) S 1 700 700 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0\n")
        .file(
            "/proc/4242/stat",
            "4242 (inuse) S 700 4242 700 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0\n")
        .onSignal(4242, SIGSTOP, () -> raw.add(host.kernel.isRaw()))
        .later(500_000_000L, () -> host.kernel.raise(20))
        .later(600_000_000L, () -> host.kernel.raise(18))
        .later(700_000_000L, () -> raw.add(host.kernel.isRaw()));

    assertThat(watch("q")).isZero();

    assertThat(raw).containsExactly(false, true);
    assertRestored();
  }

  /** Nobody would let it go on. */
  @Test
  void withoutAShellItDoesNotStop() {
    host.later(500, () -> host.kernel.raise(20));

    assertThat(watch("q")).isZero();

    assertThat(host.kernel.signals()).isEmpty();
    assertRestored();
  }

  @Test
  void anotherSizeIsDrawn() {
    host.held()
        .later(
            500,
            () -> {
              host.kernel.terminal(45, 15);
              host.kernel.raise(28);
            });

    assertThat(watch("q")).isZero();

    assertThat(host.kernel.stdout()).contains("\u001b[15;1H").doesNotContain("\u001b[99");
  }

  private int lines(String... words) {
    List<String> line = new ArrayList<>(List.of("watch"));
    line.addAll(List.of(words));
    host.kernel.unread(Integer.MAX_VALUE);
    return host.run(line.toArray(String[]::new));
  }

  @Test
  void withoutATerminalALineIsWrittenForEachChange() {
    host.later(1_500, host::held)
        .later(4_500, host::ends)
        .later(9_000, () -> host.kernel.refuse("write", "1", Errno.EPIPE))
        .later(9_500, host::held);

    assertThat(lines()).isZero();

    assertThat(host.kernel.stdout().lines())
        .hasSize(2)
        .satisfiesExactly(
            line -> assertThat(line).matches("[^\t]+\t\\+\t8080\ttcp\teveryone\t.*\t10\talice\t.*"),
            line -> assertThat(line).matches("[^\t]+\t-\t8080\ttcp\t.*"));
    assertThat(host.kernel.stderr()).isEmpty();
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  @Test
  void whatIsThereAtFirstIsWrittenToo() {
    host.held()
        .later(3_000, () -> host.kernel.refuse("write", "1", Errno.EPIPE))
        .later(3_100, host::ends);

    assertThat(lines()).isZero();

    assertThat(host.kernel.stdout()).contains("\t=\t8080\t");
  }

  @Test
  void inJsonEachChangeIsADocumentInALine() {
    host.later(1_500, host::held)
        .later(6_000, () -> host.kernel.refuse("write", "1", Errno.EPIPE))
        .later(6_500, host::ends);
    host.kernel.terminal(80, 24);

    assertThat(lines("--json")).isZero();

    assertThat(host.kernel.stdout().lines())
        .singleElement()
        .asString()
        .startsWith("{\"schema\": \"inuse.change/1\",")
        .contains("\"change\": \"new\"", "\"ports\": [8080]");
  }

  @Test
  void aTerminalWhoseSignalsCannotBeCaughtGetsLines() {
    host.held()
        .later(3_000, () -> host.kernel.refuse("write", "1", Errno.EPIPE))
        .later(3_100, host::ends);
    host.kernel.terminal(80, 24).refuse("signalfd", "", Errno.ENOSYS);

    assertThat(host.run("watch")).isZero();
    assertThat(host.kernel.stdout()).contains("\t=\t8080").doesNotContain(ENTER);
    assertThat(host.kernel.isRaw()).isFalse();
  }

  /** Keys, answers, signals, sizes, and servers that come and go. */
  @Test
  void whateverHappensNothingStaysOpenAndTheTerminalIsAsItWas() {
    Random random = new Random(5);
    String[] keys = {
      "\u001b[A",
      "\u001b[B",
      "\u001b[F",
      "\u001b",
      "/",
      "s",
      "g",
      "n",
      "f",
      "w",
      "e",
      "y",
      "j",
      "?",
      "r",
      "\r",
      "\u007f",
      "\u001b[",
      "\u009b",
      "yes\r",
      "y",
      "a",
      "\u0015"
    };
    int most = 0;
    for (int i = 0; i < 600; i++) {
      most += 20 + random.nextInt(300);
      int what = random.nextInt(12);
      String key = keys[random.nextInt(keys.length)];
      host.later(most, () -> happens(what, key, random));
    }
    for (String key : List.of("\u001b", "q", "q", "q")) {
      host.later(most += 15_000, () -> host.kernel.stdin(key));
    }
    host.obeys(15, 5).kernel.terminal(80, 24);

    assertThat(host.run("watch")).isZero();

    assertThat(host.kernel.stderr()).isEmpty();
    // Something was really done.
    assertThat(host.kernel.stdout()).contains("NEW", "ended", "go on?", "\"schema\"", "OPEN TO");
    assertRestored();
  }

  private void happens(int what, String key, Random random) {
    boolean isHeld = host.kernel.content("/proc/10/stat").isPresent();
    switch (what) {
      case 0 -> {
        host.kernel.terminal(1 + random.nextInt(120), 1 + random.nextInt(40));
        host.kernel.raise(28);
      }
      case 1 -> host.kernel.raise(random.nextBoolean() ? 18 : 20);
      case 2, 3 -> {
        if (isHeld) {
          host.ends();
        } else {
          host.held();
        }
      }
      default -> host.kernel.stdin(key);
    }
    assertThat(host.kernel.openDescriptors()).hasSizeLessThan(12);
  }
}
