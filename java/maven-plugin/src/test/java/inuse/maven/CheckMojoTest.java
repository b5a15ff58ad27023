package inuse.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where there is no executable; with it, see the zoo. */
final class CheckMojoTest {
  private final List<String> warnings = new ArrayList<>();
  private final SystemStreamLog log =
      new SystemStreamLog() {
        @Override
        public void warn(CharSequence content) {
          warnings.add(content.toString());
        }
      };

  @BeforeEach
  void thereIsNoExecutable() {
    System.setProperty("inuse.executable", "/nonexistent/inuse");
  }

  @AfterEach
  void asItWas() {
    System.clearProperty("inuse.executable");
  }

  @Test
  void aBindTellsThatAPortIsInUseAndWhyNoMoreIsKnown() throws IOException {
    try (ServerSocket server = new ServerSocket(0)) {
      String port = Integer.toString(server.getLocalPort());

      assertThat(CheckMojo.inUse(List.of(port), log))
          .singleElement()
          .asString()
          .startsWith(port + " is in use; what has it is not known: ")
          .contains("/nonexistent/inuse");
    }
  }

  @Test
  void aFreePortIsNoFailureAndTheLogSaysWhyInuseWasNotAsked() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0)) {
      port = server.getLocalPort();
    }

    assertThat(CheckMojo.inUse(List.of(Integer.toString(port), "udp/1"), log)).isEmpty();
    assertThat(warnings).hasSize(2).allMatch(line -> line.contains("/nonexistent/inuse"));
  }
}
