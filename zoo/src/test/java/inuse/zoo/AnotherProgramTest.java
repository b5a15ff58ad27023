package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inuse serve} and {@code inuse fleet}: inuse-serve, which the executable becomes. */
final class AnotherProgramTest {
  @TempDir private Path directory;

  private Output inuse(String... words) {
    return Output.of(
        List.of(
            "sh",
            "-c",
            "program=$1; PATH=$2; export PATH; shift 2; exec \"$program\" \"$@\"",
            "sh",
            Programs.EXECUTABLE.toString(),
            directory + ":/usr/bin:/bin",
            words[0],
            words[1]));
  }

  @Test
  void itIsGivenAllWordsAsTheyAreAndItsStatusIsOurs() throws IOException {
    Path program = directory.resolve("inuse-serve");
    Files.writeString(program, "#!/bin/sh\nprintf '<%s>' \"$@\"\nexit 7\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

    Output fleet = inuse("fleet", "--since=1h 2");
    assertThat(fleet.standardOutput()).as("%s", fleet).isEqualTo("<fleet><--since=1h 2>");
    assertThat(fleet.exitCode()).isEqualTo(7);
    assertThat(inuse("serve", "--version").standardOutput()).isEqualTo("<--version>");
  }

  @Test
  void whereItIsNotInstalledThatIsSaid() {
    Output output = inuse("serve", "--listen");

    assertThat(output.exitCode()).as("%s", output).isEqualTo(127);
    assertThat(output.standardError()).contains("inuse-serve is not installed", "java -jar");
    assertThat(output.standardOutput()).isEmpty();
  }
}
