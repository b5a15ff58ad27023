package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole of it on the versions of Java that it is for. */
class JavaVersionsTest {
  /** What the script ends with where Java 21 cannot be had. */
  private static final int CANNOT = 77;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void everyMethodWorks(int version) throws Exception {
    Optional<Path> home = home(version);
    Fork.need(home.isPresent(), "not installed: Java " + version);

    assertThat(everything(home.get())).containsExactly(expected(version));
  }

  /** Debian 12 has none: that of Debian 13 runs in its own root directory. */
  @Test
  @Tag("long")
  void everyMethodWorksOnJava21() throws Exception {
    Fork.need(Fork.isRoot(), "not root: a root directory of its own is needed");
    Path place = Path.of(System.getProperty("test.java21"));
    Path log = directory.resolve("log");
    Process unpack =
        new ProcessBuilder(System.getProperty("test.sh") + "/java-21", place.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Fork.Ended unpacked = Fork.end(unpack, log);
    Fork.need(unpacked.status() != CANNOT, unpacked.output().strip());
    assertThat(unpacked.status()).as(unpacked.output()).isZero();

    Path root = place.resolve("root");
    String[] places = Fork.classPath().split(":", -1);
    String mounts =
        String.join(
            "; ",
            "set -e",
            "mount -t proc proc " + root + "/proc",
            "mount --rbind /dev " + root + "/dev",
            "mount --bind " + places[0] + " " + root + "/main",
            "mount --bind " + places[1] + " " + root + "/tests",
            "exec env -i HOME=/tmp PATH=/nonexistent " + chroot() + " " + root + " \"$@\"");
    Process process =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--net",
                "sh",
                "-c",
                mounts,
                "sh",
                "/usr/lib/jvm/java-21-openjdk-" + debianArchitecture() + "/bin/java",
                "-cp",
                "/main:/tests",
                "inuse.java.Forked",
                "all")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(Fork.end(process, log).output().lines().toList()).containsExactly(expected(21));
  }

  private static String chroot() {
    return Stream.of("/usr/sbin/chroot", "/usr/bin/chroot")
        .filter(file -> Files.isExecutable(Path.of(file)))
        .findFirst()
        .orElse("chroot");
  }

  private static String debianArchitecture() {
    String machine = System.getProperty("os.arch");
    return machine.equals("aarch64") ? "arm64" : machine;
  }

  /** No flag is needed, and none is asked for. */
  private List<String> everything(Path home) throws Exception {
    return new Fork().on(home).with("HOME", directory).run("all").output().lines().toList();
  }

  private static String[] expected(int version) {
    return new String[] {
      "java " + version,
      "busy true true",
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
