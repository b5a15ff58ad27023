package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.outgoing;
import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Caller;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Via;
import inuse.core.explain.Explainer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is planned for sockets and those who hold them. */
final class PlannerHoldersTest {
  private static String plan(SnapshotBuilder seen, Caller caller, FreeOptions options) {
    return Told.plan(Planner.plan(Explainer.explain(seen.build()), caller, options));
  }

  private static String plan(SnapshotBuilder seen) {
    return plan(seen, Selves.ALICE, FreeOptions.DEFAULT);
  }

  private static String destroying(SnapshotBuilder seen) {
    return plan(seen.asRoot(), Selves.ROOT, Allow.destroying());
  }

  private static SnapshotBuilder held(HolderBuilder... holders) {
    return snapshot().blocked().sockets(listener().uid(0)).holders(holders);
  }

  private static HolderBuilder nginx() {
    return holder(10, "nginx").holds(6, 100);
  }

  @Test
  void nothingIsPlannedForWhatIsFree() {
    assertThat(plan(snapshot().probes("ok"))).isEqualTo("nothing");
  }

  @Test
  void aListenerIsEndedByTheDescriptorsThatItHoldsTheSocketBy() {
    assertThat(plan(held(nginx().holds(7, 100).holds(8, 999))))
        .isEqualTo("end 10 6:100:100 7:100:100");
  }

  @Test
  void parentsComeFirst() {
    assertThat(
            plan(
                held(
                    holder(30, "worker").holds(6, 100).below(20, 10, 1),
                    holder(20, "master").holds(6, 100).below(10, 1),
                    holder(40, "worker").holds(6, 100).below(20, 10, 1))))
        .isEqualTo("end 20 6:100:100, 30 6:100:100, 40 6:100:100");
  }

  private static String with(int pid, Caller caller, FreeOptions options) {
    return plan(held(nginx()), caller, options.with(new ProcessIdentity(new Pid(pid), 7)));
  }

  @Test
  void whoStartsItAgainIsEndedFirst() {
    assertThat(with(700, Selves.ALICE, FreeOptions.DEFAULT)).isEqualTo("end 700, 10 6:100:100");
  }

  @Test
  void whatIsNotAboveItIsNotEndedForIt() {
    assertThat(with(777, Selves.ALICE, FreeOptions.DEFAULT))
        .isEqualTo("refused: pid 777 did not start what holds it, nor is it above that | ");
  }

  @Test
  void theRulesHoldForWhoStartsItToo() {
    assertThat(with(1, Selves.ALICE, FreeOptions.DEFAULT))
        .isEqualTo("refused: systemd (pid 1) is left running: PID 1 is never stopped | ");
    assertThat(with(700, Selves.ALICE, Allow.onlyMine())).startsWith("refused: bash (pid 700)");
    assertThat(
            plan(
                held(nginx().below(4500, 4000, 1)),
                Selves.ALICE,
                FreeOptions.DEFAULT.with(new ProcessIdentity(new Pid(4500), 7))))
        .startsWith("refused: ");
  }

  @Test
  void moreThanMayBeEndedAreRefusedWithTheLineThatAllowsIt() {
    SnapshotBuilder seen = held();
    for (int pid = 10; pid < 23; pid++) {
      seen.holders(holder(pid, "app" + pid).holds(3, 100));
    }

    assertThat(plan(seen, Selves.ALICE, FreeOptions.DEFAULT))
        .endsWith("more than MAX_PROCESSES 8 allows | inuse free MAX_PROCESSES 13 8080");
    assertThat(plan(seen, Selves.ALICE, Allow.most(12))).endsWith("12 allows | ");
  }

  private static SnapshotBuilder prefork(int workers) {
    SnapshotBuilder seen = held(nginx().executable("/usr/sbin/nginx").below(1));
    for (int pid = 11; pid < 11 + workers; pid++) {
      seen.holders(holder(pid, "nginx").executable("/usr/sbin/nginx").holds(6, 100).below(10, 1));
    }
    return seen;
  }

  @Test
  void aMasterEndsItsWorkersItself() {
    assertThat(plan(prefork(2))).isEqualTo("end 10 6:100:100 with 11 6:100:100, 12 6:100:100");
  }

  @Test
  void aMasterWithItsWorkersCountsOnce() {
    assertThat(plan(prefork(16))).startsWith("end 10 6:100:100 with 11 ");
  }

