package inuse.kernel.bpf;

import static inuse.kernel.abi.Constants.RLIMIT_MEMLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.jvm.ForeignSystemCalls;
import inuse.jvm.RootAlone;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What older kernels count programs as, on this machine. */
final class LockedMemoryTest {
  private final SystemCalls calls = new ForeignSystemCalls();

  private static String limit() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max locked memory"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void itIsUnlimitedForAWhileAndThenAsItWas() throws IOException {
    RootAlone.isNeeded(calls, LockedMemoryTest.class);
    byte[] former = new byte[16];
    assertThat(calls.resourceLimit(RLIMIT_MEMLOCK, new byte[0], former)).isZero();
    byte[] little = former.clone();
    Bytes.putLong(little, 0, 4096);
    assertThat(calls.resourceLimit(RLIMIT_MEMLOCK, little, new byte[16])).isZero();
    String before = limit();
    assertThat(before).contains(" 4096 ");

    try (LockedMemory _ = new LockedMemory(calls)) {
      // All that this process may have: not every root has CAP_SYS_RESOURCE.
      assertThat(limit()).doesNotContain(" 4096 ");
    }

    assertThat(limit()).isEqualTo(before);
    calls.resourceLimit(RLIMIT_MEMLOCK, former, new byte[16]);
  }

  @Test
  void whereItMayNotBeChangedItStays() {
    FakeKernel kernel = new FakeKernel().refuse("prlimit64", "8", Errno.EPERM);

    new LockedMemory(kernel).close();

    assertThat(kernel.openDescriptors()).isEmpty();
  }
}
