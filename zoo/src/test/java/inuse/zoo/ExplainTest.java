package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inuse explain} as it is built, on a pipe and on a terminal. */
final class ExplainTest {
  /**
   * Runs the rest of its arguments on a terminal of 20 rows and 40 columns, says q when it has seen
   * less's prompt, and prints what it saw.
   */
  private static final String ON_A_TERMINAL =
      """
      import fcntl, os, pty, re, struct, sys, termios
      pid, fd = pty.fork()
      if pid == 0:
          fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 40, 0, 0))
          os.execv(sys.argv[1], sys.argv[1:])
      seen, quit = b"", False
      while True:
          try:
              more = os.read(fd, 4096)
          except OSError:
              break
          if not more:
              break
          seen += more
          if not quit and re.sub(rb"\\x1b\\[[0-9;?]*[a-zA-Z]", b"", seen).endswith(b":"):
              quit = True
              os.write(fd, b"q")
      print(seen.decode().replace("\\r\\n", "\\n"))
      print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), "quit", quit)
      """;

  private static Output inuse(String... words) {
    List<String> line = new ArrayList<>(List.of(Programs.EXECUTABLE.toString()));
    line.addAll(List.of(words));
    return Output.of(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EADDRINUSE", "98", "time-wait", "SO_REUSEADDR", "nsenter"})
  void whatItIsAndWhatToDo(String name) {
    Output page = inuse("explain", name);

    assertThat(page.exitCode()).isZero();
    assertThat(page.standardOutput()).contains("\nWhat to do").contains("\nSource\n");
    assertThat(page.standardError()).isEmpty();
  }

  @Test
  void severalWordsAreOneName() {
    assertThat(inuse("explain", "kill", "-9").standardOutput())
        .startsWith("kill -9\n\n  SIGKILL ends a process at once");
  }

  @Test
  void aReaderThatGoesAwayIsNoError() {
    Output output =
        Output.of(List.of("sh", "-c", Programs.EXECUTABLE + " explain | head -n 1; echo end"));

    assertThat(output.standardOutput()).isEqualTo("inuse explain NAME\nend\n");
    assertThat(output.standardError()).isEmpty();
  }

  private static String onATerminal(String setting, String... words) {
    List<String> line = new ArrayList<>(List.of("env", setting, "TERM=xterm"));
    line.addAll(List.of(Programs.python(), "-c", ON_A_TERMINAL, Programs.EXECUTABLE.toString()));
    line.addAll(List.of(words));
    return Output.of(line).standardOutput();
  }

  @Test
  void aLongPageIsShownByThePagerWhichMayBeLeftEarly() {
    Lab.requireProgram("less");

    String seen = onATerminal("PAGER=less", "explain", "kill", "-9");

    assertThat(seen)
        .contains("kill -9")
        .doesNotContain("signal(7)")
        .endsWith("status 0 quit True\n");
  }

  @Test
  void thePagerIsTheUsersOwnWithItsArguments() {
    assertThat(onATerminal("PAGER=sed s/SIGKILL/changed/", "explain", "kill", "-9"))
        .contains("changed ends a process")
        .endsWith("status 0 quit False\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PAGER=", "PAGER=cat", "PAGER=/does/not/exist"})
  void withoutAPagerEverythingIsPrinted(String setting) {
    assertThat(onATerminal(setting, "explain", "kill", "-9"))
        .contains("signal(7)")
        .endsWith("status 0 quit False\n");
  }

  @Test
  void noPagerIsWantedWithThatOption() {
    assertThat(onATerminal("PAGER=false", "explain", "--no-pager", "kill", "-9"))
        .contains("signal(7)");
  }

  @Test
  void aNarrowTerminalWithoutColourIsFilledWithPlainWords() {
    String seen = onATerminal("NO_COLOR=1", "explain", "--no-pager", "zombie");

    assertThat(seen).doesNotContain("\u001b");
    assertThat(seen.lines().filter(line -> !line.startsWith("    ")))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(40));
  }
}