  @Test
  void whoHoldsTwoOfTheSocketsIsEndedOnce() {
    assertThat(
            plan(
                snapshot()
                    .blocked()
                    .sockets(listener(), socket(SocketState.BOUND).at("::").inode(101))
                    .holders(nginx().holds(7, 101))))
        .isEqualTo("end 10 6:100:100 7:101:101");
  }

  @Test
  void aStoppedProcessIsToBeResumed() {
    assertThat(plan(held(nginx().state(ProcessState.STOPPED))))
        .isEqualTo("end 10 stopped 6:100:100");
  }

  @Test
  void aProcessWithoutItsMainThreadIsEndedAsOneThatHasNoDescriptors() {
    assertThat(
            plan(
                held(
                    holder(10, "server")
                        .state(ProcessState.ZOMBIE)
                        .keeps(100, Via.THREAD_TABLE, true))))
        .isEqualTo("end 10");
  }

  @Test
  void anOrphanIsEndedAsAnyOtherProcess() {
    assertThat(plan(held(nginx().below(1).reparented(true, false)))).isEqualTo("end 10 6:100:100");
  }

  @ParameterizedTest
  @CsvSource({"/usr/bin/nginx, previous-instance", "/usr/bin/caddy, another-service"})
  void whatIsToBeStartedChangesNothingAboutWhoIsEnded(String program, String cause) {
    Newcomer plain = Newcomer.plain(new Uid(1000));
    Newcomer known =
        new Newcomer(
            plain.uid(),
            false,
            false,
            false,
            Optional.empty(),
            plain.privileged(),
            Optional.of(new IntendedCommand(new Untrusted(program), List.of(), Optional.empty())),
            Optional.empty(),
            false,
            false);
    SnapshotBuilder seen =
        held(nginx().executable("/usr/bin/nginx").arguments("nginx")).newcomer(known);

    assertThat(Explainer.explain(seen.build()).causes().getFirst().id()).isEqualTo(cause);
    assertThat(plan(seen)).isEqualTo("end 10 6:100:100");
    assertThat(plan(seen, Selves.ROOT, Allow.previous()))
        .isEqualTo(
            cause.equals("previous-instance")
                ? "end 10 6:100:100"
                : "refused: nginx (pid 10, alice) is left running: it is not an earlier run of"
                    + " this command | ");
  }

  @Test
  void whetherItIsAnEarlierRunMayBeUnknown() {
    Newcomer plain = Newcomer.plain(new Uid(1000));
    IntendedCommand make =
        new IntendedCommand(
            new Untrusted("/usr/bin/make"),
            List.of(new IntendedCommand.Argument(new Untrusted("run"), Optional.empty())),
            Optional.empty());
    SnapshotBuilder seen =
        held(nginx().executable("/usr/bin/nginx").arguments("nginx"))
            .newcomer(
                new Newcomer(
                    plain.uid(),
                    false,
                    false,
                    false,
                    Optional.empty(),
                    plain.privileged(),
                    Optional.of(make),
                    Optional.empty(),
                    false,
                    false));

    assertThat(plan(seen, Selves.ROOT, Allow.previous()))
        .startsWith(
            "refused: nginx (pid 10, alice) is left running: whether it is an earlier run of"
                + " this command cannot be seen");
  }

  @Test
  void anotherUsersProcessIsDeniedAndLeftToRoot() {
    assertThat(plan(held(nginx().owner(33, "www-data"))))
        .isEqualTo("denied, root may: nginx (pid 10, www-data) belongs to another user");
    assertThat(plan(held(nginx().owner(33, "www-data")).asRoot(), Selves.ROOT, FreeOptions.DEFAULT))
        .isEqualTo("end 10 6:100:100");
  }

  @Test
  void whoIsHiddenIsDenied() {
    assertThat(plan(snapshot().blocked().sockets(listener())))
        .isEqualTo(
            "denied, root may: a process of alice, hidden from you, holds 0.0.0.0:8080 (LISTEN)");
    assertThat(plan(held().asRoot(), Selves.ROOT, FreeOptions.DEFAULT)).startsWith("denied: ");
  }

  @ParameterizedTest
  @EnumSource(Via.class)
  void whoSurelyKeepsASocketWithoutADescriptorIsEnded(Via via) {
    assertThat(plan(held(holder(10, "server").keeps(100, via, true)))).isEqualTo("end 10");
  }

  @Test
  void nobodyIsEndedOnSuspicion() {
    SnapshotBuilder seen = held(holder(10, "server").keeps(100, Via.SCM_RIGHTS, false));

    assertThat(plan(seen))
        .startsWith("refused: server (pid 10, alice) likely keeps")
        .endsWith("no process is ended on suspicion | ");
    assertThat(destroying(seen)).startsWith("refused: ");
  }

