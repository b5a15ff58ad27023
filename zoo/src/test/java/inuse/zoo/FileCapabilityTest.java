package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executable to which setcap(8) has given the right to ask the kernel itself. */
final class FileCapabilityTest extends Scenarios {
  @TempDir private Path directory;

  FileCapabilityTest() {
    super(Way.EXECUTABLE);
  }

  private Path executable() {
    return directory.resolve("inuse");
  }

  @BeforeEach
  void aCopyHasThem() throws IOException {
    Lab.requireRoot("a file's capabilities are root's to give");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.copy(Programs.EXECUTABLE, executable());
    Output given =
        Output.of(
            List.of(
                Lab.requireProgram("setcap"), "cap_bpf,cap_perfmon+ep", executable().toString()));
    assertThat(given.exitCode()).as("%s", given).isZero();
  }

  /** What nobody, in the lab, is told by it. */
  private Output told(List<String> environment, String... words) {
    return lab.question()
        .by(Lab.NOBODY)
        .outputOf(
            Stream.of(
                    Stream.of("env"),
                    environment.stream(),
                    Stream.of(executable().toString()),
                    Stream.of(words))
                .flatMap(one -> one)
                .toList());
  }

  @Test
  void anOrdinaryUserIsToldOfRootsHolderAndTheEnvironmentDecidesNothing() {
    Running server = lab.listener(8080);

    String answer =
        told(List.of("INUSE_SEARCH_BY=proc", "PATH=/evil:/usr/bin:/bin"), "--json", "8080")
            .standardOutput();

    assertThat(answer)
        .contains("\"by\": \"bpf-task\"")
        .contains("\"id\": \"listener\"")
        .contains("\"pid\": " + server.pid());
    lab.question("8080").by(Lab.NOBODY).ask().says(BLOCKED).because("hidden-holder").heldByNobody();
  }

  @Test
  void whatItStartsHasNoneOfThem() {
    Output output =
        told(List.of(), "run", "--", "grep", "-E", "Cap(Inh|Prm|Eff|Amb)", "/proc/self/status");

    assertThat(output.standardOutput().lines())
        .as("%s", output)
        .hasSize(4)
        .allMatch(line -> line.endsWith("\t0000000000000000"));
  }
}
