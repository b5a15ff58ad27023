package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever examines a socket has a duplicate of it for a moment, as another inuse does: it is no
 * holder, and nothing is done about it. The moment is stretched until the first look is over.
 */
final class GlimpseTest extends Scenarios {
  GlimpseTest() {
    super(Way.EXECUTABLE);
  }

  private void isNoHolder(Running holder, long pid, String... targets) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.GLIMPSE.toString(),
                Long.toString(pid),
                "3",
                Lab.requireProgram("strace"),
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "inject=ppoll:delay_enter=500000",
                Programs.EXECUTABLE.toString(),
                "free",
                "--yes",
                "--settle",
                "0s",
                "-v"));
    command.addAll(List.of(targets));
    Running glimpse = lab.startOwn(command.toArray(String[]::new));

    assertThat(glimpse.awaitLine("exit")).as("%s", glimpse.said("")).isEqualTo("0");
    assertThat(glimpse.isAlive()).isTrue();
    assertThat(glimpse.said("let")).containsExactly("go");
    assertThat(glimpse.said("  plan")).anyMatch(line -> line.contains("(pid " + pid + ")"));
    assertThat(glimpse.said("  plan")).noneMatch(line -> line.contains("glimpse"));
    assertThat(glimpse.said("  did")).noneMatch(line -> line.contains("glimpse"));
    assertThat(holder.awaitExit()).isNotZero();
  }

  @Test
  void ofAPort() {
    Running server = lab.listener(8080);

    isNoHolder(server, server.pid(), "8080");
  }

  @Test
  void ofAUdpPort() {
    Running server = lab.hold("socket s udp4", "bind s 0.0.0.0 8080");

    isNoHolder(server, server.pid(), "udp/8080");
  }

  @Test
  void ofASocketFile(@TempDir Path directory) {
    String file = directory.resolve("a.sock").toString();
    Running server = lab.holdUnix("socket s stream", "bind s " + file, "listen s 5");

    isNoHolder(server, server.pid(), file);
  }

  /** Who has it in both looks is a holder, whatever it is called. */
  @Test
  void whoDoesNotLetGoIsOne() {
    Running keeper =
        lab.hold("name inuse", "socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "pair");

    lab.free("8080")
        .outcome("freed")
        .did(
            "terminate " + keeper.pid() + " SIGTERM exited",
            "terminate " + keeper.awaitFork("sibling") + " SIGTERM exited");
  }
}
