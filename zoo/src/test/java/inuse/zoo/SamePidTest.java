package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Between the look and the signal another process gets the holder's pid, as when pids have wrapped;
 * it is never sent anything. See samepid.c.
 */
@ParameterizedClass(name = "{0}")
@EnumSource
final class SamePidTest extends Scenarios {
  private final Way way;

  SamePidTest(Way way) {
    super(way);
    this.way = way;
  }

  @Test
  void whoGotThePidWhileItAskedIsNotSentASignal() {
    Output output = swapped("asks", "sleeps", List.of(), "8080");

    assertThat(output.standardOutput())
        .as("%s", output)
        .contains("is free already: a real bind succeeded")
        .contains("\nexit 0\n")
        .endsWith("\nalive\n");
  }

  @Test
  void whoGotThePidAndThePortWhileItAskedIsNotSentASignal() {
    Output output = swapped("asks", "listens", List.of(), "8080");

    assertThat(output.standardOutput())
        .as("%s", output)
        .contains("something else holds it now than when you were asked: nothing was done")
        .contains("\nexit 1\n")
        .endsWith("\nalive\n");
  }

  @Test
  void whoGotThePidJustBeforeTheSignalIsNotSentIt() {
    Output output = swapped("signals", "sleeps", held(), "--yes", "8080");

    assertThat(output.standardOutput())
        .as("%s", output)
        .contains("is free again: a real bind succeeded")
        .contains("\nexit 0\n")
        .endsWith("\nalive\n");
  }

  @Test
  void whoGotThePidAndThePortJustBeforeTheSignalIsNotSentIt() {
    Output output = swapped("signals", "listens", held(), "--yes", "8080");

    assertThat(output.standardOutput())
        .as("%s", output)
        .contains("was free, and is held again")
        .contains("\nexit 1\n")
        .endsWith("\nalive\n");
  }

  /** Every signal waits for a second before it is sent. */
  private static List<String> held() {
    return List.of(
        Lab.requireProgram("strace"),
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "inject=pidfd_send_signal:delay_enter=1000000",
        "--");
  }

  private Output swapped(String when, String what, List<String> below, String... arguments) {
    Lab.requireRoot("pids of a namespace cannot be chosen");
    List<String> program = new ArrayList<>(List.of(Programs.SAMEPID.toString(), when, what));
    program.addAll(below);
    Output output =
        Output.of(FreeAnswer.command(lab, List.of("--pid-namespace"), program, way, arguments));
    assertThat(output.exitCode()).as("%s", output).isZero();
    return plain(output);
  }

  /** Without colours, and with the line ends of files. */
  private static Output plain(Output output) {
    String text = output.standardOutput().replaceAll("\u001b\\[[0-9;]*m", "").replace("\r\n", "\n");
    return new Output(output.command(), output.exitCode(), text, output.standardError());
  }
}
