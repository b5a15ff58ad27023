package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inuse run} without staying: makes way, and becomes the program. */
final class RunTest extends Scenarios {
  RunTest() {
    super(Way.EXECUTABLE);
  }

  /** A server that says "ready" when it listens on 8080, and stays until it is ended. */
  private static List<String> server() {
    return List.of(Programs.HOLD.toString(), "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");
  }

  private Running startServer() {
    return lab.startForeign(server().toArray(String[]::new)).awaitReady();
  }

  private static String[] run(List<String> options, List<String> command) {
    List<String> line = new ArrayList<>(List.of("run"));
    line.addAll(options);
    line.add("--");
    line.addAll(command);
    return line.toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource({
    "exit 0, 0, 0",
    "exit 7, 7, 7",
    // The program is the process itself, which ends by the signal; a supervisor says it in a
    // number.
    "kill -9 $$, 137, 137"
  })
  void theStatusIsTheProgramsOwn(String script, int became, int supervised) {
    assertThat(lab.runThrough("run", "--", "sh", "-c", script).exitCode()).isEqualTo(became);
    assertThat(lab.runThrough("--", "sh", "-c", script).exitCode()).isEqualTo(supervised);
  }

  @Test
  void whatCannotBeStartedSaysWhy() {
    lab.runThrough("run", "--", "no-such-program").assertRefused(127);
    lab.runThrough("--", "no-such-program").assertRefused(127);
    lab.runThrough("run", "--", "/etc/passwd").assertRefused(126);
    lab.runThrough("run", "--", "/").assertRefused(126);
    lab.runThrough("run").assertRefused(125);
    lab.runThrough("run", "--bogus", "true").assertRefused(125);
    lab.runThrough("run", "--on-conflict", "pray", "true").assertRefused(125);
    lab.runThrough("run", "-p", "nonsense", "true").assertRefused(125);
    lab.runThrough("run", "--guard", "--on-conflict", "next", "true").assertRefused(125);
  }

  @Test
  void noProcessStaysBehind() {
    Running running = lab.startThrough("run", "-p", "8080", "--", "sh", "-c", "echo pid $$; cat");

    assertThat(running.awaitOwnPid()).isEqualTo(running.pid());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "--"})
  void argumentsEnvironmentAndSignalsReachTheProgramByteForByte(String verb) {
    String setUp =
        "trap '' USR1 HUP RTMIN; export STRANGE=\"$(printf '\\377\\001=\\n')\"; unset _ SHLVL; exec"
            + " ";
    String shown =
        "cat /proc/self/cmdline /proc/self/environ | od -An -v -w1000000 -c; grep -E 'Sig(Blk|Ign)'"
            + " /proc/self/status";
    String arguments = " \"$(printf '\\303\\050 \\200')\" '' 'a  b'";
    String program = "sh -c \"" + shown.replace("$", "\\$") + "\"" + arguments;
    String start = Programs.EXECUTABLE + (verb.equals("run") ? " run -- " : " -- ");

    for (String locale : List.of("LC_ALL=C", "LC_ALL=C.UTF-8", "LANG=")) {
      List<String> shell = List.of("env", locale, "sh", "-c");
      Output plain = Output.of(with(shell, setUp + program));
      Output through = Output.of(with(shell, setUp + start + program));

      assertThat(plain.standardOutput()).contains("377 001", "SigIgn");
      assertThat(through.standardOutput()).isEqualTo(plain.standardOutput());
    }
  }

  private static List<String> with(List<String> command, String last) {
    List<String> whole = new ArrayList<>(command);
    whole.add(last);
    return whole;
  }

  /**
   * More of them than most programs ever get, with a stack that allows for it: all, or 125 beyond 4
   * MiB.
   */
  @ParameterizedTest
  @CsvSource({"arguments, 20", "arguments, 45", "environment, 20", "environment, 45"})
  void megabytesOfThemReachTheProgramWholeOrItIsNotStarted(String kind, int hundreds) {
    Output output =
        lab.output(
            Programs.python(),
            "-c",
            """
            import os, resource, subprocess, sys
            inuse, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.setrlimit(resource.RLIMIT_STACK, unlimited)
            words = ["x" * 100000] * count if kind == "arguments" else []
            more = {} if words else {"V%d" % i: "x" * 100000 for i in range(count)}
            shown = "import os, sys; print(len(sys.argv), sum(map(len, sys.argv)), "
            shown += "sum(map(len, os.environ.values())) > %d)" % (100000 * len(more))
            done = subprocess.run(
                [inuse, "run", "--", sys.executable, "-c", shown] + words,
                env={**os.environ, **more}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            print(done.returncode, done.stdout.decode().strip(), bool(done.stderr))
            """,
            Programs.EXECUTABLE.toString(),
            kind,
            Integer.toString(hundreds));

    int words = kind.equals("arguments") ? hundreds : 0;
    String whole = "0 %d %d True False\n".formatted(1 + words, 2 + 100_000 * words);
    assertThat(output.standardOutput())
        .as("%s", output)
        .isIn(whole, hundreds > 40 ? "125  True\n" : whole);
  }

