package inuse.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.CallResult;
import inuse.kernel.fake.FakeKernel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that tell of sockets which no /proc/PID/fd lists. */
final class HiddenPlacesTest {
  private static final String RING =
      """
      pos:\t0
      flags:\t02000002
      ino:\t1931609
      SqMask:\t0x3
      UserFiles:\t2
          0: socket:[1931610]
          1: /tmp/a: socket:[5]
      UserBufs:\t0
      PollList:
        op=13, task_works=0
        op=27, task_works=1
      CqOverflowList:
      """;

  @Test
  void anIoUringTellsItsFixedSocketsAndPendingOperations() {
    assertThat(FdInfo.parse(RING)).isEqualTo(new FdInfo(0, List.of(1_931_610L), List.of(13, 27)));
  }

  @Test
  void aUnixSocketTellsHowManyDescriptorsAreOnTheirWay() {
    assertThat(FdInfo.parse("pos:\t0\nino:\t7\nscm_fds: 3\n").inFlight()).isEqualTo(3);
    assertThat(FdInfo.parse("pos:\t0\nscm_fds: many\n").inFlight()).isZero();
    assertThat(FdInfo.parse("").inFlight()).isZero();
  }

  @Test
  void aMappedSocketIsToldFromAFileThatIsNamedLikeOne() {
    assertThat(
            ProcessMaps.parse(
                "7f9ac6525000-7f9ac6526000 r--s 00000000 00:09 31      socket:[31]\n"
                    + "7f9ac6625000-7f9ac6626000 r--s 00000000 fe:01 99      /tmp/a socket:[99]\n"
                    + "7f9ac6725000-7f9ac6726000 r--s 00000000 fe:01 98      socket:[97]\n"
                    + "7f9ac6825000-7f9ac6826000 r--s 00000000 00:09 32      socket:[32]"))
        .containsExactly(31L, 32L);
  }

  @Test
  void theFirstArgumentOfACallIsItsDescriptor() {
    assertThat(ProcessThreads.parseFirstArgument("43 0x1f 0x0 0x0 0x0 0x0 0x0 0x7ffd 0x7f1c\n"))
        .hasValue(31);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"running", "-1 0x7ffd 0x7f1c", "", "43 3 0x0", "43 0xffffffffffffffff 0x0"})
  void whatIsNoCallHasNoArgument(String text) {
    assertThat(ProcessThreads.parseFirstArgument(text)).isEmpty();
  }

  @Test
  void threadsAndWhatTheyHaveOpenAreListed() {
    FakeKernel kernel =
        new FakeKernel()
            .file("/proc/10/task/10/wchan", "0")
            .file("/proc/10/task/11/wchan", "inet_csk_accept")
            .file("/proc/10/task/x/wchan", "")
            .link("/proc/10/task/11/fd/3", "socket:[5]");
    Proc proc = new Proc(kernel, "");

    assertThat(ProcessThreads.ids(proc, 10)).isEqualTo(new CallResult.Ok<>(List.of(10, 11)));
    assertThat(ProcessThreads.sleepsIn(proc, 10, 11)).isEqualTo("inet_csk_accept");
    assertThat(ProcessThreads.sleepsIn(proc, 10, 12)).isEqualTo("0");
    List<ProcessFiles.OpenFile> open = new ArrayList<>();
    assertThat(ProcessFiles.open(proc, "/proc/10/task/11", open::addAll))
        .isEqualTo(new CallResult.Ok<>(true));
    assertThat(open).containsExactly(new ProcessFiles.OpenFile(3, "socket:[5]"));
    assertThat(kernel.openDescriptors()).isEmpty();
  }
}
