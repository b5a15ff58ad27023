package inuse.core.ask.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketState;
import inuse.kernel.fake.FakeKernel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which sockets count as bound without listening, though every server is so for a moment. */
final class SettledTableTest {
  private static final BoundSocket LISTENER = SocketBuilder.listener().inode(1).build();

  private static BoundSocket bound(long inode) {
    return SocketBuilder.socket(SocketState.BOUND).inode(inode).build();
  }

  private final FakeKernel kernel = new FakeKernel();
  private final Deque<SocketTable.Found> looks = new ArrayDeque<>();

  private SettledTable settled(BoundSocket... looks) {
    Arrays.stream(looks)
        .map(one -> new SocketTable.Found(List.of(one), 0, List.of(), false))
        .forEach(this.looks::add);
    return SettledTable.of(kernel, this.looks::remove);
  }

  @Test
  void whatListensIsSeenInOneLook() {
    assertThat(settled(LISTENER).hasOnlyListeners()).isTrue();
  }

  @Test
  void aServerThatIsStartingIsSeenAsTheListenerThatItBecomes() {
    assertThat(settled(bound(1), LISTENER).found().sockets()).containsExactly(LISTENER);
    assertThat(looks).isEmpty();
  }

  @Test
  void whoAsksByABindDoesNotCount() {
    assertThat(settled(bound(2), bound(3)).hasOnlyListeners()).isTrue();
  }

  @Test
  void whatIsStillBoundWithoutListeningCounts() {
    assertThat(settled(bound(2), bound(2)).hasOnlyListeners()).isFalse();
    assertThat(looks).isEmpty();
  }

  @Test
  void whatIsNeitherBoundForAMomentNorListensCounts() {
    assertThat(settled(SocketBuilder.timeWait(1000).build()).hasOnlyListeners()).isFalse();
  }

  @Test
  void whatWasNotSeenCounts() {
    Gap gap = new Gap(Gap.Subject.SOCKETS, "the rest", Reading.Why.TIMED_OUT, "ask again");

    assertThat(of(List.of(), 1, List.of(), false).hasOnlyListeners()).isFalse();
    assertThat(of(List.of(), 0, List.of(gap), false).hasOnlyListeners()).isFalse();
    assertThat(of(List.of(), 0, List.of(), true).hasOnlyListeners()).isFalse();
    assertThat(of(List.of(LISTENER), 0, List.of(), false).hasOnlyListeners()).isTrue();
  }

  private SettledTable of(
      List<BoundSocket> sockets, int uncounted, List<Gap> gaps, boolean hidesBound) {
    return SettledTable.of(
        kernel, () -> new SocketTable.Found(sockets, uncounted, gaps, hidesBound));
  }
}
