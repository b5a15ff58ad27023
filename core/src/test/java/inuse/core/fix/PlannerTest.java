package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.outgoing;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.core.evidence.SocketBuilder.timeWait;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Charge;
import inuse.core.evidence.Container;
import inuse.core.evidence.Forwarder;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Overseer;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Self;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Via;
import inuse.core.explain.Explainer;
import inuse.core.explain.Phrase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is planned for which cause. */
final class PlannerTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final Self ROOT = SelfBuilder.root().build();
  private static final Limits DESTROY = destroying(8);

  private static Limits destroying(int most) {
    return new Limits(
        Duration.ofSeconds(10),
        15,
        true,
        true,
        most,
        false,
        Optional.empty(),
        Optional.empty(),
        Duration.ZERO,
        Optional.empty());
  }

  private static Plan plan(SnapshotBuilder seen, Self self, Limits limits) {
    return Planner.plan(Explainer.explain(seen.build()), self, limits);
  }

  private static List<Step> steps(SnapshotBuilder seen, Limits limits) {
    Plan plan = plan(seen, ROOT, limits);
    assertThat(plan).isInstanceOf(Plan.Steps.class);
    return ((Plan.Steps) plan).steps();
  }

  private static Plan.Refused refused(SnapshotBuilder seen, Limits limits) {
    Plan plan = plan(seen, ROOT, limits);
    assertThat(plan).isInstanceOf(Plan.Refused.class);
    return (Plan.Refused) plan;
  }

  private static String text(Phrase phrase) {
    return phrase.parts().stream()
        .map(part ->
            switch (part) {
              case Phrase.Part.Ours(String ours) -> ours;
              case Phrase.Part.Theirs(var theirs) -> theirs.bytes();
            })
        .collect(Collectors.joining());
  }

  private static SnapshotBuilder heldBy(HolderBuilder... holders) {
    return snapshot().asRoot().blocked().sockets(listener().inode(100)).holders(holders);
  }

  private static List<Integer> pids(Step step) {
    return ((Step.EndProcesses) step).victims().stream().map(one -> one.pid().number()).toList();
  }

  @Test
  void whatIsFreeNeedsNoPlan() {
    assertThat(plan(snapshot().probes("ok"), ROOT, Limits.USUAL)).isEqualTo(new Plan.Nothing());
  }

  @Test
  void aListenersProcessIsEndedByTheVerySocketItHolds() {
    Step step =
        steps(heldBy(holder(10, "server").holds(3, 100).holds(4, 999)), Limits.USUAL).getFirst();

    Victim victim = ((Step.EndProcesses) step).victims().getFirst();
    assertThat(victim.identity()).isEqualTo(new ProcessIdentity(new Pid(10), 12_345));
    assertThat(victim.claims())
        .singleElement()
        .satisfies(claim -> {
          assertThat(claim.fd()).isEqualTo(3);
          assertThat(claim.inode().number()).isEqualTo(100);
          assertThat(claim.cookie()).isEqualTo(listener().inode(100).build().cookie());
        });
    assertThat(victim.stopped()).isFalse();
  }

  @Test
  void parentsComeBeforeTheirChildrenAndWhoIsStoppedIsWoken() {
    List<Step> steps =
        steps(
            heldBy(
                holder(10, "worker").holds(3, 100).below(30, 700, 1),
                holder(20, "worker").holds(3, 100).below(30, 700, 1).state(ProcessState.STOPPED),
                holder(30, "master").holds(3, 100).below(700, 1)),
            Limits.USUAL);

    assertThat(steps).hasSize(1);
    assertThat(pids(steps.getFirst())).containsExactly(30, 10, 20);
    assertThat(((Step.EndProcesses) steps.getFirst()).victims())
        .extracting(Victim::stopped)
        .containsExactly(false, false, true);
  }

  @Test
  void aServiceIsStoppedThroughItsUnitOnce() {
    List<Step> steps =
        steps(
            heldBy(
                holder(10, "nginx").holds(3, 100).unit("nginx.service").below(1),
                holder(11, "nginx").holds(3, 100).unit("nginx.service").below(10, 1)),
            Limits.USUAL);

    assertThat(steps)
        .singleElement()
        .isInstanceOfSatisfying(
            Step.Command.class,
            step ->
                assertThat(step.remedy().command())
                    .containsExactly("systemctl", "stop", "nginx.service"));
  }

  @Test
  void whoMayNotStopAUnitIsToldThatRootMay() {
    Plan plan =
        plan(
            snapshot()
                .blocked()
                .sockets(listener().inode(100))
                .holders(holder(10, "nginx").holds(3, 100).unit("nginx.service").below(1)),
            SelfBuilder.user(1000).build(),
            Limits.USUAL);

    assertThat(plan)
        .isInstanceOfSatisfying(Plan.Denied.class, denied -> assertThat(denied.rootMay()).isTrue());
  }

  @Test
  void anotherUsersProcessIsDenied() {
    Plan plan =
        plan(
            snapshot()
                .blocked()
                .sockets(listener().inode(100))
                .holders(holder(10, "a").holds(3, 100).owner(33, "www-data")),
            SelfBuilder.user(1000).build(),
            Limits.USUAL);

    assertThat(plan).isInstanceOf(Plan.Denied.class);
  }

  @Test
  void aContainerIsStoppedThroughItsEngine() {
    List<Step> steps =
        steps(
            heldBy(holder(10, "node").holds(3, 100).container(Container.Engine.DOCKER, ID)),
            Limits.USUAL);

    assertThat(steps)
        .singleElement()
        .isInstanceOfSatisfying(
            Step.StopContainer.class, step -> assertThat(step.container().id()).isEqualTo(ID));
  }

  private static Forwarder forwarder(boolean known, boolean asked) {
    return new Forwarder(
        Container.Engine.DOCKER,
        known ? Optional.of(new Container(Container.Engine.DOCKER, ID)) : Optional.empty(),
        Optional.empty(),
        asked);
  }

  @Test
  void aForwarderIsLeftAloneAndItsContainerStopped() {
    assertThat(
            steps(
                heldBy(holder(10, "docker-proxy").holds(3, 100).forwarder(forwarder(true, true))),
                Limits.USUAL))
        .singleElement()
        .isInstanceOf(Step.StopContainer.class);
    assertThat(
            text(
                refused(
                        heldBy(
                            holder(10, "docker-proxy")
                                .holds(3, 100)
                                .forwarder(forwarder(false, false))),
                        Limits.USUAL)
                    .why()))
        .contains("stop that container");
    // The engine answered, and has no such container any more.
    assertThat(
            steps(
                heldBy(holder(10, "docker-proxy").holds(3, 100).forwarder(forwarder(false, true))),
                Limits.USUAL))
        .singleElement()
        .isInstanceOf(Step.EndProcesses.class);
  }

  @Test
  void aSocketUnitIsStoppedAndPid1IsNoVictim() {
    List<Step> steps =
        steps(
            heldBy(
                    holder(1, "systemd")
                        .holds(3, 100)
                        .owner(0, "root")
                        .below()
                        .manager(Charge.Init.SYSTEM))
                .socketUnit("app.socket", false, "app.service"),
            Limits.USUAL);

    assertThat(steps)
        .singleElement()
        .isInstanceOfSatisfying(
            Step.Command.class,
            step ->
                assertThat(step.remedy().command())
                    .containsExactly("systemctl", "stop", "app.socket", "app.service"));
  }

  @Test
  void nodemonGoesBeforeWhatItWouldStartAgain() {
    Overseer nodemon =
        new Overseer(
            Overseer.Kind.NODEMON,
            new ProcessIdentity(new Pid(700), 77),
            Optional.empty(),
            Optional.empty());
    Step step =
        steps(heldBy(holder(900, "node").holds(3, 100).overseer(nodemon)), Limits.USUAL).getFirst();

    assertThat(pids(step)).containsExactly(700, 900);
    assertThat(((Step.EndProcesses) step).victims().getFirst().identity())
        .isEqualTo(nodemon.identity());
  }

  @Test
  void whatNobodySeesIsDenied() {
    SnapshotBuilder seen = snapshot().blocked().sockets(listener().inode(100).uid(0));
    assertThat(plan(seen, SelfBuilder.user(1000).build(), Limits.USUAL))
        .isInstanceOfSatisfying(Plan.Denied.class, denied -> assertThat(denied.rootMay()).isTrue());
  }

  @Test
  void timeWaitIsWaitedForOrDestroyedByRoot() {
    SnapshotBuilder seen =
        snapshot().asRoot().freeWithReuseAddress().sockets(timeWait(41_001), timeWait(10));

    assertThat(steps(seen, Limits.USUAL))
        .containsExactly(new Step.Wait(Optional.of(Duration.ofMillis(41_001))));
    assertThat(steps(seen, DESTROY))
        .singleElement()
        .isInstanceOfSatisfying(
            Step.DestroySockets.class, step -> assertThat(step.sockets()).hasSize(2));
    assertThat(plan(seen, SelfBuilder.user(1000).build(), DESTROY)).isInstanceOf(Plan.Denied.class);
  }

  @Test
  void whatDoesNotRefuseThisNewcomerIsLeftAlone() {
    SnapshotBuilder seen =
        snapshot()
            .asRoot()
            .newcomer(Newcomer.plain(Uid.ROOT).withReuseAddress())
            .blocked()
            .sockets(listener().inode(100), timeWait(5000).reuseAddress(true))
            .holders(holder(10, "server").holds(3, 100));

    assertThat(steps(seen, DESTROY)).singleElement().isInstanceOf(Step.EndProcesses.class);
  }

  private static SnapshotBuilder client(boolean automaticPort) {
    return snapshot()
        .asRoot()
        .blocked()
        .sockets(outgoing().inode(100).autoPort(automaticPort))
        .holders(holder(10, "client").holds(3, 100));
  }

  @Test
  void anOutgoingConnectionIsOnlyEndedOnPurposeAndItsClientNever() {
    SnapshotBuilder automatic = client(true);
    assertThat(refused(automatic, Limits.USUAL).byHand().getLast())
        .contains("ip_local_reserved_ports");
    assertThat(steps(automatic, DESTROY)).singleElement().isInstanceOf(Step.DestroySockets.class);

    SnapshotBuilder byHand = client(false);
    assertThat(refused(byHand, DESTROY).byHand()).containsExactly("kill", "10");
  }

  @Test
  void anAcceptedConnectionWithoutItsListenerIsItsServers() {
    SnapshotBuilder seen =
        snapshot()
            .asRoot()
            .blocked()
            .sockets(accepted().inode(100))
            .holders(holder(10, "server").holds(3, 100));

    assertThat(pids(steps(seen, Limits.USUAL).getFirst())).containsExactly(10);
    assertThat(steps(seen, DESTROY)).singleElement().isInstanceOf(Step.DestroySockets.class);
  }

  @Test
  void ofClosingConnectionsNobodysAreWaitedForAndTheRestEnded() {
    SnapshotBuilder seen =
        snapshot()
            .asRoot()
            .blocked()
            .sockets(
                socket(SocketState.CLOSE_WAIT).inode(100).initiated(false),
                socket(SocketState.FIN_WAIT2).noInode().expires(900))
            .holders(holder(10, "server").holds(3, 100));

    List<Step> steps = steps(seen, Limits.USUAL);
    assertThat(pids(steps.getFirst())).containsExactly(10);
    assertThat(steps.getLast()).isEqualTo(new Step.Wait(Optional.of(Duration.ofMillis(900))));
  }

  @Test
  void nobodyIsEndedOnSuspicion() {
    SnapshotBuilder unsure = heldBy(holder(10, "a").keeps(100, Via.BLOCKED_ACCEPT, false));
    assertThat(text(refused(unsure, Limits.USUAL).why())).contains("suspicion", "--destroy");
    assertThat(steps(unsure, DESTROY)).singleElement().isInstanceOf(Step.DestroySockets.class);

    SnapshotBuilder sure = heldBy(holder(10, "a").keeps(100, Via.THREAD_TABLE, true));
    Step step = steps(sure, Limits.USUAL).getFirst();
    assertThat(((Step.EndProcesses) step).victims())
        .singleElement()
        .satisfies(victim -> assertThat(victim.claims()).isEmpty());
  }

  @Test
  void oneRefusalRefusesAll() {
    SnapshotBuilder seen =
        heldBy(
            holder(10, "nginx").holds(3, 100).unit("nginx.service").below(1),
            holder(1, "init").holds(3, 100).below());

    assertThat(text(refused(seen, Limits.USUAL).why())).contains("PID 1 is never stopped");
  }

  @Test
  void moreThanAllowedAreRefused() {
    SnapshotBuilder two = heldBy(holder(10, "a").holds(3, 100), holder(11, "a").holds(3, 100));

    assertThat(text(refused(two, destroying(1)).why())).contains("--max 1");
    assertThat(steps(two, destroying(2))).hasSize(1);
  }

  @Test
  void whatNoSocketRefusesCannotBeFreed() {
    assertThat(
            plan(
                snapshot().port(80).probes("EACCES"), SelfBuilder.user(1000).build(), Limits.USUAL))
        .isInstanceOfSatisfying(Plan.Denied.class, denied -> assertThat(denied.rootMay()).isTrue());
    assertThat(plan(snapshot().asRoot().probes("EADDRNOTAVAIL"), ROOT, Limits.USUAL))
        .isInstanceOf(Plan.Refused.class);
    assertThat(plan(snapshot().asRoot().blocked(), ROOT, Limits.USUAL))
        .isInstanceOf(Plan.Refused.class);
    assertThat(plan(snapshot().asRoot().probes("EMFILE"), ROOT, Limits.USUAL))
        .isInstanceOf(Plan.Denied.class);
  }
}
