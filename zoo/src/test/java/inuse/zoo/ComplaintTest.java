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

/**
 * What programs print when their port is in use, as they word it: given to {@code inuse} whole, and
 * passed through {@code inuse -}.
 */
final class ComplaintTest extends Scenarios {
  @TempDir private Path directory;

  ComplaintTest() {
    super(Way.EXECUTABLE);
  }

  /** A program that cannot have 8080, and what it says then has the address in it. */
  enum Program {
    NODE,
    NODE_DATAGRAMS,
    ASYNCIO,
    PHP,
    RUBY,
    PERL,
    NGINX_SERVER,
    HAPROXY,
    SSHD,
    GO,
    JMX;

    List<String> command(Path directory) throws IOException {
      return switch (this) {
        case NODE ->
            List.of(Lab.requireProgram("node"), "-e", "require('net').createServer().listen(8080)");
        case NODE_DATAGRAMS ->
            List.of(
                Lab.requireProgram("node"),
                "-e",
                "require('dgram').createSocket('udp4').bind(8080)");
        case ASYNCIO ->
            List.of(
                Programs.python(),
                "-c",
                """
                import asyncio
                async def main():
                    await asyncio.start_server(print, '127.0.0.1', 8080)
                asyncio.run(main())
                """);
        case PHP -> List.of(Lab.requireProgram("php"), "-S", "127.0.0.1:8080");
        case RUBY ->
            List.of(
                Lab.requireProgram("ruby"), "-rsocket", "-e", "TCPServer.new('127.0.0.1', 8080)");
        case PERL ->
            List.of(
                Lab.requireProgram("perl"),
                "-MIO::Socket::INET",
                "-e",
                "IO::Socket::INET->new(LocalPort => 8080, Listen => 1) or die \"port 8080: $@\"");
        case NGINX_SERVER ->
            List.of(
                Lab.requireProgram("nginx"),
                "-c",
                written(
                    directory,
                    "nginx.conf",
                    "daemon off; pid "
                        + directory
                        + "/pid; error_log stderr; events {} http { access_log off; server {"
                        + " listen 8080; } }"));
        case HAPROXY ->
            List.of(
                Lab.requireProgram("haproxy"),
                "-f",
                written(
                    directory,
                    "haproxy.cfg",
                    """
                    defaults
                        mode http
                        timeout client 1s
                        timeout server 1s
                        timeout connect 1s
                    frontend web
                        bind 127.0.0.1:8080
                    """));
        case SSHD -> {
          Path key = directory.resolve("key");
          Output made =
              Output.of(
                  List.of(Lab.requireProgram("ssh-keygen"), "-q", "-N", "", "-f", key.toString()));
          assertThat(made.exitCode()).as("%s", made).isZero();
          yield privileged(
              Lab.requireProgram("sshd"), "-D", "-e", "-p", "8080", "-h", key.toString());
        }
        case GO ->
            List.of(
                Lab.requireProgram("go"),
                "run",
                written(
                    directory,
                    "main.go",
                    """
                    package main
                    import ("log"; "net/http")
                    func main() { log.Fatal(http.ListenAndServe(":8080", nil)) }
                    """));
        case JMX ->
            List.of(
                Programs.JAVA.toString(),
                "-Dcom.sun.management.jmxremote.port=8080",
                "-Dcom.sun.management.jmxremote.authenticate=false",
                "-Dcom.sun.management.jmxremote.ssl=false",
                "-version");
      };
    }

    /** With the directory that sshd wants as root, which only its service makes. */
    private static List<String> privileged(String... sshd) {
      List<String> command = new ArrayList<>();
      if (Lab.isRoot()) {
        command.addAll(
            List.of(
                "unshare",
                "--mount",
                "--propagation=private",
                "sh",
                "-c",
                "mount -t tmpfs none /run && mkdir /run/sshd && exec \"$@\"",
                "-"));
      }
      command.addAll(List.of(sshd));
      return command;
    }

    private static String written(Path directory, String name, String text) throws IOException {
      return Files.writeString(directory.resolve(name), text).toString();
    }
  }

  private Running holder(Program program) {
    return program == Program.NODE_DATAGRAMS
        ? lab.hold("socket s udp4", "bind s 0.0.0.0 8080")
        : lab.hold("socket s tcp6", "bind s :: 8080", "listen s");
  }

  private Output complaining(Program program) throws IOException {
    Output output = lab.output(program.command(directory).toArray(String[]::new));
    assertThat(output.exitCode()).as("%s", output).isNotZero();
    return output;
  }

  @ParameterizedTest
  @EnumSource
  void aPastedMessageIsAsked(Program program) throws IOException {
    Running holder = holder(program);
    String printed = complaining(program).standardError();

    Output asked = lab.runThrough(printed);

    assertThat(asked.standardOutput())
        .as("%s", printed)
        .contains("8080 is in use: hold (pid " + holder.pid())
        .doesNotContain("unknown");
    assertThat(asked.exitCode()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"NODE", "NGINX_SERVER", "ASYNCIO"})
  void whatPassesThroughIsUnchangedAndTheAnswerStandsBehindIt(Program program) throws IOException {
    Running holder = holder(program);

    Output passed = through(program.command(directory));

    assertThat(passed.standardOutput())
        .containsPattern("(?s)(EADDRINUSE|ddress already in use).*8080 is in use: hold")
        .contains("is in use: hold (pid " + holder.pid());
    assertThat(passed.exitCode()).isZero();
  }

  @Test
  void bytesArePassedAsTheyCome() {
    String bytes = "a\\000b\\377\\033[31m\\r\\nlast";

    Output passed = lab.output("sh", "-c", "printf '" + bytes + "' | \"$0\" - | od -c", line());

    assertThat(passed.standardOutput())
        .isEqualTo(lab.output("sh", "-c", "printf '" + bytes + "' | od -c").standardOutput());
  }

  /** While the program goes on, the answer does not wait for its end. */
  @Test
  void theAnswerDoesNotWaitForTheEnd() {
    Running holder = lab.listener(8080);
    Running passing =
        lab.startForeign(
            "sh",
            "-c",
            "{ echo 'listen tcp :8080: bind: address already in use'; exec cat; } | \"$0\" -",
            line());

    assertThat(passing.awaitLine("8080 is in use:")).contains("hold (pid " + holder.pid());
  }

  private static String line() {
    return Way.EXECUTABLE.command().getFirst();
  }

  private Output through(List<String> command) {
    List<String> whole =
        new ArrayList<>(List.of("sh", "-c", "i=$1; shift; \"$@\" 2>&1 | \"$i\" -", "-", line()));
    whole.addAll(command);
    return lab.output(whole.toArray(String[]::new));
  }
}
