package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole of it on the versions of Java that it is for. */
class JavaVersionsTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void everyMethodWorks(int version) throws Exception {
    Optional<Path> home = home(version);
    assumeTrue(home.isPresent(), "not installed: Java " + version);

    assertThat(everything(home.get())).containsExactly(expected(version));
  }

  /** No flag is needed, and none is asked for. */
  private List<String> everything(Path home) throws Exception {
    return new Fork().on(home).with("HOME", directory).run("all").output().lines().toList();
  }

  private static String[] expected(int version) {
    return new String[] {
      "java " + version,
      "busy true",
      "ask BLOCKED",
      "explain EXPLAINED",
      "await false",
      "free refused",
      "held FREE_WITH_REUSEADDR"
    };
  }

  private static Optional<Path> home(int version) throws IOException {
    try (Stream<Path> homes = Files.list(Path.of("/usr/lib/jvm"))) {
      return homes
          .filter(home -> Files.isExecutable(home.resolve("bin/java")))
          .filter(home -> isVersion(home, version))
          .findFirst();
    }
  }

  private static boolean isVersion(Path home, int version) {
    try {
      return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"" + version + ".");
    } catch (IOException e) {
      return false;
    }
  }
}
