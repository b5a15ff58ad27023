package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code inuse run --listen}, {@code --restart} and {@code --notify}. */
@ResourceLock(Load.PROCESSOR)
final class ListenTest extends Scenarios {
  private static final int TIMES = 50;

  /** Takes its sockets as sd_listen_fds(3) says, and ends in order at SIGTERM; badly at SIGUSR1. */
  private static final String SERVER =
      """
      import os, select, signal, socket, sys
      assert int(os.environ["LISTEN_PID"]) == os.getpid()
      sockets = [socket.socket(fileno=3 + i) for i in range(int(os.environ["LISTEN_FDS"]))]
      assert all(one.getblocking() for one in sockets)
      print("names", os.environ["LISTEN_FDNAMES"], flush=True)
      print("sockets", *(one.family.name + "/" + one.type.name for one in sockets), flush=True)
      ending = []
      signal.signal(signal.SIGTERM, lambda *_: ending.append(0))
      signal.signal(signal.SIGUSR1, lambda *_: ending.append(7))
      print("ready", os.getpid(), flush=True)
      while not ending:
          if select.select(sockets[:1], [], [], 0.02)[0]:
              sockets[0].setblocking(False)
              try:
                  c, _ = sockets[0].accept()
              except BlockingIOError:
                  continue
              c.setblocking(True)
              c.recv(100)
              c.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n")
              c.close()
      sys.exit(ending[0])
      """;

  @TempDir private Path directory;

  ListenTest() {
    super(Way.EXECUTABLE);
  }

  private Running start(String... options) {
    List<String> line = new ArrayList<>(List.of("run"));
    line.addAll(List.of(options));
    line.addAll(List.of("--", Lab.requireProgram("python3"), "-c", SERVER));
    return lab.startThrough(line.toArray(String[]::new));
  }

  @Test
  void theProgramGetsItsSocketsAsSdListenFdsSays() {
    Path file = directory.resolve("socket");

    Running running =
        start(
            "--listen",
            "web=8080",
            "--listen",
            "127.0.0.1:8081",
            "--listen",
            "udp/8082",
            "--listen",
            "@name",
            "--listen",
            "file=" + file);

    assertThat(running.awaitLine("names")).isEqualTo("web:127.0.0.1.8081:udp/8082:@name:file");
    assertThat(running.awaitLine("sockets"))
        .isEqualTo(
            "AF_INET6/SOCK_STREAM AF_INET/SOCK_STREAM AF_INET6/SOCK_DGRAM AF_UNIX/SOCK_STREAM"
                + " AF_UNIX/SOCK_STREAM");
    assertThat(Files.exists(file)).isTrue();
    assertThat(Long.parseLong(running.awaitLine("ready")))
        .as("it has become the program")
        .isEqualTo(running.pid());
    running.signal("TERM");
    assertThat(running.awaitExit()).isZero();
  }

  @Test
  void anAddressThatIsTakenIsAnswered() {
    lab.listener("127.0.0.1", 8080);

    Running running = start("--listen", "127.0.0.1:8080");

    running.awaitLine("127.0.0.1:8080, for a server with SO_REUSEADDR, is in use:");
    assertThat(running.awaitExit()).isEqualTo(125);
  }

  @Test
  void anAddressThatIsTakenIsTakenOver() {
    Running holder = lab.listener("127.0.0.1", 8080);

    start("--listen", "127.0.0.1:8080", "--on-conflict", "take").awaitReady();

    assertThat(holder.isAlive()).isFalse();
  }

  @Test
  void aListenerThatIsTakenIsGoneOnWith() {
    Running holder =
        lab.hold("socket s tcp4", "set s reuseaddr", "bind s 127.0.0.1 8080", "listen s");
    String listener = lab.listeningSocket(8080);

    start("--handover", "--listen", "127.0.0.1:8080", "--on-conflict", "take").awaitReady();

    holder.awaitExit();
    assertThat(lab.listeningSocket(8080)).isEqualTo(listener);
  }

  /** A server for UDP is not one with SO_REUSEADDR, which would get in beside the holder. */
  @Test
  void aHolderOfUdpIsAnsweredToo() {
    lab.hold("socket s udp4", "set s reuseaddr", "bind s 127.0.0.1 8080");

    Running running = start("--listen", "udp/127.0.0.1:8080");

    running.awaitLine("udp/127.0.0.1:8080 is in use unless you set SO_REUSEADDR: hold");
    assertThat(running.awaitExit()).isEqualTo(125);
  }

  @Test
  void aPathThatCannotBeIsAnswered() {
    Running running = start("--listen", directory + "/missing/socket");

    running.awaitLine("inuse: --listen " + directory + "/missing/socket: ENOENT;");
    assertThat(running.awaitExit()).isEqualTo(125);
  }

  @Test
  void theNextFreePortIsListenedOn() {
    lab.listener("127.0.0.1", 8080);

    Output output =
        lab.runThrough(
            "run",
            "--listen",
            "127.0.0.1:8080",
            "--on-conflict",
            "next",
            "--",
            "sh",
            "-c",
            "echo $PORT {port} $LISTEN_FDS");

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("8081 8081 1\n");
  }

