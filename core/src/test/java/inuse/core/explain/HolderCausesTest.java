package inuse.core.explain;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Via;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.Written;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Causes that come from a deeper look at who holds a socket. */
final class HolderCausesTest {
  private static final SearchCoverage WHOLE =
      new SearchCoverage(true, true, true, List.of(), List.of());

  private static String text(Phrase phrase) {
    return phrase.parts().stream()
        .map(part ->
            switch (part) {
              case Phrase.Part.Ours(String ours) -> ours;
              case Phrase.Part.Option(InuseCommand.Choice choice) -> choice.name();
              case Phrase.Part.Line(InuseCommand command) -> Written.line(command);
              case Phrase.Part.Theirs(Untrusted theirs) -> theirs.bytes();
            })
        .collect(Collectors.joining());
  }

  private static List<Cause> causes(SnapshotBuilder snapshot) {
    return Explainer.explain(snapshot.build()).causes();
  }

  private static Cause only(SnapshotBuilder snapshot) {
    List<Cause> causes = causes(snapshot);
    assertThat(causes).hasSize(1);
    return causes.getFirst();
  }

  private static List<String> notes(SnapshotBuilder snapshot) {
    return Explainer.explain(snapshot.build()).notes().stream()
        .map(note -> note.id().word())
        .toList();
  }

  private static SnapshotBuilder held(HolderBuilder... holders) {
    return snapshot().blocked().sockets(listener()).holders(holders);
  }

  private static SnapshotBuilder unseen(SearchCoverage coverage, SocketBuilder socket) {
    return snapshot().asRoot().blocked().search(coverage).sockets(socket);
  }

  private static SocketBuilder ofTheKernel() {
    return listener().uid(0).cgroup("/");
  }

  @Test
  void aProcessWithoutItsMainThreadIsAZombieLeader() {
    Cause cause =
        only(
            held(
                holder(10, "server")
                    .state(ProcessState.ZOMBIE)
                    .keeps(100, Via.THREAD_TABLE, true)));

    assertThat(cause.id()).isEqualTo("zombie-leader");
    assertThat(cause.via()).isEmpty();
    assertThat(text(cause.summary()))
        .isEqualTo(
            "server (pid 10, alice) has lost its main thread, and its other threads hold"
                + " 0.0.0.0:8080");
    assertThat(cause.remedies())
        .extracting(Written::words)
        .containsExactly(
            List.of("inuse", "free", "8080"), List.of("inuse", "free", "SIGNAL", "KILL", "8080"));
  }

  @ParameterizedTest
  @EnumSource(Via.class)
  void aSocketThatNoDescriptorShowsHasWhatKeepsIt(Via via) {
    Cause cause =
        only(held(holder(10, "server").keeps(100, via, true)).sockets(accepted().noInode()));

    assertThat(cause.id()).isEqualTo("unlisted-reference");
    assertThat(cause.via()).contains(via.word());
    assertThat(cause.sockets()).hasSize(2);
    assertThat(text(cause.summary()))
        .startsWith("server (pid 10, alice) keeps 0.0.0.0:8080")
        .doesNotContain("likely");
    assertThat(Written.words(cause.remedies().getFirst())).containsExactly("inuse", "free", "8080");
  }

  @Test
  void whatIsNotProvenIsLikelyAndEndsTheSocketFirst() {
    Cause cause =
        only(
            held(
                holder(10, "one").keeps(100, Via.BLOCKED_ACCEPT, false),
                holder(11, "other").keeps(100, Via.BLOCKED_ACCEPT, false)));

    assertThat(text(cause.summary()))
        .isEqualTo(
            "one (pid 10, alice) and other (pid 11, alice) likely keep 0.0.0.0:8080 alive by a"
                + " thread that still waits in accept() on a descriptor that was closed");
    assertThat(cause.remedies())
        .extracting(Remedy::id)
        .containsExactly(Remedy.Id.DESTROY_SOCKET, Remedy.Id.TERMINATE);
  }

  @Test
  void aDeviceThatHasThePortIsRemoved() {
    SearchCoverage coverage =
        new SearchCoverage(
            true,
            true,
            false,
            List.of(
                new KernelUser("vxlan", Optional.of(new Untrusted("vx0")), true),
                new KernelUser("wireguard", Optional.of(new Untrusted("wg0")), false)),
            List.of());
    Cause cause = only(unseen(coverage, socket(SocketState.BOUND).udp().uid(0).cgroup("/")).udp());

    assertThat(cause.id()).isEqualTo("kernel-socket");
    assertThat(text(cause.summary()))
        .isEqualTo("the kernel itself holds 0.0.0.0:8080, for vxlan device vx0");
    assertThat(cause.remedies())
        .extracting(Written::words)
        .containsExactly(List.of("ip", "link", "del", "vx0"));
  }

