package inuse.core.explain;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.accepted;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.KillMode;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Reading;
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
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Causes that come from a deeper look at who holds a socket. */
final class HolderCausesTest {
  private static final SearchCoverage WHOLE =
      new SearchCoverage(SearchCoverage.Rights.ROOT, true, true, List.of(), List.of());

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

  private static List<String> told(SnapshotBuilder snapshot) {
    return Explainer.explain(snapshot.build()).notes().stream()
        .map(note -> note.id().word() + ": " + text(note.summary()))
        .toList();
  }

  @Test
  void whatAChildInheritedFromItsServerIsNotCalledItsOwn() {
    SnapshotBuilder seen =
        held(
            holder(10, "php").holds(3, 100).executable("/usr/bin/php8.2").below(700),
            holder(11, "helper").holds(3, 100).executable("/opt/helper").below(10));

    assertThat(text(only(seen).summary()))
        .isEqualTo(
            "php (pid 10, alice) listens on 0.0.0.0:8080, and helper (pid 11, alice) inherited it");
    assertThat(told(seen))
        .containsExactly(
            "inherited: helper (pid 11, alice) inherited the socket from php (pid 10, alice), and"
                + " keeps the port when that ends");
  }

  @Test
  void aProgramThatMakesNoSocketsInheritedWhatItHas() {
    SnapshotBuilder seen = held(holder(11, "sleep").holds(3, 100).executable("/usr/bin/sleep"));

    assertThat(text(only(seen).summary()))
        .isEqualTo("sleep (pid 11, alice) has inherited the listening socket of 0.0.0.0:8080");
    assertThat(told(seen))
        .containsExactly(
            "inherited: sleep (pid 11, alice) inherited the socket from a process that is gone, and"
                + " accepts nothing: clients wait forever");
    assertThat(
            told(
                held(
                    holder(11, "sleep").holds(3, 100).executable("/bin/busybox"),
                    holder(12, "httpd").holds(3, 100).executable("/bin/busybox"))))
        .singleElement()
        .asString()
        .startsWith("inherited: sleep (pid 11, alice) inherited");
  }

  @Test
  void workersOfTheSameProgramAreNoHeirs() {
    SnapshotBuilder seen =
        held(
            holder(10, "nginx").holds(3, 100).executable("/usr/sbin/nginx").below(700),
            holder(11, "nginx").holds(3, 100).executable("/usr/sbin/nginx").below(10));

    assertThat(text(only(seen).summary())).contains("listen on 0.0.0.0:8080").doesNotContain("inh");
    assertThat(told(seen)).isEmpty();
  }

  @Test
  void aListenerThatDoesNotAcceptIsSaidToBeFull() {
    assertThat(
            told(
                snapshot()
                    .blocked()
                    .sockets(listener().waiting(6, 5))
                    .holders(holder(10, "app").holds(3, 100))))
        .containsExactly(
            "accept-queue: the accept queue of 0.0.0.0:8080 is full: 6 connections wait for app"
                + " (pid 10, alice), which does not accept them, and further clients get no"
                + " answer");
    assertThat(told(snapshot().blocked().sockets(listener().waiting(5, 5)))).isEmpty();
  }

  @Test
  void whatIsNotAcceptedYetIsNotServed() {
    assertThat(
            text(
                only(held(holder(10, "app").holds(3, 100).holds(4, 101))
                        .sockets(
                            listener(),
                            accepted().inode(101),
                            accepted().noInode(),
                            accepted().noInode().peer("10.0.0.8", 50_001)))
                    .why()))
        .endsWith("; it also serves a connection; 2 connections wait to be accepted");
  }

