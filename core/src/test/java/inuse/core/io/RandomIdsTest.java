package inuse.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inuse.kernel.fake.FakeKernel;
import org.junit.jupiter.api.Test;

/** Ids of the kernel's random numbers. */
final class RandomIdsTest {
  private static final String PATH = "/proc/sys/kernel/random/uuid";

  private final FakeKernel kernel = new FakeKernel();
  private final RandomIds ids = new RandomIds(Host.of(kernel));

  @Test
  void anIdIsTheDigitsOfAUuid() {
    kernel.file(PATH, "0f1e2d3c-4b5a-4697-8877-665544332211\n");

    assertThat(ids.next()).isEqualTo("0f1e2d3c4b5a46978877665544332211");
  }

  @Test
  void withoutOneThereIsNoOtherSource() {
    assertThatThrownBy(ids::next).hasMessageContaining("no random id");

    kernel.file(PATH, "0f1e2d3c-4b5a\n");
    assertThatThrownBy(ids::next).hasMessageContaining("no random id");
  }
}
