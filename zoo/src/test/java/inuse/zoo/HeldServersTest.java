package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a held port is for: servers start there, whatever else wants one. */
final class HeldServersTest extends Scenarios {
  /** Servers that each worker starts. */
  private static final int SERVERS = Boolean.getBoolean("inuse.long") ? 200 : 4;

  /** The ephemeral range, which is nearly used up all the time. */
  private static final int FIRST = 50_000;

  private static final int LAST = 50_039;

  /** Binds port 0 in a loop, with and without SO_REUSEADDR, and keeps most of the range. */
  private static final String THIEF =
      """
      import socket
      print('ready', flush=True)
      kept, turn = [], 0
      while True:
          turn += 1
          s = socket.socket()
          s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, turn % 2)
          try:
              s.bind(('0.0.0.0', 0))
              s.listen()
              kept.append(s)
          except OSError:
              s.close()
          if len(kept) > 24:
              kept.pop(0).close()
      """;

  /** Uses the range up again and again; prints what it was given of the ports in its arguments. */
  private static final String EXHAUST =
      """
      import errno, socket, struct, sys
      held = set(map(int, sys.argv[1:]))
      server = socket.socket()
      server.bind(('127.0.0.1', 9))
      server.listen(4096)
      calls, given, ends = 0, [], 0
      while calls < 10000:
          some = []
          while True:
              calls += 1
              s = socket.socket()
              s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
              s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, calls % 2)
              try:
                  if calls % 4 < 2:
                      s.bind(('0.0.0.0', 0))
                  else:
                      s.connect(('127.0.0.1', 9))
                      server.accept()[0].close()
              except OSError as e:
                  s.close()
                  if e.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL):
                      raise
                  ends += 1
                  break
              some.append(s)
              if s.getsockname()[1] in held:
                  given.append(s.getsockname()[1])
          for s in some:
              s.close()
      print('given', given)
      print('used up', ends > 100)
      """;

  @TempDir private Path directory;

  HeldServersTest() {
    super(Way.EXECUTABLE);
  }

  private static String[] words(Stream<String> words) {
    return words.toArray(String[]::new);
  }

  private void narrow() {
    lab.sysctl("net/ipv4/ip_local_port_range", FIRST + " " + LAST);
  }

  @Test
  void aRangeThatIsUsedUpNeverGivesAHeldOne() {
    narrow();
    List<String> ports = List.of("50000", "50001", "50020", "50039");
    Running hold = lab.startThrough(words(Stream.concat(Stream.of("hold"), ports.stream())));
    hold.awaitLine("50039");

    Output output =
        lab.output(
            words(Stream.concat(Stream.of(Programs.python(), "-c", EXHAUST), ports.stream())));

    assertThat(output.standardOutput()).as("%s", output).isEqualTo("given []\nused up True\n");
  }

  /** The same script tells when there is something to tell: the port is not held. */
  @Test
  void thatScriptTellsOfAPortThatIsNotHeld() {
    narrow();

    Output output = lab.output(Programs.python(), "-c", EXHAUST, "50020");

    assertThat(output.standardOutput()).as("%s", output).startsWith("given [50020");
  }

  /** A program that listens on PORT, says so, and ends. */
  private List<String> server(String language) throws IOException {
    return switch (language) {
      case "python" ->
          List.of(
              Programs.python(),
              "-c",
              "import http.server, os; http.server.HTTPServer(('', int(os.environ['PORT'])), None);"
                  + " print('listening')");
      case "node" ->
          List.of(
              Lab.requireProgram("node"),
              "-e",
              "require('http').createServer().listen(process.env.PORT, () => {"
                  + " console.log('listening'); process.exit() })");
      case "java" -> {
        Path source = directory.resolve("Listens.java");
        Files.writeString(
            source,
            """
            class Listens {
              public static void main(String[] no) throws Exception {
                new java.net.ServerSocket(Integer.parseInt(System.getenv("PORT")));
                System.out.println("listening");
              }
            }
            """);
        Output made =
            Output.of(
                List.of(
                    Programs.JAVA.resolveSibling("javac").toString(),
                    "-d",
                    directory.toString(),
                    source.toString()));
        assertThat(made.exitCode()).as("%s", made).isZero();
        yield List.of(
            Programs.JAVA.toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            directory.toString(),
            "Listens");
      }
      default -> {
        Path source = directory.resolve("listens.go");
        Files.writeString(
            source,
            """
            package main

            import (
            	"fmt"
            	"net"
            	"os"
            )

            func main() {
            	if _, err := net.Listen("tcp", ":"+os.Getenv("PORT")); err != nil {
            		panic(err)
            	}
            	fmt.Println("listening")
            }
            """);
        String program = directory.resolve("listens").toString();
        Output made =
            Output.of(
                List.of(
                    "env",
                    "GOCACHE=" + directory.resolve("cache"),
                    "GO111MODULE=off",
                    Lab.requireProgram("go"),
                    "build",
                    "-o",
                    program,
                    source.toString()));
        assertThat(made.exitCode()).as("%s", made).isZero();
        yield List.of(program);
      }
    };
  }

  /** Starts servers on ports that are held out of the range that the thief has. */
  private List<String> onHeld(List<String> server, int first) {
    List<String> refused = new ArrayList<>();
    int port = first;
    for (int started = 0; started < SERVERS; ) {
      Stream<String> line = Stream.of("hold", Integer.toString(port), "--");
      Output output = lab.runThrough(words(Stream.concat(line, server.stream())));
      boolean taken = output.standardError().contains("cannot be held: EADDRINUSE");
      if (!taken) {
        started++;
        if (!output.standardOutput().equals("listening\n") || output.exitCode() != 0) {
          refused.add(output.toString());
        }
      }
      port = first + (port - first + 1) % 10;
    }
    return refused;
  }

  @Test
  void serversStartOnHeldPortsBesideAThief() throws Exception {
    narrow();
    List<List<String>> servers = new ArrayList<>();
    for (String language : List.of("python", "node", "java", "go")) {
      servers.add(server(language));
    }
    lab.startForeign(Programs.python(), "-c", THIEF).awaitReady();

    List<String> refused = new ArrayList<>();
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<String>>> results = new ArrayList<>();
      for (int i = 0; i < servers.size(); i++) {
        List<String> server = servers.get(i);
        int first = FIRST + 10 * i;
        results.add(workers.submit(() -> onHeld(server, first)));
      }
      for (Future<List<String>> result : results) {
        refused.addAll(done(result));
      }
    }

    assertThat(refused).isEmpty();
    assertThat(refusedOnPicked()).as("servers on ports that were picked and closed").isPositive();
  }

  private static List<String> done(Future<List<String>> result)
      throws InterruptedException, ExecutionException {
    return result.get();
  }

  /** How many servers are refused whose port was free when it was picked, beside the same thief. */
  private long refusedOnPicked() throws IOException {
    List<String> server = server("python");
    String pick =
        "import os, socket, sys; s = socket.socket(); s.bind(('', 0)); port = s.getsockname()[1];"
            + " s.close(); os.environ['PORT'] = str(port); os.execv(sys.argv[1], sys.argv[1:])";
    return Stream.generate(() ->
            lab.output(
                words(Stream.concat(Stream.of(Programs.python(), "-c", pick), server.stream()))))
        .limit(SERVERS)
        .filter(output -> output.standardError().contains("Address already in use"))
        .count();
  }
}
