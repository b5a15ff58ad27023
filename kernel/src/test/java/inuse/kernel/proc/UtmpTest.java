package inuse.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Bytes;
import inuse.kernel.abi.Architecture;
import inuse.kernel.fake.FakeKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is logged in where, as login(1) and sshd(8) write it down. */
final class UtmpTest {
  private static String record(int size, int type, int pid, String line, String host) {
    byte[] bytes = new byte[size];
    Bytes.putShort(bytes, 0, type);
    Bytes.putInt(bytes, 4, pid);
    System.arraycopy(Bytes.of(line), 0, bytes, 8, line.length());
    System.arraycopy(Bytes.of(host), 0, bytes, 76, host.length());
    return Bytes.text(bytes, 0, size);
  }

  @ParameterizedTest
  @EnumSource
  void loginsAreTheRecordsOfUserProcesses(Architecture architecture) {
    int size = Utmp.recordBytes(architecture);
    String longest = "h".repeat(256);
    FakeKernel kernel =
        new FakeKernel()
            .file(
                "/run/utmp",
                record(size, 2, 0, "~", "6.18.44")
                    + record(size, 7, 812, "pts/3", "10.0.0.9")
                    + record(size, 8, 813, "pts/4", "10.0.0.9")
                    + record(size, 7, -1, "pts/5", "")
                    + record(size, 7, 814, "l".repeat(32), longest)
                    + "torn");

    assertThat(Utmp.read(new Proc(kernel, ""), architecture))
        .containsExactly(
            new Utmp.Login(812, "pts/3", "10.0.0.9"), new Utmp.Login(814, "l".repeat(32), longest));
  }

  @Test
  void withoutTheFileNobodyIsKnown() {
    FakeKernel kernel = new FakeKernel().file("/run/utmp", "");

    assertThat(Utmp.read(new Proc(kernel, ""), Architecture.X86_64)).isEmpty();
    assertThat(Utmp.read(new Proc(new FakeKernel(), ""), Architecture.X86_64)).isEmpty();
  }
}
