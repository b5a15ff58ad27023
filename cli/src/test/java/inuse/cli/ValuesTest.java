package inuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.fix.Limits;
import inuse.kernel.FakeKernel;
import inuse.kernel.proc.Proc;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times, numbers and signals, as people write them. */
final class ValuesTest {
  private final FakeKernel kernel = new FakeKernel();

  private static Values values(String... words) {
    return new Values((Arguments.Given) Arguments.parse(List.of(words)));
  }

  private Limits limits(String... words) {
    Values values = values(words);
    Limits limits = values.limits(kernel, new Proc(kernel, ""));
    assertThat(values.problem()).isEmpty();
    return limits;
  }

  @Test
  void whatIsNotSaidIsUsual() {
    assertThat(limits("free", "8080")).isEqualTo(Limits.USUAL);
  }

  @ParameterizedTest
  @CsvSource({"500ms, 500", "10s, 10000", "7, 7000", "2m, 120000", "2min, 120000", "1h, 3600000"})
  void aTimeHasAUnitOrIsSeconds(String text, long millis) {
    assertThat(limits("free", "--grace", text, "8080").grace())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1", "1.5s", "1d", "10 s", "1e3", "99999999999999999999"})
  void whatIsNoTimeIsSaid(String text) {
    Values values = values("free", "--settle=" + text, "8080");
    assertThat(values.time(Option.SETTLE)).isEmpty();
    assertThat(values.problem()).hasValueSatisfying(one -> assertThat(one).contains("--settle"));
  }

  @ParameterizedTest
  @CsvSource({"TERM, 15", "SIGINT, 2", "9, 9", "SIGUSR2, 12", "64, 64"})
  void aSignalIsANameOrANumber(String text, int number) {
    assertThat(limits("free", "-s", text, "8080").signal()).isEqualTo(number);
  }

  @Test
  void theRestIsTakenAsItStands() {
    Limits limits =
        limits(
            "free",
            "--no-kill",
            "--destroy",
            "--max",
            "3",
            "--only-mine",
            "--command",
            "node",
            "--timeout",
            "1s",
            "8080");

    assertThat(limits.kill()).isFalse();
    assertThat(limits.destroy()).isTrue();
    assertThat(limits.most()).isEqualTo(3);
    assertThat(limits.onlyMine()).isTrue();
    assertThat(limits.command())
        .hasValueSatisfying(one -> assertThat(one.bytes()).isEqualTo("node"));
    assertThat(limits.timeout()).contains(Duration.ofSeconds(1));
  }
}
