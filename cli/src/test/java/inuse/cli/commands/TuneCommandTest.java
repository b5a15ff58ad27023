package inuse.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.Command;
import inuse.cli.FakeHost;
import inuse.core.io.Host;
import inuse.core.tune.Setting;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inuse tune} and whoever sits before it: asked, and taken at the word. */
final class TuneCommandTest {
  private static final String FILE = "/etc/sysctl.d/60-inuse.conf";
  private static final String RECORD = "/var/lib/inuse/tune";
  private static final String TIMEOUT = Setting.TCP_FIN_TIMEOUT.path();

  private final FakeKernel kernel = new FakeHost().kernel;

  TuneCommandTest() {
    for (Setting setting : Setting.values()) {
      kernel.file(setting.path(), setting.defaultValue().orElse("131072") + "\n");
    }
    kernel
        .file(Setting.IP_LOCAL_PORT_RANGE.path(), "32768\t60999\n")
        .inNetworkNamespace(4026531840L)
        .link("/proc/1/ns/net", "net:[4026531840]")
        .directory("/etc/sysctl.d", 5)
        .user(0);
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private int run(String... words) {
    return new Command(Host.of(kernel)).run(List.of(words));
  }

  private void assertUntouched() {
    assertThat(kernel.content(TIMEOUT)).contains("60\n");
    assertThat(kernel.content(FILE)).isEmpty();
    assertThat(kernel.content(RECORD)).isEmpty();
  }

  @Test
  void itIsShownFirstAndDoneByYes() {
    kernel.terminal(80).stdin("y\n");

    assertThat(run("tune", "--set", "tcp_fin_timeout=30")).isZero();

    assertThat(kernel.stdout())
        .contains("does not shorten TIME_WAIT")
        .contains("net.ipv4.tcp_fin_timeout: 60 becomes 30")
        .contains("done, and read back");
    assertThat(kernel.stderr()).contains("go on? [y/N]");
    assertThat(kernel.content(TIMEOUT)).contains("30\n");
    assertThat(kernel.content(FILE).orElseThrow()).endsWith("net.ipv4.tcp_fin_timeout = 30\n");
    assertThat(run("tune", "--undo", "--yes")).isZero();
    assertUntouched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"n\n", "\n", ""})
  void whateverIsNotYesIsNo(String answer) {
    kernel.terminal(80).stdin(answer);

    assertThat(run("tune", "--set", "tcp_fin_timeout=30")).isEqualTo(1);

    assertThat(kernel.stdout()).contains("you said no");
    assertUntouched();
  }

  @Test
  void withoutATerminalNothingIsDoneAndTheLineIsSaid() {
    assertThat(run("tune", "--set", "tcp_fin_timeout=30")).isEqualTo(4);

    assertThat(kernel.stdout()).contains("inuse tune --yes --set tcp_fin_timeout=30");
    assertUntouched();
  }

  @Test
  void whatChangedWhileSomebodyThoughtIsNotOverwritten() {
    kernel
        .terminal(80)
        .stdin("y\n")
        // The lock is taken after the answer, and before the second look.
        .beforeOpen("/var/lib/inuse/tune.lock", () -> kernel.file(TIMEOUT, "45\n"));

    assertThat(run("tune", "--set", "tcp_fin_timeout=30")).isEqualTo(1);

    assertThat(kernel.stdout()).contains("something has changed since you were asked");
    assertThat(kernel.content(TIMEOUT)).contains("45\n");
    assertThat(kernel.content(FILE)).isEmpty();
  }

  @Test
  void whoeverMayNotIsNotEvenAsked() {
    kernel.terminal(80).stdin("y\n").user(1000).refuse("faccessat2", TIMEOUT, Errno.EACCES);

    assertThat(run("tune", "--set", "tcp_fin_timeout=30")).isEqualTo(3);

    assertThat(kernel.stdout()).contains("sudo inuse tune --set tcp_fin_timeout=30");
    assertThat(kernel.stderr()).isEmpty();
    assertUntouched();
  }

  @Test
  void whereNothingWasChangedThereIsNothingToUndo() {
    assertThat(run("tune", "--undo", "--json")).isZero();

    assertThat(kernel.stdout())
        .contains("\"inuse tune has changed nothing here that is not taken back\"");
  }

  @Test
  void whoeverElseIsAtItIsWaitedForAndNamed() {
    kernel.refuse("flock", "/var/lib/inuse/tune.lock", Errno.EAGAIN);

    assertThat(run("tune", "--set", "tcp_fin_timeout=30", "--yes", "--json")).isEqualTo(1);

    assertThat(kernel.stdout()).contains("\"another inuse tune is at it, and does not end\"");
    assertUntouched();
  }

  @Test
  void whereTheKernelHasNoSuchSettingTheOnesThatItHasAreOneCommandAway() {
    kernel.remove(Setting.TCP_TW_REUSE_DELAY.path());

    assertThat(run("tune", "--set", "tcp_tw_reuse_delay=5")).isEqualTo(2);

    assertThat(kernel.stderr())
        .isEqualTo(
            "inuse: this kernel has no net.ipv4.tcp_tw_reuse_delay; inuse tune shows what there"
                + " is\n");
  }

  @Test
  void whereItCannotBeToldWhoseNamespaceItIsEtcIsLeftAlone() {
    kernel.refuse("readlink", "/proc/1/ns/net", Errno.EACCES);

    assertThat(run("tune", "--set", "tcp_fin_timeout=30", "--yes")).isZero();

    assertThat(kernel.stdout()).contains("(/proc/1/ns/net: denied)");
    assertThat(kernel.content(TIMEOUT)).contains("30\n");
    assertThat(kernel.content(FILE)).isEmpty();
  }
}
