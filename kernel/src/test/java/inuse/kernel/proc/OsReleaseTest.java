package inuse.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.fake.FakeKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OsReleaseTest {
  @ParameterizedTest
  @CsvSource({
    "6.8.0-45-generic, false",
    "6.10.1, false",
    "7.0-rc1, false",
    "6.7.12, true",
    "5.15.0-1, true",
    "6-odd, true",
    "none, false"
  })
  void aReleaseIsComparedByItsFirstTwoNumbers(String text, boolean before) {
    assertThat(new OsRelease(text).isBefore(6, 8)).isEqualTo(before);
  }

  @Test
  void aReleaseThatMayNotBeReadIsNewAndNotOfWindows() {
    OsRelease release = OsRelease.read(new Proc(new FakeKernel(), ""));

    assertThat(release.isBefore(6, 8)).isFalse();
    assertThat(release.isOfWindows()).isFalse();
  }

  @Test
  void theWindowsSubsystemIsKnownByItsName() {
    assertThat(new OsRelease("5.15.153.1-microsoft-standard-WSL2").isOfWindows()).isTrue();
    assertThat(new OsRelease("6.8.0-45-generic").isOfWindows()).isFalse();
  }
}
