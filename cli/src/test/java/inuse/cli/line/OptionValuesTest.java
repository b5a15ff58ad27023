package inuse.cli.line;

import static inuse.kernel.abi.Constants.S_IFCHR;
import static inuse.kernel.abi.Constants.S_IFIFO;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Directory;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Untrusted;
import inuse.core.fix.FreeOptions;
import inuse.core.io.Host;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times, numbers, signals and directories of the command line. */
final class OptionValuesTest {
  private final FakeKernel kernel = new FakeKernel();

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private static OptionValues values(String... words) {
    List<String> line = new ArrayList<>(List.of("free", "8080"));
    line.addAll(List.of(words));
    return new OptionValues((Arguments.Given) Arguments.parse(line));
  }

  private FreeOptions limits(OptionValues values) {
    return values.limits(Host.of(kernel));
  }

  @Test
  void withoutOptionsTheUsualHolds() {
    OptionValues values = values("--yes");

    assertThat(limits(values)).isEqualTo(FreeOptions.DEFAULT);
    assertThat(values.problem()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0s, 0",
    "1, 1000",
    "10s, 10000",
    "500ms, 500",
    "2m, 120000",
    "2min, 120000",
    "1h, 3600000",
    "007, 7000",
    "365h, 1314000000",
    "31536000, 31536000000",
    "31536000000ms, 31536000000",
    "8760h, 31536000000",
  })
  void aTimeHasAUnitOrIsSeconds(String text, long millis) {
    OptionValues values = values("--grace", text);

    assertThat(values.time(Option.GRACE)).contains(Duration.ofMillis(millis));
    assertThat(values.problem()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "-1",
        "+1",
        "1.5s",
        "1 s",
        " 1",
        "1d",
        "1S",
        "1ss",
        "0x10",
        "31536001",
        "31536000001ms",
        "8761h",
        "9223372036854775807",
        "9223372036854775807h",
        "9223372036854775808ms",
        "99999999999999999999999",
        "١s"
      })
  void whatIsNoTimeOrLongerThanAYearIsNamed(String text) {
    OptionValues values = values("--grace=" + text);

    assertThat(values.time(Option.GRACE)).isEmpty();
    assertThat(values.problem())
        .contains("'" + text + "' of --grace is not a time such as 500ms, 10s or 2m");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "8, 8", "2147483647, 2147483647"})
  void aNumberIsOneOrMore(String text, int number) {
    assertThat(limits(values("--max", text)).most()).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "", "x", "1.0", "2147483648", "9999999999999999999999"})
  void anyOtherNumberIsNamed(String text) {
    OptionValues values = values("--max=" + text);

    limits(values);
    assertThat(values.problem()).contains("'" + text + "' of --max is not 1 to 2147483647");
  }

  @ParameterizedTest
  @CsvSource({
    "TERM, 15",
    "SIGTERM, 15",
    "15, 15",
    "INT, 2",
    "SIGINT, 2",
    "HUP, 1",
    "KILL, 9",
    "9, 9",
    "SYS, 31",
    "64, 64",
  })
  void aSignalHasANameOrANumber(String text, int number) {
    assertThat(limits(values("-s", text)).signal()).isEqualTo(new Signal(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "65", "-9", "term", "SIG", "SIG15", "TERMX", "99999999999999", "1 5"})
  void whatIsNoSignalIsNamed(String text) {
    OptionValues values = values("--signal=" + text);

    limits(values);
    assertThat(values.problem()).contains("'" + text + "' is not a signal such as TERM, INT or 15");
  }

  @Test
  void everyOtherOptionIsALimitToo() {
    FreeOptions options =
        limits(
            values(
                "--no-kill",
                "--destroy",
                "--only-mine",
                "--command",
                "no\u00e9",
                "--settle",
                "0",
                "--timeout",
                "1m"));

    assertThat(options.kill()).isFalse();
    assertThat(options.destroy()).isTrue();
    assertThat(options.onlyMine()).isTrue();
    assertThat(options.command()).contains(new Untrusted("no\u00e9"));
    assertThat(options.settle()).isZero();
    assertThat(options.timeout()).contains(Duration.ofMinutes(1));
  }

  @Test
  void aDirectoryIsItsDeviceAndInode() {
    kernel.directory("site", 5).link("/srv/link", "/srv/site").directory("/srv/site", 6);

    assertThat(limits(values("--under", "/srv/link")).under()).contains(new Directory(0, 7, 6));
    OptionValues values = values("--under", "site");
    assertThat(limits(values).under()).contains(new Directory(0, 7, 5));
    assertThat(values.problem()).isEmpty();
  }

  @Test
  void aDirectoryThatIsNoneIsNamed() {
    kernel
        .file("file", "")
        .status("pipe", new FileStatus(S_IFIFO, 0, 7, 0, 1))
        .status("device", new FileStatus(S_IFCHR, 0, 7, 0, 1));
    for (String path : List.of("nowhere", "file", "pipe", "device")) {
      OptionValues values = values("--under", path);

      limits(values);
      assertThat(values.problem()).contains("'" + path + "' of --under is not a directory");
    }
  }

  @Test
  void ofSeveralProblemsTheFirstIsNamed() {
    OptionValues values = values("--grace", "x", "--settle", "y", "--max", "z");

    limits(values);
    assertThat(values.problem()).hasValueSatisfying(one -> assertThat(one).contains("--grace"));
  }
}