  @Test
  void aDeviceThatMayHaveThePortIsAdviceAlone() {
    SearchCoverage coverage =
        new SearchCoverage(
            true,
            true,
            true,
            List.of(new KernelUser("wireguard", Optional.of(new Untrusted("wg0")), false)),
            List.of());
    Cause cause = only(unseen(coverage, ofTheKernel()));

    assertThat(text(cause.summary())).endsWith(", perhaps for wireguard device wg0");
    assertThat(cause.remedies().getFirst().id()).isEqualTo(Remedy.Id.REMOVE_DEVICE);
    assertThat(Written.words(cause.remedies().getFirst())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-all", "'vx;reboot'", "''"})
  void aDeviceWithANameThatCouldHarmIsAdviceAlone(String name) {
    SearchCoverage coverage =
        new SearchCoverage(
            true,
            true,
            true,
            List.of(new KernelUser("vxlan", Optional.of(new Untrusted(name)), true)),
            List.of());

    assertThat(Written.words(only(unseen(coverage, ofTheKernel())).remedies().getFirst()))
        .isEmpty();
  }

  @Test
  void aSocketOfTheKernelWithoutADeviceIsSaidHonestly() {
    Cause cause = only(unseen(WHOLE, ofTheKernel()));

    assertThat(cause.id()).isEqualTo("kernel-socket");
    assertThat(text(cause.summary())).isEqualTo("the kernel itself holds 0.0.0.0:8080");
    assertThat(text(cause.why())).contains("cannot be told");
  }

  @Test
  void itIsTheKernelsOnlyWhereRootSeesEverythingAndTheSocketIsRootsOutsideAllGroups() {
    SearchCoverage partly = new SearchCoverage(true, true, false, List.of(), List.of());
    SearchCoverage inside = new SearchCoverage(true, false, true, List.of(), List.of());
    SearchCoverage user = new SearchCoverage(false, true, true, List.of(), List.of());
    for (SearchCoverage coverage : List.of(partly, inside, user)) {
      assertThat(only(unseen(coverage, ofTheKernel())).id()).isEqualTo("hidden-holder");
    }
    assertThat(only(unseen(WHOLE, listener().uid(1000).cgroup("/"))).id())
        .isEqualTo("hidden-holder");
    assertThat(only(unseen(WHOLE, listener().uid(0).cgroup("/a"))).id()).isEqualTo("hidden-holder");
  }

  @Test
  void insideAPidNamespaceTheHolderIsOutside() {
    Cause cause =
        only(unseen(new SearchCoverage(true, false, true, List.of(), List.of()), ofTheKernel()));

    assertThat(text(cause.why())).contains("the holder is outside this pid namespace");
    assertThat(cause.remedies()).extracting(Remedy::id).containsExactly(Remedy.Id.RUN_AS_ROOT);
    assertThat(Written.words(cause.remedies().getFirst())).isEmpty();
  }

  @Test
  void whoIsInChargeOfAHiddenHolderIsSaid() {
    Untrusted group = new Untrusted("/system.slice/web.service");
    SearchCoverage coverage =
        new SearchCoverage(
            false,
            true,
            false,
            List.of(),
            List.of(
                new SearchCoverage.CgroupSupervision(
                    group,
                    Optional.of(Statement.ofRoot(new Unit("web.service", false))),
                    Optional.of(
                        Statement.ofRoot(
                            new Container(Container.Engine.DOCKER, "0123456789abcdef"))))));
    Cause cause =
        only(
            snapshot()
                .blocked()
                .search(coverage)
                .sockets(listener().owner(33, "www-data").cgroup(group.bytes())));

    assertThat(text(cause.summary()))
        .isEqualTo(
            "a process of www-data in docker container 0123456789ab and web.service, hidden from"
                + " you, holds 0.0.0.0:8080 (LISTEN)");
    assertThat(text(cause.remedies().getFirst().effect())).contains("web.service");
  }

  @Test
  void whatAnotherUserCallsItsControlGroupIsSaidAsThatUsersWord() {
    Untrusted group = new Untrusted("/system.slice/jenkins.service/web.service");
    SearchCoverage coverage =
        new SearchCoverage(
            false,
            true,
            false,
            List.of(),
            List.of(
                new SearchCoverage.CgroupSupervision(
                    group,
                    Optional.of(
                        new Statement<>(new Unit("web.service", false), Speaker.of(new Uid(1001)))),
                    Optional.empty())));
    Cause cause =
        only(
            snapshot()
                .blocked()
                .search(coverage)
                .sockets(listener().owner(33, "www-data").cgroup(group.bytes())));

    assertThat(text(cause.summary())).contains(" in what calls itself web.service, hidden from");
  }

  @Test
  void aListenerWhoseHoldersAllLostTheirParentIsAnOrphan() {
    Cause cause =
        only(
            held(
                holder(10, "node").holds(3, 100).below(1).reparented(true, false),
                holder(11, "node").holds(3, 100).below(10, 1),
                holder(12, "node").holds(3, 100).below(1).reparented(true, false)));

    assertThat(cause.id()).isEqualTo("orphaned-child");
    assertThat(text(cause.summary()))
        .isEqualTo(
            "node (pid 10, alice) and its worker (pid 11) and node (pid 12,"
                + " alice) were left over by a process that is gone, and still"
                + " listen on 0.0.0.0:8080");
    assertThat(Written.words(cause.remedies().getFirst())).containsExactly("inuse", "free", "8080");
  }

  @Test
  void oneHolderWhoseParentLivesMakesItAListener() {
    assertThat(
            only(held(
                    holder(10, "node").holds(3, 100).below(1).reparented(true, false),
                    holder(12, "node").holds(3, 100)))
                .id())
        .isEqualTo("listener");
  }

  @ParameterizedTest
  @CsvSource({"true, true, reparented", "false, false, reparented", "false, true, ''"})
  void aDaemonIsNoOrphanAndInDoubtANoteSaysSo(boolean lives, boolean detached, String note) {
    SnapshotBuilder snapshot =
        held(holder(10, "server").holds(3, 100).below(1).reparented(lives, detached));

    assertThat(only(snapshot).id()).isEqualTo("listener");
    assertThat(String.join(",", notes(snapshot))).isEqualTo(note);
  }

  @Test
  void aServiceThatForkedItselfAwayIsNotInDoubt() {
    assertThat(
            notes(
                held(
                    holder(10, "server")
                        .holds(3, 100)
                        .below(1)
                        .unit("a.service")
                        .reparented(false, false))))
        .isEmpty();
  }
}
