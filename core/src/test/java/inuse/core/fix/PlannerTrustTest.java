package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Account;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.explain.Explainer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose word chooses what is done, and as whom. */
final class PlannerTrustTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String SIGNAL = "end 900 3:7:7";
  private static final Uid ALICE = new Uid(1000);
  private static final Container WEB = new Container(Container.Engine.DOCKER, ID);
  private static final Container SHOP = new Container(Container.Engine.PODMAN, ID);

  /** By a process that made the socket itself. */
  private static SnapshotBuilder held(HolderBuilder who) {
    long maker =
        who.build().account().toOptional().map(Account::uid).map(Uid::number).orElse(1000L);
    return snapshot().blocked().sockets(SocketBuilder.listener().inode(7).uid(maker)).holders(who);
  }

  /** A process of that user. */
  private static HolderBuilder app(long uid) {
    return holder(900, "app").owner(uid, "x").holds(3, 7).below(700, 1);
  }

  private static String plan(SnapshotBuilder seen, Caller caller) {
    return Told.plan(Planner.plan(Explainer.explain(seen.build()), caller, FreeOptions.DEFAULT));
  }

  private static String byRoot(HolderBuilder who) {
    return plan(held(who).asRoot(), Selves.ROOT);
  }

  private static String byAlice(HolderBuilder who) {
    return plan(held(who), Selves.ALICE);
  }

  private static <T> Statement<T> alices(T content) {
    return new Statement<>(content, Speaker.of(ALICE));
  }

  private static <T> Statement<T> anybodys(T content) {
    return new Statement<>(content, Speaker.ANYBODY);
  }

  private static ProcessManager manager(ProcessManager.Kind kind) {
    return new ProcessManager(
        kind, new ProcessIdentity(new Pid(700), 1), Optional.of("0"), Optional.of("/srv/web"));
  }

  @ParameterizedTest
  @EnumSource
  void aManagerThatNobodyVouchesForIsNotToldAnything(ProcessManager.Kind kind) {
    assertThat(byRoot(app(1000).overseer(anybodys(manager(kind))))).isEqualTo(SIGNAL);
    assertThat(byAlice(app(1000).overseer(anybodys(manager(kind))))).isEqualTo(SIGNAL);
  }

  @ParameterizedTest
  @EnumSource
  void aUserDoesNotVouchForAnotherUsersProcess(ProcessManager.Kind kind) {
    assertThat(byRoot(app(0).overseer(alices(manager(kind))))).isEqualTo(SIGNAL);
    assertThat(byRoot(app(1001).overseer(alices(manager(kind))))).isEqualTo(SIGNAL);
    assertThat(byRoot(app(1000).unknownOwner().overseer(alices(manager(kind))))).isEqualTo(SIGNAL);
  }

  @Test
  void theAskersOwnManagerTakesNoRoot() {
    assertThat(byAlice(app(1000).overseer(alices(manager(ProcessManager.Kind.RUNIT)))))
        .isEqualTo("run sv stop /srv/web");
    assertThat(byAlice(app(1000).overseer(manager(ProcessManager.Kind.RUNIT))))
        .startsWith("denied, root may: ");
  }

  @Test
  void aUnitThatNobodyOrAnotherUserVouchesForIsNotStopped() {
    Unit unit = new Unit("payroll.service", false);
    Unit users = new Unit("payroll.service", true);

    assertThat(byRoot(app(1000).unit(anybodys(unit)).below(1))).isEqualTo(SIGNAL);
    assertThat(byRoot(app(0).unit(alices(unit)).below(1))).isEqualTo(SIGNAL);
    assertThat(byRoot(app(0).unit(alices(users)).below(800, 1))).isEqualTo(SIGNAL);
    assertThat(byRoot(app(1000).unit(anybodys(users)).below(800, 1))).isEqualTo(SIGNAL);
  }

  @Test
  void aUsersUnitIsStoppedThroughThatUsersManager() {
    assertThat(byRoot(app(1000).unit(alices(new Unit("web.service", true))).below(800, 1)))
        .isEqualTo("run systemctl --user --machine=1000@.host stop web.service; " + SIGNAL);
  }

  @Test
  void aContainerThatNobodyOrAnotherUserVouchesForIsNotStopped() {
    assertThat(byRoot(app(1000).container(anybodys(WEB)))).isEqualTo(SIGNAL);
    assertThat(byRoot(app(0).container(alices(WEB)))).isEqualTo(SIGNAL);
    assertThat(byRoot(app(1001).container(alices(SHOP)))).isEqualTo(SIGNAL);
  }

  @Test
  void anotherUsersContainerIsStoppedAsThatUserByTheLineThatIsShown() {
    assertThat(byRoot(app(1000).container(alices(WEB))))
        .isEqualTo(
            "run sudo -H -u #1000 docker -H unix:///run/user/1000/docker.sock stop 0123456789ab; "
                + SIGNAL);
    assertThat(byRoot(app(1000).container(alices(SHOP))))
        .isEqualTo("run sudo -H -u #1000 podman stop 0123456789ab; " + SIGNAL);
  }

  @Test
  void ourOwnContainerIsStoppedByOurOwnEngine() {
    assertThat(byAlice(app(1000).container(alices(SHOP))))
        .isEqualTo("container 0123: podman stop 0123456789ab");
    assertThat(byAlice(app(1000).container(alices(WEB))))
        .isEqualTo("container 0123: docker stop 0123456789ab");
  }

  private static PortProxy forwards(Container container) {
    return new PortProxy(
        container.engine(), Optional.of(container), Optional.of(new Port(80)), true);
  }

  @Test
  void aForwarderThatNobodyOrAnotherUserVouchesForIsAProcessAsAnyOther() {
    assertThat(byRoot(app(1000).forwarder(anybodys(forwards(WEB))))).isEqualTo(SIGNAL);
    assertThat(byRoot(app(0).forwarder(alices(forwards(WEB))))).isEqualTo(SIGNAL);
    assertThat(byRoot(app(1001).forwarder(alices(forwards(SHOP))))).isEqualTo(SIGNAL);
  }

  @Test
  void anotherUsersForwardedContainerIsStoppedAsThatUserByTheLineThatIsShown() {
    assertThat(byRoot(app(1000).forwarder(alices(forwards(SHOP)))))
        .isEqualTo("run sudo -H -u #1000 podman stop 0123456789ab; " + SIGNAL);
    assertThat(byRoot(app(1000).forwarder(alices(forwards(WEB)))))
        .isEqualTo(
            "run sudo -H -u #1000 docker -H unix:///run/user/1000/docker.sock stop 0123456789ab; "
                + SIGNAL);
  }

  @Test
  void rootsContainerTakesRoot() {
    assertThat(byAlice(app(1000).container(WEB))).startsWith("denied, root may: ");
    assertThat(byAlice(app(1000).forwarder(forwards(WEB)))).startsWith("denied, root may: ");
  }
}
