package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Via;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who has a socket for a moment only is no holder. */
final class SteadyLookTest {
  private final Deque<Diagnosis> looks = new ArrayDeque<>();
  private final List<Integer> left = new ArrayList<>();

  private static HolderBuilder server() {
    return holder(10, "server").holds(3, 7);
  }

  /** Another inuse, which looks at the socket through a duplicate. */
  private static HolderBuilder inuse() {
    return holder(20, "inuse").holds(5, 7);
  }

  private SteadyLookTest sees(HolderBuilder... holders) {
    looks.add(
        Explainer.explain(
            snapshot().blocked().sockets(listener().inode(7)).holders(holders).build()));
    return this;
  }

  /** The pids of the holders. */
  private List<Integer> look() {
    return pids(SteadyLook.of(looks::remove, () -> left.add(looks.size())));
  }

  private List<Integer> answer() {
    return pids(SteadyLook.besideOthers(looks::remove, () -> left.add(looks.size())));
  }

  private static List<Integer> pids(Diagnosis diagnosis) {
    return ((PortSnapshot) diagnosis.snapshot())
        .holders().stream().map(Holder::pid).map(pid -> pid.number()).toList();
  }

  @Test
  void whoIsThereInTwoLooksIsAHolder() {
    assertThat(sees(server(), inuse()).sees(server(), inuse()).sees().look())
        .containsExactly(10, 20);
    assertThat(left).hasSize(1);
  }

  @Test
  void whoHasLetGoInTheNextLookIsNot() {
    assertThat(sees(server(), inuse()).sees(server()).sees(server()).look()).containsExactly(10);
    assertThat(looks).isEmpty();
  }

  @Test
  void aQuestionLooksTwiceOnlyWhereAnotherInuseSeemsToBeAHolder() {
    assertThat(sees(server(), inuse()).sees(server()).sees(server()).answer()).containsExactly(10);
    assertThat(looks).isEmpty();

    assertThat(sees(server()).sees(server()).answer()).containsExactly(10);
    assertThat(looks).hasSize(1);
  }

  @Test
  void whoComesInTheNextLookIsNotEither() {
    assertThat(sees(server()).sees(server(), inuse()).sees(server()).sees(server()).look())
        .containsExactly(10);
  }

  @Test
  void whoOnlySeemedToHaveWhatIsInFlightIsNot() {
    HolderBuilder receiver = holder(30, "daemon").keeps(7, Via.SCM_RIGHTS, true);

    assertThat(sees(inuse()).sees(receiver).sees(receiver).look()).containsExactly(30);
  }

  @Test
  void anotherProcessOfThatPidIsAnotherHolder() {
    assertThat(
            sees(server())
                .sees(server().startedAtTick(99_999))
                .sees(server().startedAtTick(99_999))
                .look())
        .containsExactly(10);
    assertThat(looks).isEmpty();
  }

  @Test
  void anotherDescriptorOfTheSameSocketIsNoChange() {
    assertThat(sees(server()).sees(holder(10, "server").holds(9, 7)).look()).containsExactly(10);
  }

  @Test
  void whoMayNotHaveRunSinceIsLookedAtAgain() {
    HolderBuilder busy = inuse().state(ProcessState.RUNNING);

    assertThat(sees(server(), busy).sees(server(), busy).sees(server()).sees(server()).look())
        .containsExactly(10);
  }

  @Test
  void whoSleptOnceHasRun() {
    HolderBuilder busy = server().state(ProcessState.RUNNING);

    assertThat(sees(busy).sees(server()).sees().look()).containsExactly(10);
  }

  @Test
  void whoIsAlwaysBusyIsAHolderAllTheSame() {
    for (int i = 0; i < 20; i++) {
      sees(server().state(ProcessState.RUNNING));
    }

    assertThat(look()).containsExactly(10);
    assertThat(looks).hasSize(12);
  }

  @Test
  void nobodyHidesByPassingASocketToAndFro() {
    for (int i = 0; i < 10; i++) {
      sees(server()).sees(inuse());
    }

    assertThat(look()).containsExactly(20);
    assertThat(looks).hasSize(12);
  }

  @Test
  void whereNobodyHoldsItOneLookIsEnough() {
    assertThat(sees().sees(server()).look()).isEmpty();
    assertThat(left).isEmpty();
  }
}
