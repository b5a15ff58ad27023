package inuse.core.explain.rule;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Account;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Via;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who made what a process of bob holds. */
final class SocketMakerTest {
  private static final HolderBuilder APP = bob().holds(3, 7);

  private static HolderBuilder bob() {
    return holder(10, "app").owner(1001, "bob");
  }

  private static Optional<Long> maker(HolderBuilder who, SocketBuilder... sockets) {
    Holder one = who.build();
    return SocketMaker.of(one, snapshot().sockets(sockets).holders(who).build())
        .map(Account::uid)
        .map(Uid::number);
  }

  @Test
  void anotherUserIsNamed() {
    assertThat(maker(APP, listener().inode(7).uid(1000))).contains(1000L);
    assertThat(maker(APP, socket(SocketState.BOUND).udp().inode(7).uid(1000))).contains(1000L);
  }

  @Test
  void itselfAndRootAreNot() {
    assertThat(maker(APP, listener().inode(7).uid(1001))).isEmpty();
    assertThat(maker(APP, listener().inode(7).uid(0))).isEmpty();
  }

  @Test
  void rootMayHoldWhatAnotherMadeAsLittleAsAnybody() {
    assertThat(maker(holder(10, "daemon").owner(0, "root").holds(3, 7), listener().inode(7).uid(5)))
        .contains(5L);
  }

  @Test
  void oneSocketOfAnotherAmongItsOwnIsEnough() {
    HolderBuilder both = bob().holds(3, 7).holds(4, 8);

    assertThat(maker(both, listener().inode(7).uid(1001), listener().inode(8).uid(1000)))
        .contains(1000L);
  }

  @Test
  void whatItKeepsWithoutADescriptorCounts() {
    assertThat(maker(bob().keeps(7, Via.SCM_RIGHTS, true), listener().inode(7).uid(1000)))
        .contains(1000L);
  }

  @Test
  void whatOthersHoldAndWhatIsAConnectionDoesNot() {
    assertThat(maker(APP, listener().inode(8).uid(1000))).isEmpty();
    assertThat(maker(APP, accepted().inode(7).uid(1000))).isEmpty();
  }

  @Test
  void ofAProcessWhoseUserIsNotKnownNothingIsSaid() {
    assertThat(maker(holder(10, "app").unknownOwner().holds(3, 7), listener().inode(7).uid(1000)))
        .isEmpty();
  }
}
