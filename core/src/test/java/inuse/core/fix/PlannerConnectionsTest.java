package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.outgoing;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.core.evidence.SocketBuilder.timeWait;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Caller;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.explain.Explainer;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What is planned for connections, and for what is left of them. */
final class PlannerConnectionsTest {
  private static String plan(SnapshotBuilder seen, Caller caller, FreeOptions options) {
    return Told.plan(Planner.plan(Explainer.explain(seen.build()), caller, options));
  }

  private static String plan(SnapshotBuilder seen) {
    return plan(seen, Selves.ALICE, FreeOptions.DEFAULT);
  }

  private static String destroying(SnapshotBuilder seen) {
    return plan(seen.asRoot(), Selves.ROOT, Allow.destroying());
  }

  private static HolderBuilder nginx() {
    return holder(10, "nginx").holds(6, 100);
  }

  @Test
  void aClosedConnectionIsWaitedForUntilTheLastIsForgotten() {
    assertThat(plan(snapshot().freeWithReuseAddress().sockets(timeWait(41_001), timeWait(7))))
        .isEqualTo("wait 41001 ms");
  }

  @Test
  void aClosedConnectionIsDestroyedByRootAlone() {
    SnapshotBuilder seen = snapshot().freeWithReuseAddress().sockets(timeWait(41_001));

    assertThat(plan(seen, Selves.ALICE, Allow.destroying()))
        .isEqualTo("denied, root may: destroying sockets takes root");
    assertThat(destroying(seen)).isEqualTo("destroy TIME_WAIT#-");
  }

  /** TIME_WAIT has no owner. */
  @Test
  void onlyMyConnectionsAreDestroyedWhereNothingElseIsAllowed() {
    Caller alice = Selves.behindSudo(Optional.of(new Uid(1000)));
    SnapshotBuilder mine =
        snapshot().asRoot().blocked().sockets(accepted().inode(100)).holders(nginx());
    SnapshotBuilder foreign =
        snapshot()
            .asRoot()
            .blocked()
            .sockets(accepted().inode(100))
            .holders(nginx().owner(33, "www-data"));
    SnapshotBuilder nobodys =
        snapshot()
            .asRoot()
            .blocked()
            .sockets(socket(SocketState.FIN_WAIT1).noInode().peer("10.0.0.9", 9).uid(33));

    assertThat(plan(mine, alice, Allow.destroyingOnlyMine())).startsWith("destroy ");
    assertThat(plan(foreign, alice, Allow.destroyingOnlyMine()))
        .isEqualTo(
            "refused: no connection is destroyed: it belongs to another user, and"
                + " ONLY_MINE was given | ");
    assertThat(plan(nobodys, alice, Allow.destroyingOnlyMine())).startsWith("refused: ");
    assertThat(
            plan(
                snapshot().asRoot().freeWithReuseAddress().sockets(timeWait(7)),
                alice,
                Allow.destroyingOnlyMine()))
        .startsWith("destroy ");
  }

  @Test
  void aClosingConnectionOfNobodyIsWaitedForThoughNobodyTellsHowLong() {
    SnapshotBuilder seen =
        snapshot().blocked().sockets(socket(SocketState.FIN_WAIT1).noInode().peer("10.0.0.9", 9));

    assertThat(plan(seen)).isEqualTo("wait untold");
    assertThat(destroying(seen)).isEqualTo("destroy FIN_WAIT1#-");
  }

  private static SocketBuilder closing() {
    return socket(SocketState.CLOSE_WAIT).peer("10.0.0.9", 9);
  }

  @Test
  void aClosingConnectionOfAServerIsTheServersToEnd() {
    SnapshotBuilder seen =
        snapshot().blocked().sockets(closing().initiated(false)).holders(nginx());

    assertThat(plan(seen)).isEqualTo("end 10 6:100:100");
    assertThat(destroying(seen)).isEqualTo("destroy CLOSE_WAIT#100");
  }

  @Test
  void aClosingConnectionOfAClientIsNotAReasonToEndTheClient() {
    SnapshotBuilder seen =
        snapshot()
            .blocked()
            .sockets(
                closing().initiated(true).autoPort(true),
                socket(SocketState.FIN_WAIT1).noInode().peer("10.0.0.9", 9))
            .holders(nginx());

    assertThat(plan(seen))
        .startsWith("refused: ")
        .endsWith("| sudo inuse free DESTROY_SOCKETS 8080");
    assertThat(destroying(seen)).isEqualTo("destroy FIN_WAIT1#-, CLOSE_WAIT#100");
  }

  @Test
  void anOpenConnectionWithoutItsListenerIsEndedWithWhoHoldsItOrAlone() {
    SnapshotBuilder seen = snapshot().blocked().sockets(accepted()).holders(nginx());

    assertThat(plan(seen)).isEqualTo("end 10 6:100:100; wait 60000 ms for 1");
    assertThat(destroying(seen)).isEqualTo("destroy ESTABLISHED#100");
  }

