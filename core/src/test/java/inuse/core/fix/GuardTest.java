package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.Forwarder;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Self;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Explainer;
import inuse.core.fix.Guard.Rule;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is never stopped, and that a neighbour is. */
final class GuardTest {
  private static final Self ROOT = SelfBuilder.root().build();

  private static Guard guard(Self self, Limits limits) {
    return new Guard(
        self, limits, Explainer.explain(snapshot().blocked().sockets(listener()).build()));
  }

  private static Optional<Rule> toEnd(HolderBuilder holder, Self self) {
    return guard(self, Limits.USUAL).forbidsToEnd(holder.build());
  }

  private static Optional<Rule> toStop(HolderBuilder holder, Self self) {
    return guard(self, Limits.USUAL).forbidsToStop(holder.build());
  }

  private static Limits limits(boolean onlyMine, String under, String command) {
    return new Limits(
        Duration.ZERO,
        15,
        true,
        false,
        8,
        onlyMine,
        under.isEmpty() ? Optional.empty() : Optional.of(new Untrusted(under)),
        command.isEmpty() ? Optional.empty() : Optional.of(new Untrusted(command)),
        Duration.ZERO,
        Optional.empty());
  }

  @Test
  void anOrdinaryProcessMayBeEnded() {
    assertThat(toEnd(holder(10, "server"), ROOT)).isEmpty();
  }

  @Test
  void pid1IsNeverEndedAndItsUnitsMayBeStopped() {
    assertThat(toEnd(holder(1, "systemd").below(), ROOT)).contains(Rule.INIT);
    Self belowIt = SelfBuilder.root().below(700, 1).build();
    assertThat(toStop(holder(1, "systemd").below(), belowIt)).isEmpty();
  }

  @Test
  void aThreadOfTheKernelIsNeverEnded() {
    assertThat(toEnd(holder(2, "kthreadd").below(), ROOT)).contains(Rule.KERNEL_THREAD);
    assertThat(toEnd(holder(90, "nfsd").below(2), ROOT)).contains(Rule.KERNEL_THREAD);
    // In a PID namespace of its own the second process is anybody.
    assertThat(toEnd(holder(2, "server").below(1), ROOT)).isEmpty();
    assertThat(toEnd(holder(90, "server").below(2).executable("/bin/server"), ROOT)).isEmpty();
  }

  @Test
  void neitherWeNorWhatWeRunBelow() {
    Self self = SelfBuilder.root().below(700, 600).session(700).build();
    assertThat(toEnd(holder(4242, "inuse"), self)).contains(Rule.OURSELVES);
    assertThat(toEnd(holder(600, "tmux"), self)).contains(Rule.ANCESTOR);
    assertThat(toStop(holder(600, "tmux").unit("a.service"), self)).contains(Rule.ANCESTOR);
    assertThat(toEnd(holder(601, "tmux"), self)).isEmpty();
  }

  @Test
  void theLeaderOfOurSessionStaysEvenIfItIsNoAncestor() {
    Self self = SelfBuilder.root().session(700).build();
    assertThat(toEnd(holder(700, "bash"), self)).contains(Rule.SESSION);
    assertThat(toEnd(holder(701, "bash"), self)).isEmpty();
  }

  @Test
  void theSshdThatThisSessionCameInByStays() {
    Self self = SelfBuilder.root().cameInBySsh(8080).build();
    assertThat(toEnd(holder(10, "sshd"), self)).contains(Rule.SSH);
    assertThat(toEnd(holder(10, "web"), self)).isEmpty();
    assertThat(toEnd(holder(10, "sshd"), SelfBuilder.root().cameInBySsh(22).build())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "x, /usr/bin/dockerd, true",
    "x, /usr/bin/containerd-shim-runc-v2, true",
    "dockerd, /srv/alice/dockerd-exporter, false",
    "web, /usr/bin/web, false"
  })
  void anEngineIsKnownByItsFileAndNotByTheNameItGaveItself(
      String name, String file, boolean protectedOne) {
    assertThat(toEnd(holder(10, name).executable(file), ROOT))
        .isEqualTo(protectedOne ? Optional.of(Rule.ENGINE) : Optional.empty());
  }

  @Test
  void whatForwardsToAContainerIsNotItsEngine() {
    Forwarder forwarder =
        new Forwarder(Container.Engine.PODMAN, Optional.empty(), Optional.empty(), true);
    assertThat(toStop(holder(10, "podman").forwarder(forwarder), ROOT)).isEmpty();
  }

  @Test
  void theUnitThatWeRunInIsNotStopped() {
    Self self = SelfBuilder.root().cgroup("/system.slice/ci.service").build();
    assertThat(toStop(holder(10, "a").unit("ci.service").cgroup("/system.slice/ci.service"), self))
        .contains(Rule.UNIT);
    assertThat(toStop(holder(10, "a").unit("b.service").cgroup("/system.slice/b.service"), self))
        .isEmpty();
    // The same group without a unit says nothing.
    assertThat(toStop(holder(10, "a").cgroup("/system.slice/ci.service"), self)).isEmpty();
  }

  @Test
  void onlyMineKeepsOthersProcesses() {
    Guard guard = guard(SelfBuilder.user(1000).build(), limits(true, "", ""));
    assertThat(guard.forbidsToEnd(holder(10, "a").owner(33, "www").build()))
        .contains(Rule.NOT_MINE);
    assertThat(guard.forbidsToEnd(holder(10, "a").unknownOwner().build())).contains(Rule.NOT_MINE);
    assertThat(guard.forbidsToEnd(holder(10, "a").owner(1000, "alice").build())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/srv/a, true",
    "/srv/a/site, true",
    "/srv/ab, false",
    "/home, false",
    "/srv/a (deleted), false"
  })
  void underADirectoryIsThereOrBelow(String directory, boolean allowed) {
    Guard guard = guard(ROOT, limits(false, "/srv/a", ""));
    assertThat(guard.forbidsToEnd(holder(10, "a").directory(directory).build()))
        .isEqualTo(allowed ? Optional.empty() : Optional.of(Rule.NOT_UNDER));
    assertThat(
            guard(ROOT, limits(false, "/", ""))
                .forbidsToEnd(holder(10, "a").directory(directory).build()))
        .isEmpty();
  }

  @Test
  void aCommandIsTheWholeName() {
    Guard guard = guard(ROOT, limits(false, "", "node"));
    assertThat(guard.forbidsToEnd(holder(10, "nodemon").build())).contains(Rule.NOT_NAMED);
    assertThat(guard.forbidsToStop(holder(10, "nodemon").unit("n.service").build()))
        .contains(Rule.NOT_NAMED);
    assertThat(guard.forbidsToEnd(holder(10, "node").build())).isEmpty();
  }
}
