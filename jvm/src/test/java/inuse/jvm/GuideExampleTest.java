package inuse.jvm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java example of the guide is a program that compiles and runs. */
final class GuideExampleTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "java", "PortInUse.java");

  @Test
  void theGuideShowsThisVeryProgram() throws IOException {
    List<String> shown =
        Files.readAllLines(Path.of("..", "docs", "guide", "java.md")).stream()
            .dropWhile(line -> !line.startsWith("    "))
            .takeWhile(line -> line.isEmpty() || line.startsWith("    "))
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();

    assertThat(shown).hasSizeGreaterThan(5);
    assertThat(Files.readAllLines(EXAMPLE).stream().map(String::strip).toList())
        .containsSubsequence(shown);
  }

  @Test
  void itSaysWhoHasAPortSparesItsOwnProcessAndNamesAnotherPort(@TempDir Path classes)
      throws IOException, InterruptedException {
    ByteArrayOutputStream problems = new ByteArrayOutputStream();
    String classPath = System.getProperty("java.class.path");
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, problems, problems, "-cp", classPath, "-d", classes + "", EXAMPLE + "");
    assertThat(compiled).as(problems.toString(UTF_8)).isZero();

    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process example =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  classes + ":" + classPath,
                  "PortInUse",
                  server.getLocalPort() + "")
              .redirectErrorStream(true)
              .start();
      String printed = new String(example.getInputStream().readAllBytes(), UTF_8);

      assertThat(example.waitFor()).as(printed).isZero();
      // The test is its parent, which is never ended.
      assertThat(printed)
          .startsWith(server.getLocalPort() + " is in use: ")
          .contains("(pid " + ProcessHandle.current().pid())
          .contains("\nrefused\n")
          .containsPattern("\nfree: \\d+\n");
    }
  }
}
