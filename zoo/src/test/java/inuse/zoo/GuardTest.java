package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inuse run --guard}: real programs, as they are, whose own bind would fail. */
final class GuardTest extends Scenarios {
  private static final String JAVA_SERVER =
      """
      import java.net.*;
      class Server {
        static void main() throws Exception {
          try (ServerSocket s = new ServerSocket()) {
            s.setReuseAddress(false);
            s.bind(new InetSocketAddress("0.0.0.0", 8080));
            s.accept();
          }
        }
      }
      """;

  private static final String NGINX =
      """
      daemon off;
      user root;
      pid DIRECTORY/pid;
      error_log stderr;
      events {}
      http { access_log off; server { listen 8080; } }
      """;

  @TempDir private Path directory;

  GuardTest() {
    super(Way.EXECUTABLE);
  }

  /** A server for 0.0.0.0:8080, unmodified. */
  enum Server {
    PYTHON_HTTP,
    RAW_PYTHON,
    NODE,
    NGINX_SERVER,
    JAVA,
    STATIC_C;

    /** As its bind has it. */
    String address() {
      return this == JAVA ? "[::]:8080" : "0.0.0.0:8080";
    }

    List<String> command(Path directory) throws IOException {
      return switch (this) {
        case PYTHON_HTTP ->
            List.of(Programs.python(), "-m", "http.server", "8080", "-b", "0.0.0.0");
        case RAW_PYTHON ->
            List.of(
                Programs.python(),
                "-c",
                "import socket; s = socket.socket(); s.bind(('0.0.0.0', 8080)); s.listen();"
                    + " s.accept()");
        case NODE ->
            List.of(
                Lab.requireProgram("node"),
                "-e",
                "require('http').createServer().listen(8080, '0.0.0.0')");
        case NGINX_SERVER -> {
          Path configuration = directory.resolve("nginx.conf");
          Files.writeString(configuration, NGINX.replace("DIRECTORY", directory.toString()));
          yield List.of(Lab.requireProgram("nginx"), "-c", configuration.toString());
        }
        case JAVA -> {
          Path source = directory.resolve("Server.java");
          Files.writeString(source, JAVA_SERVER);
          yield List.of(Programs.JAVA.toString(), source.toString());
        }
        case STATIC_C ->
            List.of(Programs.HOLD.toString(), "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");
      };
    }
  }

  private String[] guarded(Server server, String... options) throws IOException {
    List<String> line = new ArrayList<>(List.of("run", "--guard"));
    line.addAll(List.of(options));
    line.add("--");
    line.addAll(server.command(directory));
    return line.toArray(String[]::new);
  }

  /** Leaves a TIME_WAIT behind, of a server that has not set SO_REUSEADDR itself. */
  private void leaveTimeWait() {
    Output output =
        lab.runThrough(
            "run",
            "--guard",
            "--reuseaddr",
            "--",
            Programs.python(),
            "-c",
            """
            import socket
            s = socket.socket()
            s.bind(("127.0.0.1", 8080))
            s.listen()
            c = socket.create_connection(("127.0.0.1", 8080))
            a, _ = s.accept()
            a.close()
            c.close()
            """);
    assertThat(output.exitCode()).as("%s", output).isZero();
    lab.awaitState(8080, "TIME_WAIT");
  }

  @ParameterizedTest
  @EnumSource
  void timeWaitIsNoObstacleWithReuseaddr(Server server) throws IOException {
    leaveTimeWait();

    lab.startThrough(guarded(server, "--reuseaddr"));

    lab.awaitState(8080, "LISTEN");
  }

  @ParameterizedTest
  @EnumSource
  void aHolderIsTakenOverFrom(Server server) throws IOException {
    Running holder = lab.listener(8080);

    Running started = lab.startThrough(guarded(server, "--on-conflict", "take"));

    started.awaitLine(server.address() + " is free again: a real bind succeeded");
    assertThat(holder.awaitExit()).isEqualTo(143);
    lab.awaitState(8080, "LISTEN");
  }

