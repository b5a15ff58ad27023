package inuse.run.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class BindRegistryTest {
  private static final BindKey KEY = new BindKey("6/80/7f000001");

  private final BindRegistry registry = new BindRegistry();

  @Test
  void aBoundSocketListensWhenListenIsCalled() {
    registry.bound(1, KEY, 0x800);
    assertThat(registry.listening()).isEmpty();
    registry.listens(1, 128);
    assertThat(registry.listening()).containsEntry(1L, new BindRegistry.Bound(KEY, 0x800, 128));
  }

  @Test
  void aSocketThatWasBoundElsewhereIsNotKnown() {
    assertThat(registry.listens(1, 128)).isEmpty();
    assertThat(registry.listening()).isEmpty();
  }

  @Test
  void aNegativeBacklogIsNone() {
    registry.bound(1, KEY, 0);
    registry.listens(1, -1);
    assertThat(registry.listening().get(1L)).isEqualTo(new BindRegistry.Bound(KEY, 0, 0));
  }

  @Test
  void aLoopOverPortsForgetsWhatNeverListened() {
    registry.bound(0, KEY, 0);
    registry.listens(0, 1);
    for (int i = 1; i < 2_000; i++) {
      registry.bound(i, KEY, 0);
    }
    assertThat(registry.listens(1, 1)).isEmpty();
    assertThat(registry.listens(1_999, 1)).isPresent();
    assertThat(registry.listening()).containsKeys(0L, 1_999L);
  }

  @Test
  void listenersAreKeptUpToTheBound() {
    for (int i = 0; i < 2_000; i++) {
      registry.bound(i, KEY, 0);
      registry.listens(i, 1);
    }
    assertThat(registry.listening()).hasSize(1_024);
  }

  @Test
  void oneThatDoesNotFitIsSaidToBeMissing() {
    for (int i = 0; i < 1_024; i++) {
      assertThat(registry.bound(i, KEY, 0)).isTrue();
      registry.listens(i, 1);
    }
    assertThat(registry.bound(1_024, KEY, 0)).isFalse();
    assertThat(registry.bound(5, KEY, 0)).isTrue();
  }

  @Test
  void socketsThatAreGoneAreLookedForWhenAsManyHaveComeAsWereThere() {
    for (int i = 0; i < 255; i++) {
      registry.bound(i, KEY, 0);
    }
    assertThat(registry.isStale()).isFalse();
    registry.bound(255, KEY, 0);
    assertThat(registry.isStale()).isTrue();
    registry.listens(3, 1);
    registry.keep(Set.of(3L, 999L));
    assertThat(registry.isStale()).isFalse();
    assertThat(registry.has(3)).isTrue();
    assertThat(registry.has(4)).isFalse();
    assertThat(registry.listening()).containsOnlyKeys(3L);
  }

  @Test
  void aProgramWithManySocketsIsLookedAtSeldomer() {
    for (long i = 0; i < 400; i++) {
      registry.bound(i, KEY, 0);
    }
    registry.keep(LongStream.range(0, 400).boxed().collect(Collectors.toSet()));
    for (long i = 400; i < 799; i++) {
      registry.bound(i, KEY, 0);
    }
    assertThat(registry.isStale()).isFalse();
  }
}