  @Test
  void ofSuspectsWhoOnlyWaitTheSocketAloneIsDestroyedWhereThatIsAllowed() {
    SnapshotBuilder seen =
        held(
            holder(10, "one").keeps(100, Via.BLOCKED_ACCEPT, false),
            holder(11, "two").keeps(100, Via.BLOCKED_ACCEPT, false));

    assertThat(plan(seen))
        .startsWith("refused: ")
        .contains("DESTROY_SOCKETS ends the listening socket");
    assertThat(plan(seen, Selves.ALICE, Allow.destroying()))
        .isEqualTo("denied, root may: destroying sockets takes root");
    assertThat(destroying(seen)).isEqualTo("destroy LISTEN#100");
  }

  @Test
  void theKernelsOwnSocketIsRefusedWithTheLineByHand() {
    SearchCoverage coverage =
        new SearchCoverage(
            SearchCoverage.Rights.ROOT,
            true,
            true,
            List.of(new KernelUser("vxlan", Optional.of(new Untrusted("vx0")), true)),
            List.of());

    assertThat(
            destroying(
                snapshot()
                    .udp()
                    .blocked()
                    .search(coverage)
                    .sockets(socket(SocketState.BOUND).udp().uid(0).cgroup("/"))))
        .isEqualTo(
            "refused: the kernel itself holds 0.0.0.0:8080, for vxlan device vx0"
                + " | ip link del vx0");
  }

  @ParameterizedTest
  @EnumSource(
      value = SocketState.class,
      names = {"LISTEN", "BOUND"})
  void whoHasItBoundIsEndedWhetherItListensOrNot(SocketState state) {
    assertThat(plan(snapshot().blocked().sockets(socket(state)).holders(nginx())))
        .isEqualTo("end 10 6:100:100");
  }

  @Test
  void aUdpSocketsHolderIsEnded() {
    assertThat(
            plan(
                snapshot()
                    .udp()
                    .blocked()
                    .sockets(socket(SocketState.BOUND).udp())
                    .holders(nginx())))
        .isEqualTo("end 10 6:100:100");
  }

  @Test
  void aGroupOfAnotherUserThatMayNotBeJoinedIsItsUsers() {
    Newcomer sharing = new Newcomer(new Uid(1000), false, true, false, OptionalInt.empty());
    SnapshotBuilder seen =
        snapshot()
            .newcomer(sharing)
            .blocked()
            .sockets(listener().reusePort(true).uid(33))
            .holders(nginx().owner(33, "www-data"));

    assertThat(Explainer.explain(seen.build()).causes().getFirst().id())
        .isEqualTo("reuseport-mismatch");
    assertThat(plan(seen)).startsWith("denied, root may: ");
  }

  @Test
  void oneOfTwoServersThatCannotBothListenIsEndedWithTheOther() {
    SnapshotBuilder seen =
        snapshot()
            .blocked()
            .sockets(
                listener().reuseAddress(true),
                socket(SocketState.BOUND).reuseAddress(true).inode(101))
            .holders(nginx(), holder(11, "second").holds(3, 101));

    assertThat(Explainer.explain(seen.build()).causes())
        .extracting(one -> one.id())
        .contains("listen-conflict");
    assertThat(plan(seen)).isEqualTo("end 10 6:100:100, 11 3:101:101");
  }

  @ParameterizedTest
  @CsvSource({"1, true", "2, false", "3, false"})
  void atMostSoManyAreEnded(int most, boolean refused) {
    SnapshotBuilder seen = held(nginx(), holder(11, "nginx").holds(6, 100));

    assertThat(plan(seen, Selves.ALICE, Allow.most(most)))
        .isEqualTo(
            refused
                ? "refused: 2 processes would be ended, more than MAX_PROCESSES 1 allows | "
                : "end 10 6:100:100, 11 6:100:100");
  }

  /** A socket that alice made, in a daemon of root or in a program of bob. */
  private static SnapshotBuilder given(HolderBuilder daemon) {
    return snapshot().blocked().sockets(listener().owner(1000, "alice")).holders(daemon).asRoot();
  }