  @ParameterizedTest
  @EnumSource
  void theProgramsLogSaysWhoWasInTheWay(Server server) throws IOException {
    Running holder = lab.listener(8080);

    Output output = lab.runThrough(guarded(server));

    assertThat(output.standardError())
        .startsWith(server.address())
        .contains(" is in use: hold (pid " + holder.pid());
    assertThat(output.exitCode()).isNotZero();
    assertThat(holder.isAlive()).isTrue();
  }

  @Test
  void waitsForTheHolderAtTheVeryBind() throws IOException {
    Running holder = lab.listener(8080);
    Running started = lab.startThrough(guarded(Server.RAW_PYTHON, "--on-conflict", "wait"));
    lab.awaitState(8080, "LISTEN");
    assertThat(started.isAlive()).isTrue();

    holder.close();

    lab.awaitState(8080, "LISTEN");
    assertThat(started.isAlive()).isTrue();
  }

  @Test
  void whoeverWaitsHearsASignal() throws IOException {
    lab.listener(8080);
    Running started =
        lab.startThrough(
            "run",
            "--guard",
            "--on-conflict",
            "wait",
            "--",
            Lab.requireProgram("python3"),
            "-c",
            """
            import signal, socket, time
            signal.signal(signal.SIGTERM, lambda *_: exit(42))
            print("ready", flush=True)
            s = socket.socket()
            try:
                s.bind(("0.0.0.0", 8080))
            except OSError:
                while True:
                    time.sleep(0.01)
            """);
    started.awaitReady();
    // The program, and what waits for it.
    started.awaitChildren(2);

    started.signal("TERM");

    assertThat(started.awaitExit()).isEqualTo(42);
  }

