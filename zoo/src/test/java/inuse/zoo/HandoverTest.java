package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code inuse run --handover}: a program takes over from its predecessor, and nobody notices. */
final class HandoverTest extends Scenarios {
  private static final int TIMES = 50;
  private static final String THREADS = "4";

  /** Answers whoever calls until SIGTERM, and then those whom it has accepted. */
  private static final String RAW_PYTHON =
      """
      import os, select, signal, socket, sys, time
      ending = False
      def end(*_):
          global ending
          ending = True
      signal.signal(signal.SIGTERM, end)
      s = socket.socket()
      s.bind(("127.0.0.1", 8080))
      s.listen(1000)
      if "nonblocking" in sys.argv:
          s.setblocking(False)
      print("ready", os.getpid(), s.fileno(), flush=True)
      while not ending:
          if select.select([s], [], [], 0.02)[0]:
              try:
                  c, _ = s.accept()
              except BlockingIOError:
                  continue
              c.setblocking(True)
              c.recv(100)
              c.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n")
              c.close()
      if "shuts-down" in sys.argv:
          s.shutdown(socket.SHUT_RDWR)
      if "lingers" in sys.argv:
          print("lingers", flush=True)
          time.sleep(1.5)
      s.close()
      """;

  private static final String PYTHON_HTTP =
      """
      import http.server, signal, threading
      class Handler(http.server.SimpleHTTPRequestHandler):
          def log_message(self, *_): pass
          def do_GET(self):
              self.send_response(200)
              self.end_headers()
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Handler)
      server.daemon_threads = False
      signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
      def end():
          signal.sigwait([signal.SIGTERM])
          server.shutdown()
      threading.Thread(target=end).start()
      server.serve_forever(0.02)
      server.server_close()
      """;

  private static final String NODE =
      """
      const server = require('http').createServer((request, response) => {
        response.setHeader('Connection', 'close');
        response.end('here');
      });
      server.listen(8080, '127.0.0.1');
      process.on('SIGTERM', () => server.close(() => process.exit(0)));
      """;

  private static final String NGINX =
      """
      daemon off;
      user root;
      pid DIRECTORY/pid;
      error_log stderr;
      worker_processes 2;
      events {}
      http {
        access_log off;
        keepalive_timeout 0;
        server {
          listen 127.0.0.1:8080;
          listen 127.0.0.1:8081;
          location / { return 200 "here"; }
        }
      }
      """;

  @TempDir private Path directory;

  HandoverTest() {
    super(Way.EXECUTABLE);
  }

  /** A server for 127.0.0.1:8080 that ends in order. */
  enum Server {
    RAW,
    NON_BLOCKING,
    SHUTS_DOWN_ITS_LISTENER,
    HTTP_SERVER,
    NODE_HTTP,
    NGINX_TWO_SOCKETS;

    List<String> command(Path directory) throws IOException {
      return switch (this) {
        case RAW -> raw("");
        case NON_BLOCKING -> raw("nonblocking");
        case SHUTS_DOWN_ITS_LISTENER -> raw("shuts-down");
        case HTTP_SERVER -> List.of(Lab.requireProgram("python3"), "-c", PYTHON_HTTP);
        case NODE_HTTP -> List.of(Lab.requireProgram("node"), "-e", NODE);
        case NGINX_TWO_SOCKETS -> {
          Path configuration = directory.resolve("nginx.conf");
          Files.writeString(configuration, NGINX.replace("DIRECTORY", directory.toString()));
          yield List.of(Lab.requireProgram("nginx"), "-c", configuration.toString());
        }
      };
    }

    /** What asks it to end in order. */
    String signal() {
      return this == NGINX_TWO_SOCKETS ? "QUIT" : "TERM";
    }
  }

  private static List<String> raw(String manner) {
    return List.of(Lab.requireProgram("python3"), "-c", RAW_PYTHON, manner);
  }

