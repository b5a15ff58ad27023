package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be said on the command line. */
final class ServeOptionsTest {
  @TempDir private Path directory;

  private static ServeOptions parsed(String... words) {
    return ServeOptions.parse(List.of(words), Map.of("HOME", "/home/alice"));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void withoutWordsItListensOnLoopbackAlone() {
    ServeOptions options = parsed();
    assertThat(options.listen().getAddress().isLoopbackAddress()).isTrue();
    assertThat(options.listen().getPort()).isEqualTo(9180);
    assertThat(options.directory()).isEqualTo("/var/log/inuse");
    assertThat(options.data()).isEqualTo(Path.of("/home/alice/.local/state/inuse-serve"));
    assertThat(options.token()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:9180", "[::]:9180", "192.0.2.1:80", "[fe80::1]:1"})
  void beyondLoopbackItDoesNotStartWithoutAToken(String address) throws IOException {
    assertThatThrownBy(() -> parsed("--listen", address)).hasMessageContaining("--token-file");
    Path token = file("token", "0123456789abcdef\n");
    assertThat(parsed("--listen=" + address, "--token-file", token.toString()).token())
        .contains("0123456789abcdef");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "with a blank in it, and long", "umlauts-äöü-are-not-ascii"})
  void aWeakTokenIsRefused(String token) throws IOException {
    Path file = file("token", token);
    assertThatThrownBy(() -> parsed("--token-file", file.toString()))
        .hasMessageContaining("at least 16");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"9180", ":9180", "localhost:9180", "127.0.0.1", "127.0.0.1:70000", "1.2.3.4:x"})
  void anAddressIsInFigures(String address) {
    assertThatThrownBy(() -> parsed("--listen", address)).hasMessageContaining("ADDRESS:PORT");
  }

  @Test
  void wrongWordsAreTold() {
    assertThatThrownBy(() -> parsed("--lisen", "x")).hasMessageContaining("'--lisen'");
    assertThatThrownBy(() -> parsed("--data")).hasMessageContaining("needs a value");
    assertThatThrownBy(() -> parsed("--data", "a", "--data=b")).hasMessageContaining("twice");
    assertThatThrownBy(() -> parsed("--tls-key", "a")).hasMessageContaining("go together");
  }

  @Test
  void itsHelpHasEachOption() {
    assertThat(ServeOptions.HELP.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    for (String option :
        List.of("--listen", "--name", "--directory", "--data", "--rebuild", "--token-file")) {
      assertThat(ServeOptions.HELP).contains(option + " ");
    }
  }
}
