package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The duties of {@code inuse run} where it stays, and what happens when somebody dies. */
final class SupervisorTest extends Scenarios {
  SupervisorTest() {
    super(Way.EXECUTABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "HUP", "USR1", "WINCH"})
  void signalsReachTheProgram(String signal) {
    Running running =
        lab.startThrough(
            "--",
            "sh",
            "-c",
            "trap 'exit 42' " + signal + "; echo ready; while :; do sleep 0.01; done");
    running.awaitReady();

    running.signal(signal);

    assertThat(running.awaitExit()).isEqualTo(42);
  }

  @Test
  void aShellsJobControlIsAsIfOnlyTheProgramWereThere() {
    Output output =
        lab.runThrough(
            "run",
            "--",
            Lab.requireProgram("python3"),
            "-c",
            """
            import os, pty, re, select, sys, time
            pid, terminal = pty.fork()
            if pid == 0:
                os.execvp("bash", ["bash", "--norc", "-i"])
            seen = ""
            def until(pattern):
                global seen
                end = time.monotonic() + 60
                while not re.search(pattern, seen):
                    if not select.select([terminal], [], [], end - time.monotonic())[0]:
                        sys.exit("no " + pattern + " in " + repr(seen))
                    seen += os.read(terminal, 4096).decode(errors="replace")
                seen = ""
            def say(text):
                os.write(terminal, text.encode())
            say(sys.argv[1] + " -- sh -c 'echo st''arted; exec sleep 1000'\\n")
            until("started")
            say("\\x1a")
            until("Stopped")
            say("fg\\n")
            until("sleep 1000")
            # The shell has named the job, and gives it the terminal only then.
            end = time.monotonic() + 60
            while os.tcgetpgrp(terminal) == pid and time.monotonic() < end:
                time.sleep(0.001)
            say("\\x03")
            say("echo status=$?\\n")
            until("status=130")
            say(sys.argv[1] + " -- sh -c 'echo st''arted; exec sleep 1000' & \\n")
            until("started")
            say("jobs\\n")
            until("Running")
            say("kill %1; wait %1; echo status=$?\\n")
            until("status=143")
            print("as it should be")
            """,
            Programs.EXECUTABLE.toString());

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("as it should be\n");
  }

