package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two ways to look at what is bound. */
final class LookTest {
  @TempDir private Path directory;

  private Path script(String body) throws IOException {
    Path script = Files.writeString(directory.resolve("inuse"), "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  private CurrentPorts.Ports asked(String body, Optional<Path> expected)
      throws IOException, InterruptedException {
    return new CurrentPorts(new ExecutableLook(script(body), expected)).now();
  }

  private Path expectation(int port) throws IOException {
    return Files.writeString(
        directory.resolve("expected"), "# inuse.expected/1\ntcp\t" + port + "\tlocal\t?\n");
  }

  @Test
  void whatShouldBeServedAndIsNotIsMissing() throws IOException, InterruptedException {
    CurrentPorts.Look look;
    try (ServerSocket held = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      look = new OwnLook("test", Optional.of(expectation(held.getLocalPort())));
      assertThat(new CurrentPorts(look).now().missing()).hasValue(0);
    }
    assertThat(new CurrentPorts(look).now().missing()).hasValue(1);
  }

  @Test
  void anotherFileIsToldByItsName() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "something else");
    assertThatThrownBy(() -> new OwnLook("test", Optional.of(other)).document())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("other was not written by inuse list --save");
  }

  @Test
  void anExecutableIsAskedForItsList() throws IOException, InterruptedException {
    String body =
        """
        echo "$@" >%s
        cat <<'END'
        {"schema": "inuse.list/1", "rows": [{"protocol": "tcp", "reach": "lan", "left_over": null,
          "ports": [80], "addresses": ["10.0.0.1:80"], "program": "<b>", "script": null, "pid": 7,
          "user": "root", "kept_by": {"name": "x.service"}, "holders": [{"args": ["--secret"]}],
          "sockets": [{"state": "LISTEN", "local": "10.0.0.1:80"}]}]}
        END
        exit 1
        """
            .formatted(directory.resolve("words"));
    CurrentPorts.Ports ports = asked(body, Optional.of(Path.of("/expected")));

    assertThat(Files.readString(directory.resolve("words")))
        .isEqualTo("list --json --deadline 10s --expect /expected\n");
    assertThat(ports.document()).doesNotContain("secret");
    List<JsonValue> rows =
        JsonReader.parse(ports.document()).map(list -> list.at("rows").items()).orElseThrow();
    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst().at("program").text()).contains("<b>");
    assertThat(rows.getFirst().at("kept_by").text()).contains("x.service");
    assertThat(rows.getFirst().at("pid").digits()).contains("7");
  }

  @Test
  void whatIsNotAListIsRefused() throws IOException {
    for (String body :
        List.of("exit 3", "echo {}", "echo '{\"schema\": \"inuse.list/2\"}'", "echo '[[[['")) {
      assertThatThrownBy(() -> asked(body, Optional.empty()))
          .as(body)
          .hasMessageContaining("inuse.list/1");
    }
    assertThatThrownBy(() -> asked("exec cat /dev/zero", Optional.empty()))
        .hasMessageContaining("more than");
  }
}
