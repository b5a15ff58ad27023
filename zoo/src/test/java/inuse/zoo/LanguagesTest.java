package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What docs/languages says of SO_REUSEADDR, against the kernel: the port is in TIME_WAIT, left by a
 * server that had set it, so a bind that succeeds has set it and one that fails has not.
 */
final class LanguagesTest extends Scenarios {
  private static final String REFUSED = "(?i)address already in use|eaddrinuse";

  @TempDir private Path directory;

  LanguagesTest() {
    super(Way.EXECUTABLE);
  }

  /** A connection that the server closed, of a server that had SO_REUSEADDR. */
  static void leaveTimeWait(Lab lab) {
    lab.leaveTimeWait("set s reuseaddr");
    assertRefused(
        output(
            lab,
            List.of(
                Programs.python(),
                "-c",
                "import socket; socket.socket().bind(('0.0.0.0', 8080))")));
  }

  private static Output output(Lab lab, List<String> command) {
    List<String> line = new ArrayList<>(lab.enter());
    line.add("--");
    line.addAll(command);
    return Output.of(line);
  }

  private static void assertBound(Output output) {
    assertThat(output.standardOutput()).as("%s", output).isEqualTo("bound\n");
    assertThat(output.exitCode()).as("%s", output).isZero();
  }

  private static void assertRefused(Output output) {
    assertThat(output.standardOutput() + output.standardError())
        .as("%s", output)
        .containsPattern(REFUSED)
        .doesNotContain("bound\n");
    assertThat(output.exitCode()).as("%s", output).isNotZero();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPrintedBindsBesideTimeWait(Snippet snippet) throws IOException {
    List<String> program = snippet.command(snippet.text(), directory);
    leaveTimeWait(lab);

    assertBound(output(lab, program));
  }

  static Stream<Snippet> thatSetIt() {
    return Stream.of(Snippet.values()).filter(snippet -> !snippet.setsItItself());
  }

  @ParameterizedTest
  @MethodSource("thatSetIt")
  void withoutTheOptionItDoesNot(Snippet snippet) throws IOException {
    List<String> program = snippet.command(snippet.textWithout(), directory);
    leaveTimeWait(lab);

    assertRefused(output(lab, program));
  }

  /** What about.md says of another way to bind. */
  enum Default {
    PYTHON_CREATE_SERVER(true, "python", "import socket; socket.create_server(('', 8080))"),
    PYTHON_ASYNCIO(
        true,
        "python",
        """
        import asyncio
        async def main():
            await asyncio.start_server(print, port=8080)
        asyncio.run(main())\
        """),
    PYTHON_HTTP(true, "python", "import http.server as h; h.HTTPServer(('', 8080), None)"),
    PYTHON_SOCKETSERVER(
        false, "python", "import socketserver; socketserver.TCPServer(('', 8080), None)"),
    PYTHON_SOCKETSERVER_SUBCLASS(
        true,
        "python",
        """
        import socketserver
        class Server(socketserver.TCPServer):
            allow_reuse_address = True
        Server(('', 8080), None)\
        """),
    PYTHON_REUSEPORT(
        false,
        "python",
        "import socket as s; t = s.socket(); t.setsockopt(1, 15, 1); t.bind(('', 8080))"),
    JAVA_CONSTRUCTOR(true, "java", "new java.net.ServerSocket(8080);"),
    JAVA_CHANNEL(
        true,
        "java",
        "java.nio.channels.ServerSocketChannel.open().bind(new java.net.InetSocketAddress(8080));"),
    JAVA_ASYNCHRONOUS_CHANNEL(
        true,
        "java",
        "java.nio.channels.AsynchronousServerSocketChannel.open()"
            + ".bind(new java.net.InetSocketAddress(8080));"),
    JAVA_TOO_LATE_TO_TAKE_IT_OFF(
        true, "java", "new java.net.ServerSocket(8080).setReuseAddress(false);"),
    RUBY_TCP_SERVER(true, "ruby", "TCPServer.new(8080)"),
    RUBY_TCP_SERVER_SOCKETS(true, "ruby", "Socket.tcp_server_sockets('0.0.0.0', 8080)"),
    PHP_STREAM(true, "php", "stream_socket_server('tcp://0.0.0.0:8080') or exit(1);"),
    PHP_CREATE_LISTEN(false, "php", "socket_create_listen(8080) or exit(1);");

    private final boolean binds;
    private final String runtime;
    private final String source;

    Default(boolean binds, String runtime, String source) {
      this.binds = binds;
      this.runtime = runtime;
      this.source = source;
    }

    List<String> command(Path directory) throws IOException {
      return switch (runtime) {
        case "python" -> List.of(Programs.python(), "-c", source + "\nprint('bound')");
        case "ruby" ->
            List.of(Lab.requireProgram("ruby"), "-rsocket", "-e", source + "\nputs :bound");
        case "php" -> List.of(Lab.requireProgram("php"), "-r", source + " echo \"bound\\n\";");
        default -> {
          Path file = directory.resolve("Main.java");
          Files.writeString(
              file, "void main() throws Exception {" + source + " IO.println(\"bound\"); }");
          yield List.of(Programs.JAVA.toString(), file.toString());
        }
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheRuntimeDoesByItself(Default way) throws IOException {
    List<String> program = way.command(directory);
    leaveTimeWait(lab);

    Output output = output(lab, program);

    if (way.binds) {
      assertBound(output);
    } else {
      assertRefused(output);
    }
  }

  private List<String> nginx() throws IOException {
    String program = Lab.requireProgram("nginx");
    Files.copy(Snippet.file("nginx/nginx.conf"), directory.resolve("nginx.conf"));
    String configuration = directory.resolve("nginx.conf").toString();
    return List.of(program, "-p", directory.toString(), "-e", "stderr", "-c", configuration);
  }

  private static List<String> haproxy() {
    String configuration = Snippet.file("haproxy/haproxy.cfg").toString();
    return List.of(Lab.requireProgram("haproxy"), "-db", "-f", configuration);
  }

  private List<String> server(String name) throws IOException {
    return name.equals("nginx") ? nginx() : haproxy();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx", "haproxy"})
  void aServerThatSetsItItselfBindsBesideTimeWait(String name) throws IOException {
    List<String> command = server(name);
    leaveTimeWait(lab);

    Running server = lab.startForeign(command.toArray(String[]::new));

    lab.awaitState(8080, "LISTEN");
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void aSecondHaproxySharesThePortWithoutAnErrorAndBothAreNamed() throws IOException {
    Running first = lab.startForeign(haproxy().toArray(String[]::new));
    lab.awaitState(8080, "LISTEN");
    String bind = "bind :8080\n";
    String text = Files.readString(Snippet.file("haproxy/haproxy.cfg"));
    assertThat(text).containsOnlyOnce(bind);
    Path another = directory.resolve("another.cfg");
    Files.writeString(another, text.replace(bind, bind + "    bind :8081\n"));

    Running second =
        lab.startForeign(Lab.requireProgram("haproxy"), "-db", "-f", another.toString());

    lab.awaitState(8081, "LISTEN");
    lab.ask("8080").says(VerdictAssert.BLOCKED).because("listener").heldBy(first, second);
  }

  @Test
  void everyDirectoryIsTestedAndWhatIsPrintedOfItIsThere() throws IOException {
    try (Stream<Path> directories = Files.list(Snippet.file(""))) {
      for (Path language : directories.toList()) {
        String name = Snippet.file("").relativize(language).toString();
        assertThat(Snippet.directories()).contains(name);
        assertThat(Files.readString(language.resolve("about.md"))).startsWith("# ");
        try (Stream<Path> files = Files.list(language)) {
          for (Path file : files.filter(one -> !one.endsWith("about.md")).toList()) {
            assertThat(Snippet.printed(Files.readString(file))).as("%s", file).isNotEmpty();
          }
        }
      }
    }
  }
}
