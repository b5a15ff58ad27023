package inuse.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.fake.FakeKernel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When an answer is due. */
final class DeadlineTest {
  private final FakeKernel kernel = new FakeKernel();

  @Test
  void aQuestionHasTenSeconds() {
    Deadline deadline = Host.of(kernel).deadline();

    kernel.advance(Duration.ofMillis(9999).toNanos());
    assertThat(deadline.isOver()).isFalse();
    kernel.advance(Duration.ofMillis(1).toNanos());
    assertThat(deadline.isOver()).isTrue();
  }

  @Test
  void aLargeHostHasMore() {
    Deadline deadline = Host.of(kernel).deadline();
    for (int i = 0; i < 5000; i++) {
      deadline.grow();
    }

    kernel.advance(Duration.ofMillis(29_999).toNanos());
    assertThat(deadline.isOver()).isFalse();
    kernel.advance(Duration.ofMillis(1).toNanos());
    assertThat(deadline.isOver()).isTrue();
  }

  @Test
  void aTimeThatWasGivenIsKept() {
    Deadline deadline = Host.of(kernel).within(Duration.ofMillis(500)).deadline();
    deadline.grow();

    kernel.advance(Duration.ofMillis(500).toNanos());
    assertThat(deadline.isOver()).isTrue();
  }
}