  private Running start(List<String> command, String... options) {
    List<String> line = new ArrayList<>(List.of("run", "--handover"));
    line.addAll(List.of(options));
    line.add("--");
    line.addAll(command);
    return lab.startThrough(line.toArray(String[]::new));
  }

  private Running startRaw(String... options) {
    return start(raw(""), options).awaitReady();
  }

  private Running load(int port) {
    return lab.startOwn(Programs.LOAD, "127.0.0.1", Integer.toString(port), THREADS).awaitReady();
  }

  /** Its threads have seen nothing but answers, and many of them. */
  private static void assertNothingLost(Running load, int atLeast) {
    load.say("");
    String counts = load.awaitLine("answered");
    assertThat(counts).matches("\\d+ refused 0 reset 0 other 0");
    assertThat(Integer.parseInt(counts.split(" ", -1)[0])).isGreaterThan(atLeast);
  }

  @ParameterizedTest
  @EnumSource
  void noConnectionIsLost(Server server) throws IOException {
    List<String> command = server.command(directory);
    Running current = start(command, "--signal", server.signal());
    lab.awaitState(8080, "LISTEN");
    List<Running> loads = new ArrayList<>(List.of(load(8080)));
    if (server == Server.NGINX_TWO_SOCKETS) {
      loads.add(load(8081));
    }

    for (int i = 0; i < TIMES; i++) {
      Running next = start(command, "--signal", server.signal());
      assertThat(current.awaitExit()).isZero();
      current = next;
    }

    loads.forEach(load -> assertNothingLost(load, 1000));
  }

  /** The same without it: this is how many are refused, and that the load would see it. */
  @Test
  void connectionsAreLostWithoutIt() {
    String[] command = python(PYTHON_HTTP).toArray(String[]::new);
    Running current = lab.startForeign(command);
    lab.awaitState(8080, "LISTEN");
    Running load = load(8080);

    for (int i = 0; i < 5; i++) {
      current.signal("TERM");
      current.awaitExit();
      current = lab.startForeign(command);
      lab.awaitState(8080, "LISTEN");
    }

    load.say("");
    assertThat(load.awaitLine("answered")).doesNotContain("refused 0 ");
  }

  private static List<String> python(String program) {
    return List.of(Lab.requireProgram("python3"), "-c", program);
  }

  private static String statusFlags(Running raw) throws IOException {
    String[] words = raw.awaitLine("ready").split(" ", -1);
    return Files.readString(Path.of("/proc", words[0], "fdinfo", words[1]))
        .replaceAll("(?s).*flags:\\s*(\\d+).*", "$1");
  }

  @Test
  void aSuccessorThatFailsLeavesEverythingAsItWas() throws IOException {
    Running current = startRaw();
    String flags = statusFlags(current);
    Running load = load(8080);

    Running failing =
        start(
            python(
                """
                import socket, sys
                s = socket.socket()
                s.setblocking(False)
                s.bind(("127.0.0.1", 8080))
                print("bound", flush=True)
                sys.stdin.readline()
                sys.exit(3)
                """));
    failing.awaitLine("bound");
    String changed = statusFlags(current);
    failing.say("");

    assertThat(failing.awaitExit()).isEqualTo(3);
    assertNothingLost(load, 10);
    assertThat(changed).isNotEqualTo(flags);
    assertThat(statusFlags(current)).isEqualTo(flags);
    Running next = startRaw();
    assertThat(current.awaitExit()).isZero();
    assertThat(next.isAlive()).isTrue();
  }

  @Test
  void aSuccessorThatIsNotReadyInTimeIsStopped() {
    Running current = startRaw();
    Running load = load(8080);

    Running late =
        start(
            python(
                """
                import socket, time
                s = socket.socket()
                s.bind(("127.0.0.1", 8080))
                time.sleep(1000)
                """),
            "--timeout",
            "500ms");

    assertThat(late.awaitExit()).isEqualTo(125);
    late.awaitLine(
        "inuse: "
            + Lab.requireProgram("python3")
            + ": not ready in time; it was stopped, and its predecessor goes on");
    assertNothingLost(load, 10);
    assertThat(current.isAlive()).isTrue();
  }

