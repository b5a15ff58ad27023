package inuse.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a pid of /proc is the same process to a system call. We are pid 4242. */
final class ProcessNumbersTest {
  private static final int SELF = 4242;

  private final FakeKernel kernel = new FakeKernel().directory("/proc/900", 1);
  private final ProcessNumbers numbers = new ProcessNumbers(Host.of(kernel));

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void aProcThatShowsUsByOurOnlyNumberIsOurs() {
    assertThat(numbers.areOurs()).isEqualTo(Reading.known(true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"29155 4242", "4242 7", "4242 4242", "4243", "0"})
  void aProcThatShowsUsByAnotherNumberOrByMoreThanOneIsOfAnotherNamespace(String inProc) {
    kernel.numberedInProc(SELF, inProc);

    assertThat(numbers.areOurs()).isEqualTo(Reading.known(false));
  }

  @Test
  void aProcThatDoesNotShowUsIsNotOurs() {
    kernel.withoutSelfInProc();

    assertThat(numbers.areOurs()).isEqualTo(Reading.known(false));
  }

  @Test
  void withoutPidfdsItIsNotKnown() {
    kernel.refuse("pidfd_open", "", Errno.ENOSYS);

    assertThat(numbers.areOurs()).isEqualTo(Reading.unknown(Reading.Why.UNSUPPORTED));
  }

  private boolean isOf(int pid) {
    int pidfd = kernel.pidfdOpen(900, 0);
    boolean is = numbers.isOf(pidfd, new Pid(pid));
    kernel.close(pidfd);
    return is;
  }

  @Test
  void aPidfdIsOfTheProcessThatProcShowsByItsNumberThere() {
    assertThat(isOf(900)).isTrue();
    assertThat(isOf(901)).isFalse();

    kernel.numberedInProc(900, "901 900");
    assertThat(isOf(900)).isFalse();
    assertThat(isOf(901)).isTrue();
  }

  @Test
  void aProcessOfANamespaceBelowIsKnownByItsNumberHere() {
    kernel.numberedInProc(900, "900 1");

    assertThat(isOf(900)).isTrue();
  }

  @Test
  void aPidfdThatProcDoesNotTellOfIsOfNobody() {
    kernel.withoutSelfInProc();
    assertThat(isOf(900)).isFalse();

    kernel.file("/proc/self/fdinfo/4", "nonsense");
    assertThat(isOf(900)).isFalse();
  }
}
