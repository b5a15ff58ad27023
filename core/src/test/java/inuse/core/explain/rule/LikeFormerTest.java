package inuse.core.explain.rule;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.core.evidence.SocketBuilder.timeWait;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Uid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What decides about a server of which nobody said what it sets. */
final class LikeFormerTest {
  private static final Newcomer PLAIN = Newcomer.plain(new Uid(1000));

  private static SnapshotBuilder next() {
    return snapshot().newcomer(PLAIN.asFormer());
  }

  @Test
  void whatIsLeftOfAServerThatSetItRefusesNobodyThatSetsIt() {
    assertThat(LikeFormer.isFree(next().freeWithReuseAddress().sockets(timeWait(1000)).build()))
        .isTrue();
  }

  @Test
  void itIsNotFreeForOneThatWasSaidNotToSetIt() {
    assertThat(LikeFormer.isFree(snapshot().freeWithReuseAddress().sockets(timeWait(1)).build()))
        .isFalse();
  }

  @Test
  void itIsNotFreeWhereTheKernelRefusesWithItToo() {
    assertThat(LikeFormer.isFree(next().blocked().sockets(timeWait(1000)).build())).isFalse();
  }

  @Test
  void aProcessThatHasASocketIsNotWhatIsLeft() {
    assertThat(
            LikeFormer.isFree(
                next()
                    .freeWithReuseAddress()
                    .sockets(timeWait(1000), accepted().reuseAddress(true))
                    .build()))
        .isFalse();
    assertThat(
            LikeFormer.isFree(
                next().freeWithReuseAddress().sockets(socket(SocketState.BOUND)).build()))
        .isFalse();
  }

  private static SnapshotBuilder session(HolderBuilder... holders) {
    return next()
        .freeWithReuseAddress()
        .sockets(
            accepted()
                .at("127.0.0.1")
                .inode(100)
                .uid(0)
                .cgroup("/system.slice/door.socket")
                .reuseAddress(true))
        .holders(holders);
  }

  @Test
  void aSessionThatSystemdStartedForAConnectionRefusesNobodyThatSetsIt() {
    HolderBuilder systemd = holder(1, "systemd").holds(12, 100).manager(Supervision.Init.SYSTEM);
    HolderBuilder sshd = holder(10, "sshd").holds(0, 100);

    assertThat(LikeFormer.isFree(session(systemd, sshd).build())).isTrue();
    // A service that accepts for itself.
    assertThat(LikeFormer.isFree(session(sshd).build())).isFalse();
  }

  @Test
  void aSessionRefusesOneThatDoesNotSetIt() {
    assertThat(
            LikeFormer.isFree(
                session(holder(1, "systemd").holds(12, 100).manager(Supervision.Init.SYSTEM))
                    .newcomer(PLAIN)
                    .build()))
        .isFalse();
  }

  @Test
  void theListenerOfASocketUnitIsNoSession() {
    assertThat(
            LikeFormer.isFree(
                next()
                    .freeWithReuseAddress()
                    .sockets(listener().uid(0).cgroup("/init.scope"))
                    .build()))
        .isFalse();
  }

  @Test
  void withoutASocketThatExplainsItItIsNotFree() {
    assertThat(LikeFormer.isFree(next().freeWithReuseAddress().build())).isFalse();
  }

  @Test
  void ofUdpNothingIsLeft() {
    assertThat(
            LikeFormer.isFree(
                next().udp().freeWithReuseAddress().sockets(timeWait(1000).udp()).build()))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "true, plain, true",
    "true, former, false",
    "true, reuse, false",
    "false, plain, true",
    "false, former, true",
    "false, reuse, true"
  })
  void aConnectionLeavesWhatItsOptionSays(boolean set, String newcomer, boolean lingers) {
    Newcomer one =
        switch (newcomer) {
          case "former" -> PLAIN.asFormer();
          case "reuse" -> PLAIN.withReuseAddress();
          default -> PLAIN;
        };

    assertThat(LikeFormer.wouldLinger(accepted().reuseAddress(set).build(), one))
        .isEqualTo(lingers);
  }

  @Test
  void ofAnOptionThatNobodyKnowsNothingIsAnnounced() {
    assertThat(LikeFormer.wouldLinger(accepted().unknownOptions().build(), PLAIN.asFormer()))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = SocketState.class,
      names = {"LISTEN", "BOUND", "TIME_WAIT", "CLOSE_WAIT", "LAST_ACK", "SYN_SENT"})
  void whatIsNoOpenConnectionLeavesNothingMore(SocketState state) {
    assertThat(LikeFormer.wouldLinger(socket(state).build(), PLAIN)).isFalse();
    assertThat(LikeFormer.wouldLinger(listener().build(), PLAIN)).isFalse();
  }
}