  @Test
  void onlyOneSuccessorAtATime() {
    Running current = startRaw();
    Running first = start(raw(""), "--ready-after", "1s").awaitReady();

    Running second = start(raw(""));

    assertThat(second.awaitExit()).isEqualTo(1);
    second.awaitLine("127.0.0.1:8080 is in use:");
    assertThat(current.awaitExit()).isZero();
    assertThat(first.isAlive()).isTrue();
  }

  @Test
  void aPredecessorThatDoesNotAnswerIsInTheWay() {
    Running current = startRaw();
    current.signal("STOP");

    Running successor = start(raw(""));

    assertThat(successor.awaitExit()).isEqualTo(1);
    successor.awaitLine("127.0.0.1:8080 is in use:");
    current.signal("CONT");
    startRaw();
    assertThat(current.awaitExit()).isZero();
  }

  @Test
  void nobodyTakesOverFromAnotherUser() {
    Lab.requireRoot("another user takes root");
    Running current = startRaw();

    Running other =
        lab.startForeign(
            Lab.requireProgram("setpriv"),
            "--reuid=" + Lab.NOBODY,
            "--clear-groups",
            Programs.EXECUTABLE.toString(),
            "run",
            "--handover",
            "--",
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 127.0.0.1 8080");

    assertThat(other.awaitExit()).isEqualTo(1);
    other.awaitLine("127.0.0.1:8080 is in use:");
    assertThat(current.isAlive()).isTrue();
  }

  /** Whoever stops the listener behind everybody's back: the successor makes it listen again. */
  @Test
  void theListenerListensAgainWhateverThePredecessorDidToIt() {
    Running current = start(raw("lingers")).awaitReady();
    String[] words = current.awaitLine("ready").split(" ", -1);
    start(List.of(Programs.HOLD.toString(), "socket a tcp4", "bind a 127.0.0.1 8080", "listen a"))
        .awaitReady();
    current.awaitLine("lingers");

    lab.run(
        Lab.requireProgram("python3"),
        "-c",
        """
        import ctypes, socket, sys
        call = ctypes.CDLL(None).syscall
        pidfd = call(434, int(sys.argv[1]), 0)
        listener = socket.socket(fileno=call(438, pidfd, int(sys.argv[2]), 0))
        listener.shutdown(socket.SHUT_RDWR)
        """,
        words[0],
        words[1]);

    lab.awaitNoState(8080, "LISTEN");
    assertThat(current.awaitExit()).isZero();
    lab.awaitState(8080, "LISTEN");
  }

  /** What it does not listen on any more is given up. */
  @Test
  void aSuccessorMayListenOnLess() {
    Running current =
        start(
            List.of(
                Programs.HOLD.toString(),
                "socket a tcp4",
                "bind a 127.0.0.1 8080",
                "listen a",
                "socket b tcp4",
                "bind b 127.0.0.1 8081",
                "listen b"));
    current.awaitReady();

    Running next = startRaw();

    assertThat(current.awaitExit()).isEqualTo(143);
    lab.awaitNoState(8081, "LISTEN");
    assertThat(next.isAlive()).isTrue();
    assertThat(lab.tryBind(List.of(), List.of("tcp4", "127.0.0.1", "8081"))).isEqualTo("ok");
  }

  @Test
  void aSuccessorIsReadyWhenItListensOnThePortThatWasNamed() {
    Running current = startRaw();

    Running next =
        start(
            python(
                """
                import socket, sys
                a = socket.create_server(("127.0.0.1", 8080))
                print("half", flush=True)
                sys.stdin.readline()
                b = socket.create_server(("127.0.0.1", 8081))
                sys.stdin.readline()
                """),
            "--ready-port",
            "8081");
    next.awaitLine("half");
    assertThat(current.isAlive()).isTrue();
    next.say("");

    assertThat(current.awaitExit()).isZero();
  }
}
