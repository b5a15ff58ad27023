package inuse.core.io;

import static inuse.kernel.abi.Constants.CAP_BPF;
import static inuse.kernel.abi.Constants.CAP_NET_RAW;
import static inuse.kernel.abi.Constants.CAP_PERFMON;
import static inuse.kernel.abi.Constants.CAP_SYS_ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.fake.FakeKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an executable has by setcap(8), and whoever starts it has not. */
final class FileCapabilitiesTest {
  private static final long BOTH = 1L << CAP_BPF | 1L << CAP_PERFMON;

  private final FakeKernel kernel = new FakeKernel();

  private Environment environment() {
    kernel.file(
        "/proc/self/environ",
        "PATH=/evil\0PAGER=evil\0DOCKER_HOST=unix:///evil\0INUSE_SEARCH_BY=proc\0LANG=C.UTF-8\0");
    return Environment.own(Host.of(kernel));
  }

  /** What is effective while the kernel is given a program. */
  private long meanwhile() {
    return FileCapabilities.forPrograms(kernel, kernel::capabilities);
  }

  @Test
  void theyAreEffectiveOnlyWhileTheKernelIsGivenAProgram() {
    kernel.fileCapabilities(BOTH);

    FileCapabilities.rest(kernel);
    assertThat(kernel.capabilities()).isZero();
    assertThat(FileCapabilities.allowPrograms(kernel)).isTrue();
    assertThat(meanwhile()).isEqualTo(BOTH);
    assertThat(kernel.capabilities()).isZero();
  }

  @Test
  void whatIsGivenUpIsGone() {
    kernel.fileCapabilities(BOTH);

    FileCapabilities.giveUp(Host.of(kernel));

    assertThat(kernel.capabilities()).isZero();
    assertThat(FileCapabilities.allowPrograms(kernel)).isFalse();
    assertThat(meanwhile()).isZero();
  }

  @Test
  void rootsOwnAreNotTouched() {
    kernel.user(0).capabilities(BOTH | 1L << CAP_NET_RAW);

    FileCapabilities.rest(kernel);
    FileCapabilities.giveUp(Host.of(kernel));

    assertThat(kernel.capabilities()).isEqualTo(BOTH | 1L << CAP_NET_RAW);
    assertThat(environment().value("PATH")).hasValue("/evil");
  }

  @Test
  void oneOfTheTwoIsNotEnoughAndTheOneThatIncludesThemIs() {
    assertThat(FileCapabilities.allowPrograms(kernel)).isFalse();
    assertThat(FileCapabilities.allowPrograms(kernel.capabilities(1L << CAP_BPF))).isFalse();
    assertThat(FileCapabilities.allowPrograms(kernel.capabilities(1L << CAP_PERFMON))).isFalse();
    assertThat(FileCapabilities.allowPrograms(kernel.capabilities(BOTH))).isTrue();
    assertThat(FileCapabilities.allowPrograms(kernel.capabilities(1L << CAP_SYS_ADMIN))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATH", "PAGER", "DOCKER_HOST", "INUSE_SEARCH_BY"})
  void whoeverStartsItLeadsItNowhereByTheEnvironment(String name) {
    kernel.fileCapabilities(BOTH);

    Environment environment = environment();

    assertThat(environment.value(name)).isEmpty();
    assertThat(environment.value("LANG")).hasValue("C.UTF-8");
    assertThat(environment.variables()).contains("PATH=/evil");
  }

  @Test
  void withoutThemTheEnvironmentIsTheUsersOwn() {
    kernel.fileCapabilities(BOTH);
    FileCapabilities.giveUp(Host.of(kernel));

    assertThat(environment().value("PATH")).hasValue("/evil");
  }
}
