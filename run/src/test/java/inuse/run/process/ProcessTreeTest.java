package inuse.run.process;

import static inuse.run.RunHost.SELF;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.run.RunHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProcessTreeTest {
  private static final int TERM = 15;

  private final RunHost host = new RunHost();
  private final ProcessTree tree = new ProcessTree(host.machine);

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  @Test
  void childrenAndTheirChildrenAreInItAndNothingElse() {
    host.process(10, SELF).process(11, 10).process(12, 11).process(20, 1);
    assertThat(tree.pids()).containsExactlyInAnyOrder(10, 11, 12);
  }

  @Test
  void zombiesHaveEnded() {
    host.process(10, SELF, 'Z', 1);
    assertThat(tree.pids()).isEmpty();
  }

  @Test
  void aTableThatGoesRoundInACircleIsNoEndlessLoop() {
    host.process(10, 11).process(11, 10);
    assertThat(tree.pids()).isEmpty();
  }

  @Test
  void aProcessWhoseParentIsGoneIsNotInIt() {
    host.process(10, 99);
    assertThat(tree.pids()).isEmpty();
  }

  @Test
  void eachGetsTheSignalOnceAndIsWokenForIt() {
    host.process(10, SELF);
    tree.signal(TERM);
    tree.signal(TERM);
    assertThat(host.kernel.signals()).containsExactly("10 15", "10 18");
  }

  @Test
  void whatComesUpLaterGetsItToo() {
    host.process(10, SELF);
    tree.signal(TERM);
    host.process(11, 10);
    tree.signal(TERM);
    assertThat(host.kernel.signals()).containsExactly("10 15", "10 18", "11 15", "11 18");
  }

  @Test
  void aNewProcessOfTheSamePidIsAnotherOne() {
    host.process(10, SELF);
    tree.signal(TERM);
    host.process(10, SELF, 'S', 91_000);
    tree.signal(TERM);
    assertThat(host.kernel.signals()).containsExactly("10 15", "10 18", "10 15", "10 18");
  }

  @Test
  void aPidThatPassesToAnotherProcessMeanwhileGetsNoSignal() {
    host.process(10, SELF);
    int[] looks = new int[1];
    host.kernel.beforeOpen(
        "/proc/10/stat",
        () -> {
          if (++looks[0] == 2) {
            host.process(10, 1, 'S', 95_000);
          }
        });
    tree.signal(TERM);
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void aProcOfAnotherPidNamespaceShowsNoneOfOurs() {
    host.process(10, SELF);
    host.kernel.numberedInProc(SELF, "29155 " + SELF);

    tree.signal(TERM);

    assertThat(tree.pids()).isEmpty();
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void aProcessThatProcShowsByAnotherNumberGetsNoSignal() {
    host.process(10, SELF).process(11, SELF);
    host.kernel.numberedInProc(10, "29155 10");

    tree.signal(TERM);

    assertThat(host.kernel.signals()).containsExactly("11 15", "11 18");
  }

  @Test
  void forgettingMakesTheNextSignalForAll() {
    host.process(10, SELF);
    tree.signal(TERM);
    tree.forget();
    tree.signal(9);
    assertThat(host.kernel.signals()).containsExactly("10 15", "10 18", "10 9", "10 18");
  }
}
