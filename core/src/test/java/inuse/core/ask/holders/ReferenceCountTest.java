package inuse.core.ask.holders;

import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.proc.Proc;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That nobody was missed is proved by the kernel's own count, or not claimed. */
final class ReferenceCountTest {
  private static final Reading<Integer> CANNOT_TELL = Reading.unknown(Reading.Why.UNSUPPORTED);

  private final FakeKernel kernel = new FakeKernel();
  private List<Gap> gaps = List.of();

  /** Process 8 has socket 100, of the listener, as its descriptor 3. */
  private HolderSearch proof(Map<Inode, Integer> more) {
    HolderSource.Found found =
        new HolderSource.Found(
            Map.of(new Pid(8), List.of(new Holder.OpenSocket(3, new Inode(100)))),
            Map.of(),
            gaps,
            new HolderSource.How(HolderSearch.Way.BPF_TASK, List.of(), more));
    return new ReferenceCount(new Proc(kernel, "")).proof(found, List.of(listener().build()));
  }

  private Reading<Integer> hidden(int more) {
    return proof(Map.of(new Inode(100), more)).hidden();
  }

  private void thread(int thread, String waitsIn, String call) {
    kernel.file("/proc/8/task/" + thread + "/wchan", waitsIn);
    kernel.file("/proc/8/task/" + thread + "/syscall", call);
  }

  @Test
  void asManyReferencesAsDescriptorsProveThatNobodyWasMissed() {
    assertThat(proof(Map.of(new Inode(100), 0)).isProved()).isTrue();
    assertThat(hidden(0)).isEqualTo(Reading.known(0));
  }

  @Test
  void whatIsNotCountedProvesNothing() {
    assertThat(proof(Map.of()).hidden()).isEqualTo(CANNOT_TELL);
    assertThat(proof(Map.of(new Inode(7), 0)).isProved()).isFalse();
  }

  @Test
  void whatChangedMeanwhileProvesNothing() {
    assertThat(hidden(-1)).isEqualTo(Reading.unknown(Reading.Why.VANISHED));
  }

  @Test
  void referencesBesidesTheDescriptorsAreHidden() {
    thread(8, "inet_csk_accept", "43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffc 0x7f3a\n");

    assertThat(hidden(2)).isEqualTo(Reading.known(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"inet_csk_accept", "__skb_wait_for_more_packets", "wait_woken"})
  void threadsOfAServerWithSeveralWaitWithAReferenceEach(String function) {
    thread(8, "futex_wait_queue", "202 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffc 0x7f3a\n");
    thread(81, function, "43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffc 0x7f3a\n");
    thread(82, function, "43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffc 0x7f3a\n");
    thread(83, function, "43 0x5 0x0 0x0 0x0 0x0 0x0 0x7ffc 0x7f3a\n");

    assertThat(hidden(2)).isEqualTo(Reading.known(0));
    assertThat(hidden(3)).isEqualTo(Reading.known(1));
    assertThat(hidden(1)).isEqualTo(Reading.unknown(Reading.Why.VANISHED));
  }

  @ParameterizedTest
  @CsvSource({"poll_schedule_timeout.constprop.0", "do_select", "0"})
  void aThreadThatMayWaitOnAnythingLeavesItOpen(String function) {
    thread(8, "futex_wait_queue", "202 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffc 0x7f3a\n");
    thread(81, function, "7 0x7ffc 0x1 0x0 0x0 0x0 0x0 0x7ffc 0x7f3a\n");

    assertThat(hidden(1)).isEqualTo(CANNOT_TELL);
    assertThat(hidden(0)).isEqualTo(Reading.known(0));
  }

  @Test
  void threadsThatMayNotBeSeenLeaveItOpen() {
    assertThat(hidden(1)).isEqualTo(CANNOT_TELL);
  }

  @Test
  void whatWasNotReadIsNotComplete() {
    assertThat(proof(Map.of()).complete()).isTrue();
    gaps =
        List.of(new Gap(Gap.Subject.OPEN_FILES, "/proc/1/fd", Reading.Why.DENIED, "run as root"));
    assertThat(proof(Map.of()).complete()).isFalse();
  }
}
