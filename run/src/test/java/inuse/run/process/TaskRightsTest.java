package inuse.run.process;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Errno;
import inuse.run.RunHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TaskRightsTest {
  private static final int TASK = 9000;
  private static final long ALL = 0x1ff_ffff_ffffL;

  private final RunHost host = new RunHost().root(ALL).process(TASK, RunHost.SELF);

  private TaskRights read() {
    return TaskRights.of(host.machine, TASK).orElseThrow();
  }

  private static TaskRights rights(String text) {
    return TaskRights.read(text).orElseThrow();
  }

  @Test
  void theyAreTheEffectiveOnes() {
    host.kernel.file(
        "/proc/9000/status",
        "Name:\tUid:\nTgid:\t9000\nUid:\t0\t33\t0\t0\nGid:\t0\t34\t0\t0\nGroups:\t4 27 \n"
            + "CapPrm:\t000001ffffffffff\nCapEff:\t0000000000000400\n");
    assertThat(read().text()).isEqualTo("33 34 400 4,27");
    assertThat(read().apart()).isFalse();
  }

  @Test
  void capabilitiesOfAnotherUserNamespaceAreNone() {
    host.actsAs(TASK, 1000, ALL).apart(TASK, "user");
    assertThat(read().text()).isEqualTo("1000 1000 0 1000");
    assertThat(read().apart()).isTrue();
  }

  @Test
  void inAnotherPidNamespaceItCouldEndNobodyHere() {
    host.actsAs(TASK, 0, ALL).apart(TASK, "pid");
    assertThat(read().capabilities()).isEqualTo(ALL);
    assertThat(read().apart()).isTrue();
  }

  @Test
  void aNamespaceThatMayNotBeLookedAtIsAnother() {
    host.kernel.remove("/proc/9000/ns/user");
    assertThat(read().apart()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 0 f 4|true",
        "0 0 ff 4|true",
        "0 0 7 4|false",
        "1000 0 f 4|false",
        "0 1 f 4|false",
        "0 0 f 4,5|false",
        "'0 0 f '|false"
      })
  void nothingIsToBeGivenUpWhereOursAreNoMore(String theirs, boolean covered) {
    assertThat(rights(theirs).cover(rights("0 0 f 4"))).isEqualTo(covered);
  }

  @Test
  void whatIsWrittenIsRead() {
    assertThat(rights("33 34 400 4,27").text()).isEqualTo("33 34 400 4,27");
    assertThat(rights("33 34 0 ").text()).isEqualTo("33 34 0 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0 0 f",
        "-1 0 0 ",
        "0 0 0 x",
        "0 0 0 1,",
        "0 0 x ",
        "0 0 0 1 2",
        "a b c d"
      })
  void anythingElseIsNoText(String text) {
    assertThat(TaskRights.read(text)).isEmpty();
  }

  @Test
  void whateverIsMoreIsGivenUpInTheOrderThatWorks() {
    assertThat(rights("33 34 421 4,27").assume(host.machine)).isZero();
    assertThat(host.kernel.rights())
        .containsExactly(
            "groups [4, 27]", "group 34", "user 33", "capabilities 421/421", "no new privileges");
  }

  @Test
  void rootWithFewerCapabilitiesStaysRootWithThose() {
    host.actsAs(RunHost.SELF, 0, ALL);
    assertThat(rights("0 0 400 0").assume(host.machine)).isZero();
    assertThat(host.kernel.rights()).containsExactly("capabilities 400/400", "no new privileges");
  }

  @Test
  void whereOursAreTheSameNothingIsDone() {
    assertThat(rights("0 0 1ffffffffff 0").assume(host.machine)).isZero();
    assertThat(host.kernel.rights()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "setgroups, ''",
    "setresgid, 34",
    "setresuid, 33",
    "capset, ''",
    "capget, ''",
    "prctl, 38"
  })
  void whereSomethingCannotBeGivenUpItFails(String call, String what) {
    host.kernel.refuse(call, what, Errno.EPERM);
    assertThat(rights("33 34 0 4").assume(host.machine)).isNegative();
  }

  @Test
  void andSoItDoesWhereOursCannotBeRead() {
    host.kernel.remove("/proc/4242/status");
    assertThat(rights("33 34 0 4").assume(host.machine)).isNegative();
    assertThat(host.kernel.rights()).isEmpty();
  }
}
