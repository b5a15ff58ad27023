package inuse.run.process;

import static inuse.run.RunHost.SECOND;
import static inuse.run.RunHost.SELF;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.run.RunHost;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TreeShutdownTest {
  private final RunHost host = new RunHost().process(10, SELF);
  private final TreeShutdown shutdown =
      new TreeShutdown(host.kernel, new ProcessTree(host.machine), Duration.ofSeconds(3));

  @Test
  void beforeItBeginsNothingIsDue() {
    assertThat(shutdown.isBegun()).isFalse();
    assertThat(shutdown.isGraceOver()).isFalse();
    assertThat(shutdown.isTimeToLeave()).isFalse();
  }

  @Test
  void sigtermComesFirstAndSigkillAfterTheGrace() {
    shutdown.begin();
    shutdown.signal();
    host.kernel.advance(3 * SECOND - 1);
    shutdown.signal();
    assertThat(host.kernel.signals()).containsExactly("10 15", "10 18");
    assertThat(shutdown.isGraceOver()).isFalse();
    host.kernel.advance(1);
    assertThat(shutdown.isGraceOver()).isTrue();
    shutdown.signal();
    assertThat(host.kernel.signals()).containsExactly("10 15", "10 18", "10 9", "10 18");
  }

  @Test
  void toBeginAgainGivesNoSecondGrace() {
    shutdown.begin();
    host.kernel.advance(2 * SECOND);
    shutdown.begin();
    host.kernel.advance(SECOND);
    assertThat(shutdown.isGraceOver()).isTrue();
  }

  @Test
  void whatSurvivesSigkillIsLeftAfterFiveSeconds() {
    shutdown.begin();
    host.kernel.advance(3 * SECOND);
    shutdown.signal();
    host.kernel.advance(5 * SECOND - 1);
    assertThat(shutdown.isTimeToLeave()).isFalse();
    host.kernel.advance(1);
    assertThat(shutdown.isTimeToLeave()).isTrue();
  }
}