  @Test
  void aConflictIsAnsweredAndNothingIsStarted() {
    Running holder = startServer();

    Output output = lab.runThrough(run(List.of("-p", "8080"), List.of("echo", "started")));

    assertThat(output.exitCode()).isEqualTo(125);
    assertThat(output.standardOutput()).isEmpty();
    assertThat(output.errorLines().getFirst())
        .startsWith("8080 is in use: ")
        .contains("pid " + holder.pid());
    assertThat(holder.isAlive()).isTrue();
  }

  @Test
  void anEarlierRunIsReplaced() {
    Running holder = startServer();

    Running next =
        lab.startThrough(run(List.of("-p", "8080", "--on-conflict", "replace"), server()));

    next.awaitReady();
    assertThat(holder.awaitExit()).isEqualTo(143);
  }

  @Test
  void anOrphanOfAnEarlierRunIsReplaced() {
    List<String> shell = List.of("sh", "-c", "exec 3<&0; \"$@\" <&3 & echo fork $!; wait", "sh");
    List<String> line = new ArrayList<>(shell);
    line.addAll(server());
    Running parent = lab.startForeign(line.toArray(String[]::new));
    long orphan = parent.awaitFork();
    parent.awaitReady();
    parent.signal("KILL");
    assertThat(parent.awaitExit()).isEqualTo(137);

    Running next =
        lab.startThrough(run(List.of("-p", "8080", "--on-conflict", "replace"), server()));
    next.awaitReady();

    assertThat(lab.runThrough("8080").firstLine())
        .contains("pid " + next.pid())
        .doesNotContain("pid " + orphan);
  }

  @Test
  void anotherServiceIsNotReplacedButTaken() {
    Running other = lab.listener("127.0.0.1", 8080);

    Output refused =
        lab.runThrough(run(List.of("-p", "8080", "--on-conflict", "replace"), server()));
    assertThat(refused.exitCode()).as("%s", refused).isEqualTo(125);
    assertThat(refused.standardError()).contains("not an earlier run of this command");
    assertThat(other.isAlive()).isTrue();

    lab.startThrough(run(List.of("-p", "8080", "--on-conflict", "take"), server())).awaitReady();
    assertThat(other.awaitExit()).isEqualTo(143);
  }

  @Test
  void itWaitsUntilTheHolderIsGone() {
    Running holder = startServer();
    Running waiting =
        lab.startThrough(run(List.of("-p", "8080", "--on-conflict", "wait"), server()));
    assertThat(waiting.isAlive()).isTrue();

    holder.signal("TERM");

    waiting.awaitReady();
  }

  @Test
  void waitingEndsWithTheTime() {
    startServer();

    Output output =
        lab.runThrough(
            run(
                List.of("-p", "8080", "--on-conflict", "wait", "--timeout", "200ms"),
                List.of("echo", "started")));

    assertThat(output.exitCode()).as("%s", output).isEqualTo(125);
    assertThat(output.standardOutput()).isEmpty();
  }

  @Test
  void theNextFreePortIsHandedOver() {
    startServer();

    Output output =
        lab.runThrough(
            run(
                List.of("-p", "8080", "--on-conflict", "next"),
                List.of("sh", "-c", "echo $PORT $0 $1", "--port={port}", "{port}/{port}")));

    assertThat(output.standardOutput()).isEqualTo("8081 --port=8081 8081/8081\n");
  }

  @Test
  void noStartOnlyMakesWay() {
    Running holder = startServer();

    Output output =
        lab.runThrough(
            run(List.of("--no-start", "-p", "8080", "--on-conflict", "replace"), server()));

    assertThat(output.exitCode()).as("%s", output).isZero();
    assertThat(holder.awaitExit()).isEqualTo(143);
  }
}
