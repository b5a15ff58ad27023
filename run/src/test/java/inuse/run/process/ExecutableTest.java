package inuse.run.process;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeKernel;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ExecutableTest {
  private static final int FILE = 0x81ed;
  private static final int DIRECTORY = 0x41ed;

  private final FakeKernel kernel = new FakeKernel();

  private void file(String path, int mode) {
    kernel.status(path, new FileStatus(mode, 0, 1, 8, 0));
  }

  private Executable find(String name, String path) {
    return Executable.find(Host.of(kernel), name, Optional.of(path));
  }

  @Test
  void theFirstOneOnThePathIsFound() {
    file("/usr/bin/server", FILE);
    file("/opt/server", FILE);
    assertThat(find("server", "/bin:/usr/bin:/opt"))
        .isEqualTo(new Executable.Found("/usr/bin/server"));
  }

  @Test
  void whereThereIsNoPathTheUsualPlacesAreLookedInto() {
    file("/usr/bin/server", FILE);
    assertThat(Executable.find(Host.of(kernel), "server", Optional.empty()))
        .isEqualTo(new Executable.Found("/usr/bin/server"));
  }

  @Test
  void aNameWithASlashIsAPath() {
    file("./server", FILE);
    file("/bin/./server", FILE);
    assertThat(find("./server", "/bin")).isEqualTo(new Executable.Found("./server"));
  }

  @Test
  void anEmptyDirectoryIsTheWorkingDirectory() {
    file("server", FILE);
    assertThat(find("server", "/bin:")).isEqualTo(new Executable.Found("server"));
  }

  @Test
  void oneThatMayNotBeRunIsPassedOverForOneThatMay() {
    file("/a/server", FILE);
    file("/b/server", FILE);
    kernel.refuse("faccessat2", "/a/server", Errno.EACCES);
    assertThat(find("server", "/a:/b")).isEqualTo(new Executable.Found("/b/server"));
  }

  @Test
  void orIsTheReasonWhereThereIsNoOther() {
    file("/a/server", FILE);
    kernel.refuse("faccessat2", "/a/server", Errno.EACCES);
    assertThat(find("server", "/a:/b")).isEqualTo(new Executable.Refused("/a/server", "EACCES"));
  }

  @Test
  void aDirectoryIsNoProgram() {
    file("/a/server", DIRECTORY);
    assertThat(find("server", "/a")).isEqualTo(new Executable.Refused("/a/server", "EACCES"));
  }

  @Test
  void nothingIsMissing() {
    assertThat(find("server", "/a:/b")).isEqualTo(new Executable.Missing());
    assertThat(find("", "/a")).isEqualTo(new Executable.Missing());
  }
}