  @Test
  void whatIsStoppedIsWokenUpToEnd() {
    Running running =
        lab.startThrough("--", "sh", "-c", "sleep 1000 & kill -STOP $!; echo fork $!; exit 4");
    long stopped = running.awaitFork();

    assertThat(running.awaitExit()).isEqualTo(4);
    assertThat(ProcessHandle.of(stopped).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Tag("figures")
  @Test
  void theSupervisorStaysSmall() {
    Output output =
        lab.runThrough(
            "--",
            "sh",
            "-c",
            "$0 1 20000 10000 >&2; grep VmHWM /proc/$PPID/status",
            Programs.BINDER.toString());

    String kibibytes = output.standardOutput().replaceAll("[^0-9]", "");
    assertThat(Integer.parseInt(kibibytes)).as("%s", output).isBetween(1000, 8 * 1024);
  }

  @Test
  void whatTheProgramLeavesBehindIsStopped() {
    Running running =
        lab.startThrough(
            "--",
            "sh",
            "-c",
            "setsid sh -c 'trap \"\" HUP; echo fork $$; exec sleep 1000' & read line; exit 3");
    long daemon = running.awaitFork();
    running.say("");

    assertThat(running.awaitExit()).isEqualTo(3);
    assertThat(ProcessHandle.of(daemon).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void whatIgnoresSigtermIsKilledAfterTheGrace() {
    Running running =
        lab.startThrough(
            "run",
            "--guard",
            "--grace",
            "200ms",
            "--",
            "sh",
            "-c",
            "(trap '' TERM; while :; do sleep 1; done) & echo fork $!; exit 0");
    long stubborn = running.awaitFork();

    assertThat(running.awaitExit()).isZero();
    assertThat(ProcessHandle.of(stubborn).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void daemonsAreKeptWhereThatIsWanted() {
    Running running =
        lab.startThrough(
            "run", "--keep-daemons", "--", "sh", "-c", "sleep 1000 & echo fork $!; exit 5");
    long daemon = running.awaitFork();
    awaitParent(daemon, running.pid());
    assertThat(running.isAlive()).isTrue();

    ProcessHandle.of(daemon).orElseThrow().destroy();

    assertThat(running.awaitExit()).isEqualTo(5);
  }

  private static void awaitParent(long pid, long parent) {
    Running.await(
        "%d to be a child of %d".formatted(pid, parent),
        () ->
            ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .filter(one -> one == parent)
                .isPresent());
  }

  @Test
  void theProgramGetsSigtermWhenItsSupervisorIsKilled() {
    Running running =
        lab.startThrough(
            "--",
            "sh",
            "-c",
            "trap 'echo terminated; exit' TERM; echo fork $$; while :; do sleep 0.01; done");
    long program = running.awaitFork();

    running.signal("KILL");

    running.awaitLine("terminated");
    assertThat(running.awaitExit()).isEqualTo(137);
    ProcessHandle.of(program).ifPresent(Running::awaitEnd);
  }

  @Test
  void itWorksAsPid1() {
    Lab.requireRoot("a pid namespace takes root");

    Output output =
        Output.of(
            List.of(
                Lab.requireProgram("unshare"),
                "--pid",
                "--fork",
                "--mount-proc",
                Programs.EXECUTABLE.toString(),
                "--",
                "sh",
                "-c",
                "(sleep 1000 &); exit 6"));

    assertThat(output.exitCode()).as("%s", output).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource({"1, 10000", "1000, 20"})
  void everyBindHappensAndNoneIsLost(int threads, int times) {
    Output output =
        lab.runThrough(
            "--",
            Programs.BINDER.toString(),
            Integer.toString(threads),
            Integer.toString(times),
            "10000");

    assertThat(output.standardOutput())
        .as("%s", output)
        .startsWith("bound %d\nrefused 0\nlied 0\n".formatted(threads * times));
  }

  /** Once in ten seconds, which the loop does not take but on a busy machine. */
  @Tag("figures")
  @Test
  void aLoopOfBindsThatFailIsToldOnce() {
    Running holder = lab.listener("127.0.0.1", 10000);

    long begin = System.nanoTime();
    Output output = lab.runThrough("--", Programs.BINDER.toString(), "1", "10000", "10000");
    int tens = (int) (Duration.ofNanos(System.nanoTime() - begin).toSeconds() / 10);

    assertThat(output.standardOutput()).startsWith("bound 0\nrefused 10000\nlied 0\n");
    assertThat(output.errorLines().stream().filter(line -> line.contains(" is in use: ")))
        .hasSizeBetween(1, 1 + tens);
    assertThat(holder.isAlive()).isTrue();
  }

  /** Its log is a full pipe: it is told nothing more, and does all that it is there for. */
  @Test
  void aLogThatNobodyReadsKeepsItFromNothing() {
    Output output =
        lab.output(
            Lab.requireProgram("python3"),
            "-c",
            """
            import fcntl, os, subprocess, sys, time
            r, w = os.pipe()
            fcntl.fcntl(w, 1031, 4096)
            os.set_blocking(w, False)
            try:
                while True:
                    os.write(w, b"x" * 4096)
            except BlockingIOError:
                pass
            os.set_blocking(w, True)
            n, told = os.pipe()
            inuse = subprocess.Popen(
                [sys.argv[1], "run", "--restart", "always", "--", "sh", "-c", "echo run >&%d" % told],
                stderr=w, pass_fds=[told])
            os.close(told)
            runs = b""
            while runs.count(b"run") < 3:
                runs += os.read(n, 100)
            inuse.terminate()
            print("ended", inuse.wait())
            """,
            Programs.EXECUTABLE.toString());

    assertThat(output.standardOutput()).as("%s", output).startsWith("ended ");
  }
}