  @Test
  void aClientIsNotEndedForTheKernelsChoiceOfItsPort() {
    SnapshotBuilder seen = snapshot().blocked().sockets(outgoing().autoPort(true)).holders(nginx());

    assertThat(plan(seen))
        .startsWith("refused: nginx (pid 10, alice) is a client of 10.0.0.9:443")
        .endsWith(
            "DESTROY_SOCKETS ends the connection alone | sudo inuse free DESTROY_SOCKETS 8080");
    assertThat(plan(seen, Selves.ALICE, Allow.onlyMine())).endsWith(" | ");
    assertThat(plan(seen, Selves.ALICE, Allow.destroying()))
        .isEqualTo("denied, root may: destroying sockets takes root");
    assertThat(destroying(seen)).isEqualTo("destroy ESTABLISHED#100");
  }

  @Test
  void ofAPortThatAClientBoundItselfTheConnectionsEndIsOfNoUse() {
    SnapshotBuilder seen =
        snapshot().blocked().sockets(outgoing().autoPort(false)).holders(nginx());

    assertThat(plan(seen)).startsWith("refused: ").contains("by hand").endsWith("| ");
    assertThat(destroying(seen)).startsWith("refused: ").endsWith("| ");
  }

  @Test
  void aConnectionToItselfIsAClientsToo() {
    SnapshotBuilder seen =
        snapshot()
            .blocked()
            .sockets(
                socket(SocketState.ESTABLISHED)
                    .at("127.0.0.1")
                    .peer("127.0.0.1", 8080)
                    .autoPort(true))
            .holders(nginx());

    assertThat(Explainer.explain(seen.build()).causes().getFirst().id())
        .isEqualTo("self-connection");
    assertThat(plan(seen)).startsWith("refused: ").contains("a client is not ended");
    assertThat(destroying(seen)).isEqualTo("destroy ESTABLISHED#100");
  }

  private static SnapshotBuilder next(SnapshotBuilder seen) {
    return seen.newcomer(Newcomer.plain(new Uid(1000)).asFormer());
  }

  @Test
  void whatIsLeftOfAServerThatSetReuseAddressStandsInNoNextOnesWay() {
    assertThat(plan(next(snapshot()).freeWithReuseAddress().sockets(timeWait(41_001))))
        .isEqualTo("nothing");
    assertThat(
            plan(
                next(snapshot())
                    .blocked()
                    .sockets(listener().reuseAddress(true), timeWait(41_001))
                    .holders(nginx())))
        .isEqualTo("end 10 6:100:100");
  }

  @Test
  void whatIsLeftOfOneThatHadNotSetItIsWaitedFor() {
    assertThat(plan(next(snapshot()).blocked().sockets(timeWait(41_001))))
        .isEqualTo("wait 41001 ms");
  }

  @Test
  void ofAProcessThatKeepsAConnectionNothingIsLeftAlone() {
    assertThat(
            plan(
                next(snapshot())
                    .freeWithReuseAddress()
                    .sockets(accepted().reuseAddress(true))
                    .holders(nginx())))
        .isEqualTo("end 10 6:100:100");
  }

  @Test
  void whoAsksForItMayDestroyItAllTheSame() {
    SnapshotBuilder seen =
        snapshot()
            .newcomer(Newcomer.plain(Uid.ROOT).asFormer())
            .freeWithReuseAddress()
            .sockets(timeWait(41_001));

    assertThat(plan(seen, Selves.ROOT, Allow.destroying())).isEqualTo("destroy TIME_WAIT#-");
  }

  @Test
  void theWaitForWhatOpenConnectionsLeaveIsAnnounced() {
    SnapshotBuilder deaf = snapshot().blocked().sockets(listener(), accepted()).holders(nginx());

    assertThat(plan(deaf)).isEqualTo("end 10 6:100:100; wait 60000 ms for 1");
    assertThat(plan(next(deaf))).isEqualTo("end 10 6:100:100; wait 60000 ms for 1");
    assertThat(
            plan(
                next(snapshot())
                    .blocked()
                    .sockets(listener().reuseAddress(true), accepted().reuseAddress(true))
                    .holders(nginx())))
        .isEqualTo("end 10 6:100:100");
  }

  @Test
  void whoLetsThisNewcomerInIsLeftAlone() {
    Newcomer reusing = new Newcomer(new Uid(1000), true, false, false, OptionalInt.empty());
    SnapshotBuilder seen =
        snapshot()
            .newcomer(reusing)
            .probe("0.0.0.0", true, "EADDRINUSE")
            .probe("::", true, "ok")
            .sockets(
                listener().reuseAddress(true),
                timeWait(41_001).reuseAddress(true),
                accepted().reuseAddress(true).inode(101))
            .holders(nginx(), holder(11, "other").holds(3, 101));

    assertThat(plan(seen)).isEqualTo("end 10 6:100:100");
    assertThat(
            plan(
                snapshot()
                    .blocked()
                    .sockets(listener().reuseAddress(true), timeWait(41_001).reuseAddress(true))
                    .holders(nginx())))
        .isEqualTo("end 10 6:100:100; wait 41001 ms");
  }
}
