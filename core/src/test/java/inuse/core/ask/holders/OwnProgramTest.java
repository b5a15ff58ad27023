package inuse.core.ask.holders;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeKernel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether a process runs the program that asks. */
final class OwnProgramTest {
  private static final FileStatus OURS = new FileStatus(0x81ed, 0, 77, 8, 1);
  private static final FileStatus ANOTHER = new FileStatus(0x81ed, 0, 78, 8, 1);

  private final FakeKernel kernel = new FakeKernel();

  private boolean isRun(String own, String theirs, FileStatus file, String... arguments) {
    kernel.link("/proc/self/exe", own).status("/proc/self/exe", OURS).status("/proc/812/exe", file);
    List<Untrusted> words = Arrays.stream(arguments).map(Untrusted::new).toList();
    return new OwnProgram(Host.of(kernel))
        .isRun("/proc/812/exe", Reading.known(new Untrusted(theirs)), Reading.known(words));
  }

  @Test
  void theSameFileIs() {
    assertThat(isRun("/usr/bin/inuse", "/usr/bin/inuse", OURS, "inuse", "hold")).isTrue();
  }

  @Test
  void anotherFileOfThatPathIsNot() {
    assertThat(isRun("/usr/bin/inuse", "/usr/bin/inuse", ANOTHER, "inuse", "hold")).isFalse();
  }

  @Test
  void anotherPathIsNot() {
    assertThat(isRun("/usr/bin/inuse", "/opt/eve/inuse", ANOTHER, "inuse", "hold")).isFalse();
  }

  @Test
  void whatMayNotBeSeenIsNot() {
    kernel.link("/proc/self/exe", "/usr/bin/inuse").status("/proc/self/exe", OURS);

    assertThat(
            new OwnProgram(Host.of(kernel))
                .isRun(
                    "/proc/812/exe",
                    Reading.unknown(Reading.Why.DENIED),
                    Reading.unknown(Reading.Why.DENIED)))
        .isFalse();
  }

  @Test
  void ofAVirtualMachineTheProgramCounts() {
    kernel.file("/proc/self/cmdline", "java\0-jar\0/opt/inuse-1.jar\0" + "8080\0");

    assertThat(isRun("/jdk/bin/java", "/jdk/bin/java", OURS, "java", "-jar", "/opt/inuse-1.jar"))
        .isTrue();
    assertThat(isRun("/jdk/bin/java", "/jdk/bin/java", OURS, "java", "-jar", "/opt/app.jar"))
        .isFalse();
  }

  @Test
  void ofAVirtualMachineWithoutAJarTheClassCounts() {
    kernel.file("/proc/self/cmdline", "java\0-cp\0/classes\0inuse.jvm.Main\0" + "8080\0");

    assertThat(isRun("/jdk/bin/java", "/jdk/bin/java", OURS, "java", "-cp", "/x", "inuse.jvm.Main"))
        .isTrue();
    assertThat(isRun("/jdk/bin/java", "/jdk/bin/java", OURS, "java", "Main")).isFalse();
  }
}
