package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Completion in real shells. */
final class CompletionsTest extends Scenarios {
  /** Types its second argument into a shell on a terminal until the third is seen. */
  private static final String TYPE =
      """
      import os, pty, re, select, sys, time
      shell, keys, wanted = sys.argv[1].split(" "), sys.argv[2], sys.argv[3]
      pid, fd = pty.fork()
      if pid == 0:
          os.execvp(shell[0], shell)
      seen = b""
      def read(until, seconds):
          global seen
          end = time.monotonic() + seconds
          while not re.search(until.encode(), seen) and time.monotonic() < end:
              if select.select([fd], [], [], 0.1)[0]:
                  try:
                      seen += os.read(fd, 4096)
                  except OSError:
                      break
      for line in keys.split("\\n"):
          seen = b""
          os.write(fd, line.encode())
          if line.endswith("\\t"):
              read(wanted, 60)
          else:
              os.write(fd, b"\\n")
              read("r" + "eady", 60)
      os.write(fd, b"\\x03\\x04")
      print("seen" if re.search(wanted.encode(), seen) else seen)
      """;

  @TempDir private Path directory;

  CompletionsTest() {
    super(Way.EXECUTABLE);
  }

  private Output inside(String... command) {
    List<String> line = new ArrayList<>(List.of("env", "LC_ALL=C.UTF-8", "HOME=" + directory));
    line.add("PATH=" + Programs.EXECUTABLE.getParent() + ":" + System.getenv("PATH"));
    line.addAll(List.of(command));
    return lab.output(line.toArray(String[]::new));
  }

  private void assertTyped(String shell, String setUp, String keys, String wanted) {
    Output output =
        inside(Programs.python(), "-c", TYPE, shell, setUp + "\n" + keys + "\t", wanted);

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("seen\n");
  }

  /** What the function says for a line, a candidate a line. */
  private List<String> bash(String line) {
    Output output =
        inside(
            Lab.requireProgram("bash"),
            "-c",
            """
            source <(inuse completion bash)
            COMP_LINE=$1 COMP_POINT=${#1}
            _inuse inuse
            printf '%s\\n' "${COMPREPLY[@]}"
            """,
            "bash",
            line);
    assertThat(output.standardError()).isEmpty();
    return output.standardOutput().lines().toList();
  }

  private List<String> fish(String line) {
    Output output =
        inside(
            Lab.requireProgram("fish"),
            "--no-config",
            "-c",
            "inuse completion fish | source; complete -C$argv[1]",
            line);
    assertThat(output.standardError()).isEmpty();
    return output.standardOutput().lines().toList();
  }

  @ParameterizedTest
  @CsvSource({
    "inuse fr, free",
    "inuse free --gr, --grace",
    "inuse run --on-conflict=tak, take",
    "inuse free --signal HU, HUP",
    "inuse tune --set net.ipv6.b, net.ipv6.bindv6only=",
    "inuse run -- nonsuc, ''",
  })
  void bashCompletes(String line, String only) {
    assertThat(bash(line)).containsExactly(only);
  }

  @Test
  void bashAsksTheCommandBehindForItsOwn() {
    assertThat(bash("inuse -- unshar")).contains("unshare");
    assertThat(bash("inuse run -p 8080 -- cat /etc/host")).contains("/etc/hosts");
  }

  @ParameterizedTest
  @CsvSource({
    "inuse fr, 'free\tgive it back, and prove it by a bind'",
    "inuse free --gr, '--grace\tuntil SIGKILL (10s)'",
    "inuse run --on-conflict=tak, --on-conflict=take",
    "inuse free --signal HU, HUP",
  })
  void fishCompletes(String line, String only) {
    assertThat(fish(line)).containsExactly(only);
  }

  @Test
  void fishAsksTheCommandBehindForItsOwn() {
    assertThat(fish("inuse -- unshar")).anyMatch(one -> one.startsWith("unshare"));
  }

  @Test
  void bashCompletesOnATerminal() {
    assertTyped(
        "bash --norc", "source <(inuse completion bash); echo r''eady", "inuse fr", "inuse free ");
  }

  @ParameterizedTest
  @CsvSource({
    "inuse fr, inuse free ",
    "inuse run --on-conflict tak, take ",
    "inuse run --on-conflict=tak, =take",
    "inuse run -- unshar, unshare",
    "inuse tune --set tcp_fin, tcp_fin_timeout=",
  })
  void zshCompletes(String keys, String wanted) {
    Lab.requireProgram("zsh");
    assertTyped(
        "zsh -f",
        "autoload -U compinit; compinit -u -D; source <(inuse completion zsh); echo r''eady",
        keys,
        wanted);
  }

  @Test
  void portsInUseAreShownWithTheirOwner() {
    lab.listener(8080);
    Running other = lab.listener(8081);
    String owner = "hold (pid " + other.pid() + ")";

    assertThat(fish("inuse free 8081")).containsExactly("8081\t" + owner);
    assertThat(bash("inuse free 808")).contains("8081  (" + owner + ")").hasSize(2);
    assertThat(bash("inuse free 8081")).containsExactly("8081");
    Lab.requireProgram("zsh");
    assertTyped(
        "zsh -f",
        "autoload -U compinit; compinit -u -D; source <(inuse completion zsh); echo r''eady",
        "inuse free 808",
        "8081  -- hold \\(pid " + other.pid());
  }

  /** A name that a shell would obey, and one that breaks lines. */
  @ParameterizedTest
  @CsvSource({"$(touch x)", "`touch x`", "a';touch x;'", "'a\n8082\tb'", "%F{red}:x"})
  void whatAProcessIsCalledIsNeverObeyed(String name) {
    Path program = Programs.copy(Programs.HOLD, directory.resolve(name));
    lab.startOwn(program.toString(), "socket s tcp4", "bind s 0.0.0.0 8080", "listen s")
        .awaitReady();
    lab.listener(8081);

    assertThat(bash("inuse free 80")).hasSize(2);
    assertThat(fish("inuse free 80")).hasSize(2);
    Lab.requireProgram("zsh");
    assertTyped(
        "zsh -f",
        "cd; autoload -U compinit; compinit -u -D; source <(inuse completion zsh); echo r''eady",
        "inuse free 808",
        "8081  -- hold");
    assertThat(directory.resolve("x")).doesNotExist();
  }
}