  @Test
  void noBindIsMadeWithTheSupervisorsPrivileges() {
    Lab.requireRoot("an ordinary supervisor has no privileges to lend");

    Output output =
        lab.runThrough(
            "--",
            Lab.requireProgram("setpriv"),
            "--reuid=" + Lab.NOBODY,
            "--clear-groups",
            "--bounding-set=-net_bind_service",
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 127.0.0.1 81");

    assertThat(output.toString()).contains("bind s 127.0.0.1 81: EACCES");
    assertThat(output.exitCode()).isEqualTo(1);
  }

  @Test
  void itWorksForAnOrdinaryUser() throws IOException {
    Lab.requireRoot("the tests run as one already");
    leaveTimeWait();
    List<String> line =
        new ArrayList<>(
            List.of(
                Lab.requireProgram("setpriv"),
                "--reuid=" + Lab.NOBODY,
                "--clear-groups",
                Programs.EXECUTABLE.toString()));
    line.addAll(List.of(guarded(Server.STATIC_C, "--reuseaddr")));

    lab.startForeign(line.toArray(String[]::new)).awaitReady();
  }

  @Test
  void aGuardWithinAGuardGoesOnWithout() {
    Output output = lab.runThrough("--", Programs.EXECUTABLE.toString(), "--", "echo", "started");

    assertThat(output.standardOutput()).isEqualTo("started\n");
    assertThat(output.standardError())
        .contains("going on without --guard: the program runs under another supervisor");
  }

  /** Also where whoever acts for it has given up root, and knows by its environment for whom. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherBindOfTheProgramItselfIsNoReasonToEndIt(boolean dropsRoot) {
    assumeTrue(!dropsRoot || Lab.isRoot(), "not root: there is none to drop");
    Output output =
        lab.runThrough(
            "run",
            "--guard",
            "--on-conflict",
            "take",
            "--",
            Lab.requireProgram("python3"),
            "-c",
            """
            import ctypes, os, socket, sys
            if sys.argv[1] == "true":
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: its user may look at it
            one, two = socket.socket(), socket.socket()
            one.bind(("127.0.0.1", 8080))
            one.listen()
            try:
                two.bind(("127.0.0.1", 8080))
            except OSError as e:
                print(e.errno)
            """,
            Boolean.toString(dropsRoot));

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("98\n");
    assertThat(output.exitCode()).isZero();
  }

  @Test
  void aListenThatWouldFailIsExplainedToo() {
    Running holder = lab.hold("socket s tcp4", "set s reuseaddr", "bind s 0.0.0.0 8080");
    Running started =
        lab.startThrough(
            "--",
            Lab.requireProgram("python3"),
            "-c",
            """
            import socket, sys
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("0.0.0.0", 8080))
            print("ready", flush=True)
            sys.stdin.readline()
            try:
                s.listen()
            except OSError as e:
                print("errno", e.errno, flush=True)
            """);
    started.awaitReady();
    Running rival =
        lab.startForeign(
            Lab.requireProgram("python3"),
            "-c",
            """
            import socket
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("0.0.0.0", 8080))
            s.listen()
            print("ready", flush=True)
            s.accept()
            """);
    rival.awaitReady();

    started.say("go");

    assertThat(started.awaitLine("0.0.0.0:8080,")).contains("pid " + rival.pid());
    assertThat(started.awaitLine("errno")).isEqualTo("98");
    assertThat(holder.isAlive()).isTrue();
  }

  @Test
  void datagramsAreLeftAloneUnlessAsked() {
    lab.hold("socket s udp4", "bind s 127.0.0.1 8080");
    String program =
        "import socket; socket.socket(type=socket.SOCK_DGRAM).bind(('127.0.0.1', 8080))";

    Output alone = lab.runThrough("--", Lab.requireProgram("python3"), "-c", program);
    Output asked =
        lab.runThrough(
            "run", "--guard", "--guard-udp", "--", Lab.requireProgram("python3"), "-c", program);

    assertThat(alone.standardError()).doesNotContain("is in use: ");
    assertThat(asked.standardError()).contains("udp/127.0.0.1:8080 is in use: hold");
  }

  /** A server of that user at 127.0.0.1. */
  private Running holder(int uid, int port) {
    Running holder =
        lab.startForeign(
            Lab.requireProgram("setpriv"),
            "--reuid=" + uid,
            "--clear-groups",
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 127.0.0.1 " + port,
            "listen s");
    holder.awaitReady();
    return holder;
  }

  /** What a program does before it binds, and what its bind says then: an errno. */
  enum LessThanRoot {
    DROPPED(8080, "os.setgroups([]); os.setgid(65534); os.setuid(65534)", 98),
    DROPPED_WITH_A_SOCKET_OF_ROOT(8080, "s = socket.socket(); os.setuid(65534)", 98),
    DROPPED_FOR_A_WHILE(8080, "os.seteuid(65534)", 98),
    WITHOUT_THE_RIGHT_TO_END_OTHERS(8080, "cap(0x400)", 98),
    DROPPED_BEFORE_A_PRIVILEGED_PORT(99, "os.setuid(65534)", 13),
    WITHOUT_THE_RIGHT_TO_A_PRIVILEGED_PORT(99, "cap(~0x400)", 13),
    IN_A_USER_NAMESPACE(8080, "libc.unshare(0x10000000)", 98),
    IN_A_USER_NAMESPACE_AT_A_PRIVILEGED_PORT(99, "libc.unshare(0x10000000)", 13),
    UNDER_LANDLOCK(8080, "landlock()", 13),
    WITH_AN_ADDRESS_THAT_IS_TOO_LONG(8080, "length = 129", 22);

    private final int port;
    private final String before;
    private final int errno;

    LessThanRoot(int port, String before, int errno) {
      this.port = port;
      this.before = before;
      this.errno = errno;
    }
  }

  private static final String LESS_THAN_ROOT =
      """
      import ctypes, os, socket, struct, sys
      libc = ctypes.CDLL(None, use_errno=True)
      length = 16
      s = None

      def cap(bits):
          status = open("/proc/self/status").read()
          bits &= int(status.split("CapPrm:")[1].split()[0], 16)
          header = struct.pack("Ii", 0x20080522, 0)
          low, high = bits & 0xffffffff, bits >> 32
          sets = struct.pack("6I", low, low, 0, high, high, 0)
          assert libc.capset(header, sets) == 0

      def landlock():
          rights = ctypes.create_string_buffer(struct.pack("QQ", 0, 1))
          ruleset = libc.syscall(444, rights, ctypes.c_size_t(16), 0)
          if ruleset < 0:
              print("no landlock")
              sys.exit()
          libc.prctl(38, 1, 0, 0, 0)
          assert libc.syscall(446, ruleset, 0) == 0

      exec(sys.argv[2])
      s = s or socket.socket()
      address = struct.pack("!HHI120x", 0, int(sys.argv[1]), 0x7f000001)
      address = struct.pack("H", socket.AF_INET) + address[2:] + bytes(8)
      libc.bind(s.fileno(), address, length)
      print(ctypes.get_errno())
      """;

  /** Nobody's rights are more than those of the task that binds, also not root's supervisor's. */
  @ParameterizedTest
  @EnumSource
  void noServerIsEndedForABindThatMayNotEndIt(LessThanRoot task) {
    Lab.requireRoot("an ordinary supervisor has no rights to lend");
    Running holder = holder(task.port < 1024 ? 0 : 65533, task.port);

    Output output =
        lab.runThrough(
            "run",
            "--guard",
            "--on-conflict",
            "take",
            "--grace",
            "1s",
            "--",
            Lab.requireProgram("python3"),
            "-c",
            LESS_THAN_ROOT,
            Integer.toString(task.port),
            task.before);

    assumeFalse(output.standardOutput().startsWith("no landlock"), "this kernel has no Landlock");
    assertThat(output.standardOutput()).as("%s", output).isEqualTo(task.errno + "\n");
    assertThat(holder.isAlive()).isTrue();
  }

  /** The same user's, and for whoever kept the right to end others. */
  @ParameterizedTest
  @CsvSource({"65534, 8080, 'os.setuid(65534)'", "65533, 8080, ''", "0, 99, 'cap(0x804e4)'"})
  void aServerIsEndedForATaskThatMayEndIt(int uid, int port, String before) {
    Lab.requireRoot("an ordinary supervisor has no rights to lend");
    Running holder = holder(uid, port);

    Output output =
        lab.runThrough(
            "run",
            "--guard",
            "--on-conflict",
            "take",
            "--",
            Lab.requireProgram("python3"),
            "-c",
            LESS_THAN_ROOT,
            Integer.toString(port),
            before);

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("0\n");
    assertThat(holder.awaitExit()).isEqualTo(143);
  }

  /** With a log that nobody reads: a pipe that is full. */
  @ParameterizedTest
  @ValueSource(strings = {"--guard", "--handover"})
  void aRefusedBindDoesNotWaitForWhoeverReadsTheLog(String option) {
    lab.listener("127.0.0.1", 8080);

    Output output =
        lab.output(
            Lab.requireProgram("python3"),
            "-c",
            FULL_LOG,
            Programs.EXECUTABLE.toString(),
            "run",
            option,
            "--",
            Lab.requireProgram("python3"),
            "-c",
            LESS_THAN_ROOT,
            "8080",
            "");

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("98\n0\n");
  }

  /** Runs a program whose standard error is a full pipe, and prints its status. */
  static final String FULL_LOG =
      """
      import fcntl, os, subprocess, sys
      r, w = os.pipe()
      fcntl.fcntl(w, 1031, 4096)
      os.set_blocking(w, False)
      try:
          while True:
              os.write(w, b"x" * 4096)
      except BlockingIOError:
          pass
      os.set_blocking(w, True)
      print(subprocess.call(sys.argv[1:], stderr=w), flush=True)
      """;
}