  /** Who connects while nobody runs waits, and is served. */
  @Test
  void nobodyIsRefusedWhileTheProgramIsStartedAgain() {
    Running running = start("--listen", "127.0.0.1:8080", "--restart", "always");
    running.awaitReady();
    Load load = Load.start(lab, 8080);

    for (int i = 0; i < 4; i++) {
      long pid = running.awaitOnlyChild();
      ProcessHandle.of(pid).orElseThrow().destroy();
      ProcessHandle.of(pid).ifPresent(Running::awaitEnd);
      running.awaitNext("inuse: " + Lab.requireProgram("python3") + " ended with status 0;");
      running.awaitNext("ready");
    }

    load.assertNothingLost(100);
    running.signal("TERM");
    assertThat(running.awaitExit()).isZero();
  }

  @Test
  void fiftyRunsHandTheSocketOnAndNobodyIsRefused() {
    String[] options = {"--handover", "--ready-after", "100ms", "--listen", "127.0.0.1:8080"};
    Running current = start(options).awaitReady();
    Load load = Load.start(lab, 8080);

    for (int i = 0; i < TIMES; i++) {
      Running next = start(options).awaitReady();
      assertThat(current.awaitExit()).isZero();
      current = next;
    }

    load.assertNothingLost(100);
  }

  @Test
  void onlyAFailureIsAReasonToStartAgain() {
    Running failing =
        lab.startThrough("run", "--restart", "on-failure", "--", "sh", "-c", "exit 3");
    failing.awaitLine("inuse: sh ended with status 3; started again in 200 ms");

    failing.signal("TERM");

    assertThat(failing.awaitExit()).isEqualTo(3);
    Output good = lab.runThrough("run", "--restart", "on-failure", "--", "true");
    assertThat(good.exitCode()).isZero();
    assertThat(good.standardError()).isEmpty();
  }

  @Test
  void systemdIsToldWhenTheProgramListens() {
    Output output =
        lab.runThrough(
            "run",
            "--",
            Lab.requireProgram("python3"),
            "-c",
            """
            import os, socket, subprocess, sys
            manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            manager.bind("\\0manager")
            manager.settimeout(60)
            running = subprocess.Popen(
                [sys.argv[1], "run", "--guard", "--notify", "--", sys.executable, "-c", '''
            import os, socket, sys
            assert "NOTIFY_SOCKET" not in os.environ
            print("starts", flush=True)
            sys.stdin.readline()
            socket.create_server(("127.0.0.1", 8080)).accept()
            '''],
                env=os.environ | {"NOTIFY_SOCKET": "@manager"},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert running.stdout.readline() == "starts\\n"
            manager.setblocking(False)
            try:
                sys.exit("too early: " + repr(manager.recv(100)))
            except BlockingIOError:
                manager.settimeout(60)
            running.stdin.write("\\n")
            running.stdin.flush()
            print(manager.recv(100) == f"READY=1\\nMAINPID={running.pid}\\n".encode())
            running.terminate()
            print(manager.recv(100))
            running.wait()
            """,
            Programs.EXECUTABLE.toString());

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("True\nb'STOPPING=1\\n'\n");
  }

  /** Executed, started under a supervisor, or guarded too: all of its sockets, or none of it. */
  @ParameterizedTest
  @CsvSource({
    "8, '', 125",
    "11, '', 125",
    "64, '', 0",
    "11, --restart=on-failure, 125",
    "64, --restart=on-failure, 0",
    "11, --guard, 125",
    "64, --guard, 0"
  })
  void aProgramIsNotStartedWithFewerSocketsThanItIsTold(int files, String option, int status) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "ulimit -n " + files + "; exec \"$@\"",
                "sh",
                Programs.EXECUTABLE.toString(),
                "run"));
    for (int i = 0; i < 5; i++) {
      line.addAll(List.of("--listen", Integer.toString(9000 + i)));
    }
    line.addAll(option.isEmpty() ? List.of() : List.of(option));
    line.addAll(List.of("--", "sh", "-c", "echo $LISTEN_FDS; ls -l /proc/$$/fd | grep -c socket:"));

    Output output = lab.output(line.toArray(String[]::new));

    assertThat(output.exitCode()).as("%s", output).isEqualTo(status);
    assertThat(output.standardOutput()).isEqualTo(status == 0 ? "5\n5\n" : "");
    assertThat(output.standardError().contains("EMFILE")).isEqualTo(status != 0);
  }

  /**
   * A service manager that says more than it passed: the number of one that is missing would be the
   * next that is opened, a socket of ours or, under a supervisor, what that needs itself.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 3<&-, '', 125",
    "2, 3<&0, '', 125",
    "1, 3<&0, '', 0",
    "1, 3<&-, --restart=on-failure, 125",
    "3, 3<&0, --restart=on-failure, 125",
    "1, 3<&0, --restart=on-failure, 0"
  })
  void whatWasSaidToBePassedAndIsNotThereIsNotPassedOn(
      int said, String passed, String option, int status) {
    Output output =
        lab.output(
            "sh",
            "-c",
            """
            exec %s 4<&- 5<&-
            export LISTEN_FDS=%d LISTEN_PID=$$
            exec "$0" run --listen 9000 %s -- sh -c 'echo $LISTEN_FDS; [ -e /proc/self/fd/4 ]'
            """
                .formatted(passed, said, option),
            Programs.EXECUTABLE.toString());

    assertThat(output.exitCode()).as("%s", output).isEqualTo(status);
    assertThat(output.standardOutput()).isEqualTo(status == 0 ? "2\n" : "");
    assertThat(output.standardError().contains("EBADF")).isEqualTo(status != 0);
  }
}
