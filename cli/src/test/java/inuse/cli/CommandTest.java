package inuse.cli;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.CAP_BPF;
import static inuse.kernel.abi.Constants.CAP_PERFMON;
import static inuse.kernel.abi.Constants.CAP_SYS_PTRACE;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.line.ErrorReporter;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Verb;
import inuse.cli.terminal.Terminal;
import inuse.core.explain.rule.Verdict;
import inuse.core.io.FileCapabilities;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeSockets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command: what it prints where, and what it ends with. */
final class CommandTest {
  private final FakeSockets sockets = new FakeSockets();
  private final FakeKernel kernel =
      new FakeKernel()
          .dumps(sockets)
          .file("/etc/services", "http 80/tcp\n")
          .file("/proc/1/stat", "1 (init) S 0 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0\n");

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private int run(List<String> words) {
    return run(words.toArray(String[]::new));
  }

  private int run(String... words) {
    return new Command(Host.of(kernel)).run(List.of(words));
  }

  private void held() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    kernel.binds((socket, address) -> -Errno.EADDRINUSE.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helpIsAnAnswer(String word) {
    assertThat(run(word)).isZero();
    assertThat(kernel.stdout())
        .startsWith("inuse: ")
        .contains("inuse free TARGET")
        .contains("inuse help topics");
    assertThat(kernel.stderr()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SCHEMA")
  void helpNamesTheOptionsOfTheCommandAndNoOthers(Verb verb) {
    run(verb == Verb.ASK ? List.of("help", "ask") : List.of(verb.word(), "--help"));

    for (Option option : Option.values()) {
      boolean named =
          kernel
              .stdout()
              .lines()
              .anyMatch(line -> line.matches(".* " + option.word() + "[ A-Z].*"));
      assertThat(named)
          .as("%s of %s", option.word(), verb)
          .isEqualTo(option.verbs().contains(verb));
    }
    assertThat(kernel.stdout().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    assertThat(kernel.stdout()).contains("exit status: ");
  }

  @Test
  void anOptionOfAnotherCommandIsSaidToBeThat() {
    assertThat(run("--destroy", "8080")).isEqualTo(2);
    assertThat(kernel.stderr())
        .isEqualTo(
            "inuse: 'inuse' has no option '--destroy', 'inuse free' has; try: inuse help ask\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "free --grace soon 8080",
        "free --settle 99999999999999999h 8080",
        "free --max 0 8080",
        "free --signal NOPE 8080",
        "free --signal 65 8080",
        "free --under /nowhere 8080",
        "wait --timeout -1 8080",
        "wait --until bound 8080",
        "wait --until listening /run/a.sock",
        "next --count 0 8080",
        "next 8080 9090",
        "next 0",
        "next /run/a.sock",
        "free",
        "free --netns nosuch --pid 1 8080"
      })
  void aValueThatMakesNoSenseIsWrongUsage(String line) {
    assertThat(run(List.of(line.split(" ", -1)))).isEqualTo(2);
    assertThat(kernel.stdout()).doesNotContain("8080");
    assertThat(kernel.stderr()).startsWith("inuse: ").contains("; ");
  }

  @Test
  void nobodyIsEndedWithoutBeingAskedAbout() {
    held();
    assertThat(run("free", "8080")).isNotZero();
    assertThat(kernel.signals()).isEmpty();
  }

  @Test
  void whatIsFreeIsFreedAlready() {
    assertThat(run("free", "8080")).isZero();
    assertThat(kernel.stdout()).isEqualTo("8080 is free already: a real bind succeeded\n");
  }

  @Test
  void waitingForWhatIsFreeSaysNothing() {
    assertThat(run("wait", "8080")).isZero();
    assertThat(kernel.stdout()).isEmpty();
    assertThat(kernel.stderr()).isEmpty();
  }

  @Test
  void theNextPortStandsAloneOnItsLine() {
    kernel.binds((socket, address) ->
        Bytes.getNetworkShort(address, 2) < 8083 ? -Errno.EADDRINUSE.code() : 0);
    assertThat(run("next", "8080", "--count", "2")).isZero();
    assertThat(kernel.stdout()).isEqualTo("8083\n8084\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void theVersionIsThatOfTheBuild(String word) {
    assertThat(run(word)).isZero();
    assertThat(kernel.stdout()).matches("inuse \\d+\\.\\d+\\.\\d+\n");
  }

  @Test
  void theSchemaIsPrinted() {
    assertThat(run("schema")).isZero();
    assertThat(kernel.stdout()).contains("inuse.diagnosis/1");
  }

  @Test
  void nothingAskedIsTheList() {
    assertThat(run()).isEqualTo(1);
    held();
    assertThat(run()).isZero();
    assertThat(kernel.stdout()).startsWith("8080\ttcp\teveryone\tall");
  }

  @Test
  void nothingAskedOfAServerLacksATarget() {
    assertThat(run("--reuseaddr")).isEqualTo(2);
    assertThat(kernel.stderr()).isEqualTo("inuse: no target; try: inuse --help\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nosuch", "-x", "-qx", "-8080", "--nosuch=yes"})
  void anOptionThatIsNoneIsNamed(String word) {
    assertThat(run(word, "8080")).isEqualTo(2);
    assertThat(kernel.stdout()).isEmpty();
    assertThat(kernel.stderr())
        .isEqualTo("inuse: unknown option '" + word + "'; try: inuse help ask\n");
  }

  @Test
  void anOptionThatTakesNoValueRefusesOne() {
    assertThat(run("--json=yes", "8080")).isEqualTo(2);
    assertThat(kernel.stderr())
        .isEqualTo("inuse: option '--json' takes no value; try: inuse help ask\n");
  }

  @Test
  void aTargetThatIsNoneIsNamedWithAnotherWay() {
    assertThat(run("8080", "::1")).isEqualTo(2);
    assertThat(kernel.stderr())
        .isEqualTo("inuse: '::1': an IPv6 address without brackets; [::1]:8080\n");
    assertThat(kernel.stdout()).isEmpty();
  }

  @Test
  void whatTheUserWroteIsEscapedToo() {
    assertThat(run("\u001b[2J", "--json")).isEqualTo(2);
    assertThat(kernel.stderr()).startsWith("inuse: '\\x1b[2J': ");
    assertThat(kernel.stdout().chars().filter(c -> c < 0x20 && c != '\n')).isEmpty();
  }

  @Test
  void tooManyTargetsAreRefusedBeforeAnyIsAsked() {
    assertThat(run("1-1024", "2000")).isEqualTo(2);
    assertThat(kernel.stderr()).isEqualTo("inuse: 1025 targets; give at most 1024\n");
  }

  @Test
  void aFreePortEndsWithOne() {
    assertThat(run("8080")).isEqualTo(1);
    assertThat(kernel.stdout()).isEqualTo("8080 is free: a real bind succeeded\n");
    assertThat(kernel.stderr()).isEmpty();
  }

  @Test
  void aHeldPortEndsWithZero() {
    held();

    assertThat(run("8080")).isZero();
    assertThat(kernel.stdout())
        .startsWith("8080 is in use: a process of uid 1000, hidden from you");
  }

  @Test
  void withoutAProbeNothingIsKnown() {
    held();

    assertThat(run("--no-probe", "8080")).isEqualTo(3);
    assertThat(kernel.stdout()).startsWith("8080: unknown, no bind was tried; it looks in use");
  }

  @Test
  void quietLeavesTheStatusAlone() {
    held();

    assertThat(run("-q", "8080")).isZero();
    assertThat(kernel.stdout() + kernel.stderr()).isEmpty();
  }

  @Test
  void optionsMayStandAnywhereAndEndWithTwoDashes() {
    assertThat(run("8080", "-q")).isEqualTo(1);
    assertThat(kernel.stdout()).isEmpty();
    assertThat(run("8080", "--", "-q")).isEqualTo(2);
    assertThat(kernel.stderr()).contains("'-q': neither a port");
  }

  @Test
  void severalTargetsAreAnsweredInTheirOrder() {
    kernel.binds((socket, address) -> address[3] == 81 ? -Errno.EADDRINUSE.code() : 0);

    assertThat(run("80", "81", "http")).isZero();
    assertThat(kernel.stdout().lines().filter(line -> !line.startsWith(" ") && !line.isEmpty()))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("80 is free"),
            line -> assertThat(line).startsWith("81 is in use: "),
            line -> assertThat(line).startsWith("80 is free"));
  }

  @Test
  void jsonIsOneDocumentForAllTargets() {
    assertThat(run("--json", "80-82")).isEqualTo(1);
    assertThat(kernel.stdout()).containsOnlyOnce("inuse.diagnosis/1").endsWith("}\n");
  }

  @Test
  void aBugOfOursEndsWithSeventyAndSaysSo() {
    kernel.binds((socket, address) -> {
      throw new IllegalStateException("planted\u001b");
    });

    assertThat(run("--json", "8080")).isEqualTo(70);
    assertThat(kernel.stderr())
        .isEqualTo(
            "inuse: java.lang.IllegalStateException: planted\\x1b; please report it with this"
                + " line\n");
    assertThat(kernel.stdout()).contains("\"code\": 70");
  }

  @Test
  void anAnswerIsWrittenWholeHoweverLittleOneWriteTakes() {
    kernel.mostWritten(7);
    run("8080");

    assertThat(kernel.stdout()).isEqualTo("8080 is free: a real bind succeeded\n");
  }

  @Test
  void aFullDiskIsTold() {
    kernel.refuse("write", "1", new Errno(28));

    assertThat(run("8080")).isEqualTo(74);
    assertThat(kernel.stderr()).isEqualTo("inuse: standard output: ENOSPC\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--version",
        "--help",
        "schema",
        "man",
        "completion bash",
        "completion next -- fre",
        "--json 8080",
        "next 3000",
        "tune",
        "tune --json",
        "explain EADDRINUSE",
        "free --dry-run --json 8080",
        "--json nonsense"
      })
  void whateverCouldNotBeWrittenShowsInTheExitStatus(String line) {
    kernel.refuse("write", "1", new Errno(9));

    assertThat(run(line.split(" ", -1))).isEqualTo(74);
  }

  @Test
  void whoWantsNoAnswerLosesNone() {
    kernel.refuse("write", "1", new Errno(9));

    assertThat(run("--quiet", "8080")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "8080, true",
    "--json 8080, true",
    "next 3000, true",
    "wait 8080, true",
    "schema, true",
    "explain EADDRINUSE, true",
    "free --dry-run 8080, true",
    "free --yes 8080, false",
    "tune, false",
    "run -- true, false"
  })
  void whatOnlyLooksKeepsOnlyTheRightsToLook(String line, boolean gives) {
    kernel.capabilities(-1);
    var _ = run(line.split(" ", -1));

    long left = kernel.capabilities();
    assertThat((left >> CAP_SYS_PTRACE & 1) == 1).isTrue();
    assertThat(Long.bitCount(left)).isEqualTo(gives ? 9 : 64);
  }

  @ParameterizedTest
  @CsvSource({
    "8080, true",
    "next 3000, true",
    "free --dry-run 8080, true",
    "free --yes 8080, false",
    "tune, false",
    "run -- true, false"
  })
  void whatActsGivesUpTheCapabilitiesOfTheFile(String line, boolean keeps) {
    long both = 1L << CAP_BPF | 1L << CAP_PERFMON;
    kernel.fileCapabilities(both);

    var _ = run(line.split(" ", -1));

    assertThat(FileCapabilities.areHeld(kernel)).isEqualTo(keeps);
    assertThat(kernel.capabilities()).isZero();
  }

  @Test
  void memoryThatRunsOutIsAMessageAndAStatus() {
    kernel.binds((socket, address) -> {
      throw new OutOfMemoryError();
    });

    assertThat(run("--json", "8080")).isEqualTo(70);
    assertThat(kernel.stderr()).isEqualTo("inuse: out of memory; ask about fewer addresses\n");
    assertThat(kernel.stdout()).contains("\"code\": 70");
    assertThat(
            new ErrorReporter(new Terminal(Host.of(kernel)), List.of("run", "x")).fault("a", "b"))
        .isEqualTo(ExitCode.NOT_STARTED);
  }

  @Test
  void aReaderThatHasGoneAwayIsNoError() {
    kernel.refuse("write", "1", Errno.EPIPE);

    assertThat(run("8080")).isEqualTo(1);
    assertThat(kernel.stderr()).isEmpty();
  }

  @Test
  void aTerminalIsPaintedUnlessNobodyWantsThat() {
    kernel.terminal(80).file("/proc/self/environ", "TERM=xterm\0");
    run("8080");
    assertThat(kernel.stdout()).contains("\u001b[1m");

    for (String environment : List.of("TERM=dumb\0", "", "TERM=xterm\0NO_COLOR=1\0")) {
      FakeKernel plain =
          new FakeKernel().dumps(sockets).terminal(80).file("/proc/self/environ", environment);
      new Command(Host.of(plain)).run(List.of("8080"));
      assertThat(plain.stdout()).doesNotContain("\u001b");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FREE, 1",
    "BLOCKED, 0",
    "FREE_WITH_REUSEADDR, 0",
    "DENIED, 0",
    "NOT_LOCAL, 0",
    "UNKNOWN, 3",
    "FREE FREE, 1",
    "FREE UNKNOWN, 3",
    "UNKNOWN FREE, 3",
    "UNKNOWN BLOCKED, 0",
    "BLOCKED UNKNOWN, 0",
    "FREE DENIED, 0",
    "FREE UNKNOWN BLOCKED, 0",
    "BLOCKED FREE UNKNOWN, 0",
    "FREE UNKNOWN FREE, 3"
  })
  void severalVerdictsHaveOneStatus(String verdicts, int status) {
    List<Verdict> all = new ArrayList<>();
    for (String verdict : verdicts.split(" ", -1)) {
      all.add(Verdict.valueOf(verdict));
    }

    assertThat(ExitCode.of(all).number()).isEqualTo(status);
  }

  @Test
  void forTestsARefusalThatNothingExplainsIsABug() {
    kernel.binds((socket, address) -> -Errno.EADDRINUSE.code());

    assertThat(run("8080")).isZero();
    kernel.file("/proc/self/environ", "INUSE_STRICT=1\0");
    assertThat(run("8080")).isEqualTo(70);
  }

  @Test
  void forTestsAnAllowedBindThatASocketShouldHaveRefusedIsABug() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);

    assertThat(run("8080")).isOne();
    assertThat(kernel.stdout()).contains("is free").contains("should refuse it");
    kernel.file("/proc/self/environ", "INUSE_STRICT=1\0");
    assertThat(run("8080")).isEqualTo(70);
  }

  @Test
  void whoMayNotAskAsAnotherUserIsToldWhatToRun() {
    assertThat(run("--as", "0", "8080")).isEqualTo(3);
    assertThat(kernel.stderr()).contains("run: sudo inuse --as 0 8080");
  }

  @Test
  void forAnotherUserTheProbeIsThatUsersAndOnlyTheProbe() {
    kernel.user(0);
    List<Long> binders = new ArrayList<>();
    kernel.binds((socket, address) -> {
      binders.add(kernel.getEffectiveUid());
      return 0;
    });

    assertThat(run("--as", "1000", "8080")).isOne();
    assertThat(binders).isNotEmpty().containsOnly(1000L);
    assertThat(kernel.getEffectiveUid()).isZero();
  }

  @Test
  void ofContradictingOptionsTheLastCounts() {
    kernel.binds((socket, address) -> 0);

    run("--no-reuseaddr", "--reuseaddr", "127.0.0.1:8080");
    run("--reuseaddr", "--no-reuseaddr", "127.0.0.1:8081");
    assertThat(kernel.stdout())
        .contains("127.0.0.1:8080, for a server with SO_REUSEADDR, is free")
        .contains("127.0.0.1:8081 is free");
  }
}
