package inuse.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel says of a pidfd. */
final class PidfdInfoTest {
  /** Linux 6.18, of a process in a pid namespace below. */
  private static final String BELOW =
      "pos:\t0\nflags:\t02000002\nmnt_id:\t16\nino:\t4711\nPid:\t29155\nNSpid:\t29155\t3\n";

  @Test
  void itsNumberIsTheOneInTheNamespaceThatIsShown() {
    assertThat(PidfdInfo.parse(BELOW)).isEqualTo(new PidfdInfo(29_155, 2));
    assertThat(PidfdInfo.parse("Pid:\t7\nNSpid:\t7\n")).isEqualTo(new PidfdInfo(7, 1));
  }

  @Test
  void aProcessThatIsNotInThatNamespaceHasNone() {
    assertThat(PidfdInfo.parse("Pid:\t0\nNSpid:\t0\n").pid()).isZero();
  }

  @Test
  void aProcessThatWasReapedHasNoneAnyMore() {
    assertThat(PidfdInfo.parse("Pid:\t-1\nNSpid:\t-1\n").pid()).isEqualTo(-1);
  }

  @Test
  void aKernelWithoutPidNamespacesCountsNone() {
    assertThat(PidfdInfo.parse("pos:\t0\nPid:\t7\n")).isEqualTo(new PidfdInfo(7, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pos:\t0\n", "Pid:\tx\n", "Pid:\t99999999999\n", "PPid:\t7\n"})
  void whatIsOfNoPidfdIsQuoted(String text) {
    assertThatThrownBy(() -> PidfdInfo.parse(text)).isInstanceOf(Unparsable.class);
  }
}