  @Test
  void whoHoldsASocketThatAnotherUserMadeIsNotEndedUnasked() {
    HolderBuilder daemon = holder(10, "daemon").holds(6, 100).owner(0, "root");

    assertThat(plan(given(daemon), Selves.ROOT, FreeOptions.DEFAULT))
        .isEqualTo(
            "refused: daemon (pid 10, root, with a socket of alice) is left running: another user"
                + " made that socket and may have sent it there: you have to be asked"
                + " about it | inuse free 8080");
    assertThat(plan(given(daemon), Selves.ROOT, Allow.socketsOfOthers()))
        .isEqualTo("end 10 6:100:100 of alice");
    assertThat(plan(given(daemon), Selves.ROOT, Allow.most(3))).endsWith("asked about it | ");
    assertThat(plan(given(daemon), Selves.ROOT, Allow.command("daemon")))
        .endsWith("asked about it | ");
  }

  @Test
  void norIsItsUnitStopped() {
    HolderBuilder daemon =
        holder(10, "daemon").holds(6, 100).owner(0, "root").unit("d.service").below(1);

    assertThat(plan(given(daemon), Selves.ROOT, FreeOptions.DEFAULT))
        .startsWith("refused: daemon (pid 10, root, with a socket of alice) is left running: ")
        .endsWith(" | systemctl stop d.service");
    assertThat(plan(given(daemon), Selves.ROOT, Allow.socketsOfOthers()))
        .isEqualTo("run systemctl stop d.service");
  }

  @Test
  void norIsWhomItWasSentToAndWhoHasNotEvenReceivedIt() {
    HolderBuilder daemon = holder(10, "daemon").keeps(100, Via.SCM_RIGHTS, true).owner(1001, "bob");

    assertThat(plan(given(daemon), Selves.ROOT, FreeOptions.DEFAULT))
        .startsWith("refused: daemon (pid 10, bob, with a socket of alice) is left running: ");
  }

  @Test
  void whoMayNotEndItAnywayIsDenied() {
    HolderBuilder daemon = holder(10, "daemon").holds(6, 100).owner(1001, "bob");

    assertThat(
            plan(
                snapshot().blocked().sockets(listener().owner(1002, "carol")).holders(daemon),
                Selves.ALICE,
                FreeOptions.DEFAULT))
        .startsWith("denied, root may: ");
  }

  @Test
  void theSocketsOfRootAndOfItsOwnAreNoReason() {
    for (long maker : new long[] {0, 1001}) {
      SnapshotBuilder seen =
          snapshot()
              .blocked()
              .sockets(listener().uid(maker))
              .holders(holder(10, "app").holds(6, 100).owner(1001, "bob"))
              .asRoot();

      assertThat(plan(seen, Selves.ROOT, FreeOptions.DEFAULT)).isEqualTo("end 10 6:100:100");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, '', end",
    "2, 20, 'refused: 3 processes would be ended, with the 1 before, more than MAX_PROCESSES 2'",
    "3, 20, end",
    "3, '20 21', 'refused: 4 processes would be ended, with the 2 before, more than'",
    "2, '10 11', end"
  })
  void whoWasSentASignalBeforeCountsOnce(int most, String before, String expected) {
    SnapshotBuilder seen = held(nginx(), holder(11, "nginx").holds(6, 100));
    Set<ProcessIdentity> signalled = new HashSet<>();
    for (String pid : before.split(" ", -1)) {
      if (!pid.isEmpty()) {
        signalled.add(holder(Integer.parseInt(pid), "app").build().identity());
      }
    }

    assertThat(
            Told.plan(
                Planner.plan(
                    Explainer.explain(seen.build()),
                    Selves.ALICE,
                    Allow.most(most),
                    Set.of(),
                    signalled)))
        .startsWith(expected);
  }

  @Test
  void oneRefusalRefusesTheWholePlanAndOutweighsADenial() {
    SnapshotBuilder seen =
        snapshot()
            .blocked()
            .sockets(listener(), outgoing().autoPort(true).inode(101), listener().inode(102))
            .holders(nginx(), holder(11, "curl").holds(3, 101));

    assertThat(plan(seen)).startsWith("refused: curl (pid 11, alice) is a client");
  }

  @Test
  void oneDenialDeniesTheWholePlan() {
    assertThat(plan(held(nginx(), holder(11, "nginx").holds(6, 100).owner(33, "www-data"))))
        .startsWith("denied, root may: nginx (pid 11, www-data)");
  }

  @Test
  void aPhraseKeepsOurWordsAndTheirsApart() {
    Plan plan =
        Planner.plan(
            Explainer.explain(held(nginx().owner(33, "www-data")).build()),
            Selves.ALICE,
            FreeOptions.DEFAULT);

    assertThat(((Plan.Denied) plan).why().parts())
        .contains(new Phrase.Part.Theirs(new Untrusted("nginx")));
  }
}