  @Test
  void whyEachOfTwoIsAnotherServiceIsSaidOfEach() {
    Newcomer plain = Newcomer.plain(new Uid(1000));
    Newcomer known =
        new Newcomer(
            plain.uid(),
            false,
            false,
            false,
            Optional.empty(),
            plain.privileged(),
            Optional.of(
                new IntendedCommand(
                    new Untrusted("/usr/bin/python3"),
                    List.of(new IntendedCommand.Argument(new Untrusted("a"), Optional.empty())),
                    Optional.empty())),
            Optional.empty(),
            false,
            false);
    SnapshotBuilder seen =
        snapshot()
            .newcomer(known)
            .blocked()
            .sockets(listener(), listener().at("::1").inode(101))
            .holders(
                holder(10, "python3")
                    .holds(3, 100)
                    .executable("/usr/bin/python3")
                    .arguments("python3", "b"),
                holder(11, "perl").holds(3, 101).executable("/usr/bin/perl").arguments("perl"));

    Cause cause = only(seen);

    assertThat(cause.id()).isEqualTo("another-service");
    assertThat(text(cause.summary()))
        .isEqualTo(
            "python3 (pid 10, alice) is another service and has 0.0.0.0:8080 and perl (pid 11,"
                + " alice) is another service and has [::1]:8080 (LISTEN)");
    assertThat(text(cause.why()))
        .isEqualTo(
            "python3 (pid 10, alice) runs the same program, but with other arguments or another"
                + " script; perl (pid 11, alice) runs another program than the one to be"
                + " started");
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
  void besideAProcessThatListsTheSocketAThreadsTableIsOneMoreHolder() {
    Cause cause =
        only(
            held(
                holder(10, "server").holds(3, 100),
                holder(11, "other").keeps(100, Via.THREAD_TABLE, true),
                holder(12, "dying").state(ProcessState.ZOMBIE).keeps(100, Via.THREAD_TABLE, true)));

    assertThat(cause.id()).isEqualTo("listener");
    assertThat(cause.holders()).extracting(one -> one.pid().number()).containsExactly(10, 11, 12);
  }

  @Test
  void referencesThatNoTableShowsAreSaid() {
    SnapshotBuilder seen = held(holder(10, "server").holds(3, 100));

    assertThat(told(seen.search(counted(1))))
        .containsExactly(
            "hidden-reference: one more reference to this socket that no table shows: a process"
                + " that cannot be seen from here, a message in flight or an io_uring keeps it");
    assertThat(told(seen.search(counted(3))).getFirst()).contains("3 more references to this");
    assertThat(told(seen.search(counted(0)))).isEmpty();
  }

  private static HolderSearch counted(int hidden) {
    return new HolderSearch(HolderSearch.Way.BPF_TASK, List.of(), true, Reading.known(hidden));
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
  void whatWasNotReachedInTimeIsNotCalledHidden() {
    SearchCoverage cut =
        new SearchCoverage(SearchCoverage.Rights.ROOT, true, false, true, List.of(), List.of());
    Cause cause = only(unseen(cut, listener().uid(0)));

    assertThat(cause.id()).isEqualTo("search-ended");
    assertThat(text(cause.summary()))
        .isEqualTo("a process of uid 0, not found in time, holds 0.0.0.0:8080 (LISTEN)");
    assertThat(text(cause.why())).endsWith("inuse DEADLINE 2m 8080");
  }

  @Test
  void aTableThatWasNotReadInTimeIsNoFilter() {
    Gap unread = new Gap(Gap.Subject.SOCKETS, "some", Reading.Why.TIMED_OUT, "ask again");
    Cause cause = only(snapshot().asRoot().blocked().gap(unread));

    assertThat(cause.id()).isEqualTo("unexplained");
    assertThat(text(cause.summary()))
        .isEqualTo("something refuses the bind; the sockets were not all read in time");
    assertThat(text(cause.why())).endsWith("inuse DEADLINE 2m 8080").doesNotContain("seccomp");
    assertThat(cause.remedies()).isEmpty();
  }

  @Test
  void aDeviceThatHasThePortIsRemoved() {
    SearchCoverage coverage =
        new SearchCoverage(
            SearchCoverage.Rights.ROOT,
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
            SearchCoverage.Rights.ROOT,
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
            SearchCoverage.Rights.ROOT,
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
    SearchCoverage partly =
        new SearchCoverage(SearchCoverage.Rights.ROOT, true, false, List.of(), List.of());
    SearchCoverage inside =
        new SearchCoverage(SearchCoverage.Rights.ROOT, false, true, List.of(), List.of());
    SearchCoverage user =
        new SearchCoverage(SearchCoverage.Rights.USER, true, true, List.of(), List.of());
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
        only(
            unseen(
                new SearchCoverage(SearchCoverage.Rights.ROOT, false, true, List.of(), List.of()),
                ofTheKernel()));

    assertThat(text(cause.why())).contains("the holder is outside this pid namespace");
    assertThat(cause.remedies()).extracting(Remedy::id).containsExactly(Remedy.Id.RUN_AS_ROOT);
    assertThat(Written.words(cause.remedies().getFirst())).isEmpty();
  }

  @Test
  void whatRootIsDeniedForWantOfACapabilityIsSaidToTakeIt() {
    SearchCoverage inside =
        new SearchCoverage(
            SearchCoverage.Rights.ROOT_WITHOUT_PTRACE, false, false, List.of(), List.of());
    SearchCoverage onTheHost =
        new SearchCoverage(
            SearchCoverage.Rights.ROOT_WITHOUT_PTRACE, true, false, List.of(), List.of());
    Cause cause =
        only(
            unseen(onTheHost, ofTheKernel()).gap("/proc/7/fd", Reading.Why.DENIED, "a capability"));

    assertThat(text(cause.why()))
        .isEqualTo(
            "what another process has open is shown to root with CAP_SYS_PTRACE, which is missing"
                + " here");
    assertThat(text(cause.remedies().getFirst().effect())).contains("--cap-add SYS_PTRACE");
    assertThat(
            text(
                only(unseen(inside, ofTheKernel())
                        .gap("/proc/7/fd", Reading.Why.DENIED, "a capability"))
                    .why()))
        .contains("CAP_SYS_PTRACE")
        .endsWith("and never what is outside this pid namespace");
    // Where no process was denied, the capability would show no more.
    assertThat(text(only(unseen(inside, ofTheKernel())).why())).doesNotContain("CAP_SYS_PTRACE");
  }

  @Test
  void whoIsInChargeOfAHiddenHolderIsSaid() {
    Untrusted group = new Untrusted("/system.slice/web.service");
    SearchCoverage coverage =
        new SearchCoverage(
            SearchCoverage.Rights.USER,
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
            SearchCoverage.Rights.USER,
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

  @Test
  void whatGoesOnInATerminalThatWasClosedWasLeftOverUnlessSomethingKeepsIt() {
    ProcessManager pm2 =
        new ProcessManager(
            ProcessManager.Kind.PM2,
            new ProcessIdentity(new Pid(4), 1),
            Optional.empty(),
            Optional.empty());

    assertThat(only(held(holder(12, "node").holds(3, 100).below(1).terminalClosed())).id())
        .isEqualTo("orphaned-child");
    assertThat(
            only(held(holder(12, "node").holds(3, 100).below(4, 1).terminalClosed().overseer(pm2)))
                .id())
        .isEqualTo("listener");
  }

  @Test
  void whatIsBelowAShellThatLostItsParentWasLeftOver() {
    Cause cause =
        only(
            held(holder(12, "node").holds(3, 100).below(11, 1).lostAbove(11, true, false, "dash")));

    assertThat(cause.id()).isEqualTo("orphaned-child");
    assertThat(text(cause.summary())).startsWith("node (pid 12, alice) was left over by a process");
    assertThat(text(cause.why())).startsWith("the process that started it has ended");
  }

  /**
   * npm below a shell that a killed concurrently started, next below npm, its server below next.
   */
  @Test
  void whatStandsInBetweenAndItsOwnProgramDoNotKeepIt() {
    SnapshotBuilder seen =
        held(
            holder(14, "next-server (v15")
                .executable("/usr/bin/node")
                .holds(3, 100)
                .below(13, 12, 11, 1)
                .lostAbove(11, true, false, "node", "dash", "node", "dash"));

    assertThat(only(seen).id()).isEqualTo("orphaned-child");
  }

  /** Such as a server that a test run started, which a script in the background started. */
  @ParameterizedTest
  @CsvSource({"true, false", "true, true", "false, false"})
  void aServerWhoseStarterLivesIsThatOnesWhoeverLostItsParentAboveIt(
      boolean lives, boolean detached) {
    SnapshotBuilder seen =
        held(
            holder(14, "python3")
                .arguments("python3", "-m", "http.server")
                .holds(3, 100)
                .below(13, 12, 11, 1)
                .lostAbove(11, lives, detached, "java", "dash", "bash"));

    assertThat(only(seen).id()).isEqualTo("listener");
    assertThat(notes(seen)).isEmpty();
  }

  /** As nohup make dev leaves it, whose terminal was closed: made to go on. */
  @Test
  void whatWasDetachedOnPurposeIsADaemonAsWell() {
    SnapshotBuilder seen =
        held(
            holder(13, "node")
                .holds(3, 100)
                .below(12, 11, 1)
                .lostAbove(11, false, true, "dash", "make"));

    assertThat(only(seen).id()).isEqualTo("listener");
    assertThat(notes(seen)).isEmpty();
  }

  /** The same without nohup: its terminal is gone, and it still writes there. */
  @Test
  void whatWasLeftWithoutItsTerminalIsInDoubt() {
    SnapshotBuilder seen =
        held(
            holder(13, "node")
                .holds(3, 100)
                .below(12, 11, 1)
                .lostAbove(11, false, false, "dash", "make"));

    assertThat(only(seen).id()).isEqualTo("listener");
    assertThat(notes(seen)).containsExactly("reparented");
  }

  @ParameterizedTest
  @CsvSource({"false, true", "true, true", "false, false"})
  void workersWhoseMasterIsGoneWereLeftOverThoughTheyLookLikeDaemons(
      boolean lives, boolean detached) {
    SnapshotBuilder seen =
        held(
            holder(10, "nginx").holds(3, 100).below(1).reparented(lives, detached),
            holder(11, "nginx").holds(3, 100).below(1).reparented(lives, detached));

    assertThat(only(seen).id()).isEqualTo("orphaned-child");
    assertThat(notes(seen)).isEmpty();
  }

  @Test
  void aDaemonWithWhatItStartedIsNotLeftOver() {
    assertThat(
            only(held(
                    holder(10, "master").holds(3, 100).below(1).reparented(false, true),
                    holder(11, "worker")
                        .holds(3, 100)
                        .below(10, 1)
                        .lostAbove(10, false, true, "master")))
                .id())
        .isEqualTo("listener");
    assertThat(
            only(held(
                    holder(10, "server").holds(3, 100).below(1).reparented(false, true),
                    holder(11, "other").holds(3, 100).below(1).executed().reparented(false, true)))
                .id())
        .isEqualTo("listener");
  }

  private static HolderBuilder ofUnit(String state, KillMode mode, Integer... main) {
    Set<Pid> pids = main.length == 0 ? Set.of() : Set.of(new Pid(main[0]));
    return holder(10, "epmd")
        .holds(3, 100)
        .below(1)
        .unit(
            new Unit(
                "rabbit.service",
                false,
                Reading.known(pids),
                Optional.of(new Unit.Details(state, mode, "no", 0, List.of()))));
  }

  @ParameterizedTest
  @CsvSource({
    "inactive, which is inactive",
    "failed, which has failed",
    "activating, which is about to start again"
  })
  void whatAUnitLeftThatDoesNotRunIsCalledLeftOverByIt(String state, String words) {
    Cause cause = only(held(ofUnit(state, KillMode.PROCESS)));

    assertThat(cause.id()).isEqualTo("orphaned-child");
    assertThat(text(cause.summary()))
        .isEqualTo(
            "epmd (pid 10, alice) was left over by rabbit.service, "
                + words
                + ", and still listens on 0.0.0.0:8080");
    assertThat(text(cause.why())).contains("KillMode=process leaves it");
    assertThat(Written.words(cause.remedies().getFirst())).containsExactly("inuse", "free", "8080");
  }

  @Test
  void aHelperInsideAUnitThatRunsIsAListenerOfItsOwn() {
    Cause cause = only(held(ofUnit("active", KillMode.PROCESS, 9)));

    assertThat(cause.id()).isEqualTo("listener");
    assertThat(Written.words(cause.remedies().getFirst())).containsExactly("inuse", "free", "8080");
    assertThat(only(held(ofUnit("deactivating", KillMode.CONTROL_GROUP))).id())
        .isEqualTo("listener");
  }

  @Test
  void whatSomethingRestartsIsNotLeftOver() {
    ProcessManager nodemon =
        new ProcessManager(
            ProcessManager.Kind.NODEMON,
            new ProcessIdentity(new Pid(9), 1),
            Optional.empty(),
            Optional.empty());
    SnapshotBuilder seen =
        held(
            holder(10, "node")
                .holds(3, 100)
                .below(9, 1)
                .lostAbove(9, true, false, "node")
                .overseer(nodemon));

    assertThat(only(seen).id()).isEqualTo("listener");
    assertThat(notes(seen)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "node, /srv/node_modules/.bin/vite, is a development server and lost",
    "python3, http.server, is a development server and lost",
    "python3, app.py, lost the process that started it: a daemon"
  })
  void aDevelopmentServerThatLostItsParentIsCalledOneAndNothingIsCalledSafe(
      String program, String word, String words) {
    SnapshotBuilder seen =
        held(
            holder(10, program)
                .holds(3, 100)
                .arguments(program, word)
                .below(1)
                .reparented(false, false));

    assertThat(Explainer.explain(seen.build()).notes())
        .singleElement()
        .satisfies(note ->
            assertThat(text(note.summary())).contains(words).doesNotContain("safe", "left over,"));
  }

  @Test
  void aDevelopmentServerBelowPid1ThatLostNobodyIsNotLeftOver() {
    SnapshotBuilder seen =
        held(holder(10, "python3").holds(3, 100).arguments("python3", "http.server").below(1));

    assertThat(only(seen).id()).isEqualTo("listener");
    assertThat(notes(seen)).isEmpty();
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
