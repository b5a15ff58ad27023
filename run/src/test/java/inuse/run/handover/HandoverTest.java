package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.S_IFDIR;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Signal;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeSocket;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import inuse.run.RunHost;
import inuse.run.process.ProcessTree;
import inuse.run.process.TaskRights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two supervisors on one host, each with its program: the old one, and its successor. */
final class HandoverTest {
  private static final int OLD = 9000;
  private static final int NEW = 9001;
  private static final int BIND = 49;
  private static final int LISTEN = 50;
  private static final Readiness USUAL = new Readiness(OptionalInt.empty(), Optional.empty());

  private final RunHost host = new RunHost().process(OLD, RunHost.SELF).process(NEW, RunHost.SELF);
  private final Notifications notifications =
      new Notifications(host.kernel, host.kernel.seccomp().listener());
  private final List<String> told = new ArrayList<>();
  private final List<Integer> retired = new ArrayList<>();
  private final List<Integer> opened = new ArrayList<>();
  private int standIn = -1;
  private TaskRights rights = TaskRights.read("1000 1000 0 1000").orElseThrow();
  private final Handover old = handover("old", USUAL, Optional.empty());
  private final FakeSocket listener = host.socket(OLD, 3, 300);
  private final FakeSocket wanted = host.socket(NEW, 5, 301);

  private Handover handover(String name, Readiness readiness, Optional<Duration> timeout) {
    return new Handover(
        host.machine,
        new HandoverOptions(
            readiness,
            timeout,
            Signal.TERM,
            Optional.empty(),
            (refused, rights) -> standIn,
            new HandoverOptions.Listener() {
              @Override
              public void tookOver(int pid, int port) {
                told.add(name + " took " + port + " of " + pid);
              }

              @Override
              public void retired(int pid) {
                told.add(name + " retired " + pid);
              }

              @Override
              public void cannot(HandoverProblem why) {
                told.add(name + " cannot " + why);
              }
            }));
  }

  @BeforeEach
  void theOldProgramListens() {
    old.serve(new ProcessTree(host.machine), retired::add);
    old.started();
    assertThat(bind(old, OLD, 3, listener)).isFalse();
    listener.bound(RunHost.v4(8080)).listens(64);
    listens(old, OLD, 3, listener, 64);
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    host.kernel.close(notifications.fd());
    opened.forEach(host.kernel::close);
    old.ended();
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  private Notification call(int pid, int number, int fd, long second) {
    host.kernel.seccomp().calls(pid, number, fd, second, 16);
    return notifications.next().orElseThrow();
  }

  /** What the guard does with a bind to port 8080; the old supervisor answers meanwhile. */
  private boolean bind(Handover by, int pid, int fd, FakeSocket socket) {
    Notification call = call(pid, BIND, fd, 0x7000);
    return with(
        socket,
        copy -> {
          host.kernel.later(1, () -> host.serve(old::watched));
          return asks(by, call, copy, RunHost.v4(8080));
        });
  }

  private boolean asks(Handover by, Notification call, int copy, byte[] address) {
    if (by.hasTaken(copy)) {
      notifications.succeed(call);
      return true;
    }
    by.binds(copy, address);
    return by.takes(new WaitingBind(notifications, call, copy, address, rights));
  }

  private interface Use {
    boolean of(int copy);
  }

  /** With a copy of a program's socket, as pidfd_getfd(2) gives it. */
  private boolean with(FakeSocket socket, Use use) {
    host.kernel.processes().holds(1, 1, socket);
    int pidfd = host.kernel.pidfdOpen(1, 0);
    int copy = host.kernel.pidfdGetFd(pidfd, 1);
    host.kernel.close(pidfd);
    boolean result = use.of(copy);
    host.kernel.close(copy);
    return result;
  }

  private void listens(Handover by, int pid, int fd, FakeSocket socket, int backlog) {
    Notification call = call(pid, LISTEN, fd, backlog);
    with(
        socket,
        copy -> {
          by.atListen(call, copy);
          return true;
        });
    notifications.goOn(call);
  }

  /** The old supervisor, and with it its end of the line, is gone. */
  private void theOldOneEnds() {
    old.watched().forEach(one -> host.kernel.close(one.fd()));
  }

  private void hears(Handover one) {
    host.serve(one::watched);
  }

  private Handover successor() {
    return successor(USUAL, Optional.empty());
  }

  private Handover successor(Readiness readiness, Optional<Duration> timeout) {
    Handover fresh = handover("new", readiness, timeout);
    fresh.serve(new ProcessTree(host.machine), signal -> {});
    fresh.started();
    assertThat(bind(fresh, NEW, 5, wanted)).isTrue();
    return fresh;
  }

  /** The new program listens, which makes it ready: the old one makes way, and is gone. */
  private void completes(Handover fresh) {
    listens(fresh, NEW, 5, listener, 32);
    fresh.look();
    hears(old);
    hears(fresh);
    fresh.look();
    theOldOneEnds();
    hears(fresh);
    fresh.look();
    fresh.ended();
  }

  @Test
  void theSocketThatASuccessorBindsIsReplacedByTheListener() {
    Handover fresh = successor();
    assertThat(host.kernel.processes().socketOf(NEW, 5)).containsSame(listener);
    assertThat(host.kernel.seccomp().answers())
        .endsWith("3 fd 5 is inode 300 flags 0", "3 succeeds");
    assertThat(told).containsExactly("new took 8080 of " + RunHost.SELF);
    completes(fresh);
  }

  @Test
  void theDescriptorKeepsItsCloseOnExec() {
    host.kernel.file("/proc/" + NEW + "/fdinfo/5", "pos:\t0\nflags:\t02000002\nmnt_id:\t9\n");
    Handover fresh = successor();
    assertThat(host.kernel.seccomp().answers()).contains("3 fd 5 is inode 300 flags " + O_CLOEXEC);
    completes(fresh);
  }

  @Test
  void aBindThatIsMadeAgainAfterASignalIsAnsweredAgain() {
    Handover fresh = successor();
    assertThat(bind(fresh, NEW, 5, listener)).isTrue();
    assertThat(host.kernel.seccomp().answers()).endsWith("4 succeeds");
    completes(fresh);
  }

  @Test
  void whereNothingOffersTheAddressTheBindIsTheProgramsOwn() {
    old.ended();
    Handover fresh = handover("new", USUAL, Optional.empty());
    assertThat(bind(fresh, NEW, 5, wanted)).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void aProgramDoesNotTakeOverWhatItHasItself() {
    assertThat(bind(old, OLD, 4, host.socket(OLD, 4, 302))).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void aListenerOfAnotherUserStaysWhereItIs() {
    listener.owner(0);
    Handover fresh = handover("new", USUAL, Optional.empty());
    assertThat(bind(fresh, NEW, 5, wanted)).isFalse();
    hears(old);
    assertThat(old.hasHanded()).isFalse();
  }

  @Test
  void aReplacementThatTheKernelRefusesIsNoAnswer() {
    host.kernel.refuse("addfd", "", new Errno(9));
    Handover fresh = handover("new", USUAL, Optional.empty());
    assertThat(bind(fresh, NEW, 5, wanted)).isFalse();
    assertThat(host.kernel.seccomp().answers()).noneMatch(one -> one.contains("succeeds"));
    host.kernel.allow("addfd", "");
    completes(fresh);
  }

  @Test
  void whileItTakesOverItselfItsOwnListenersAreNotGivenOn() {
    Handover fresh = successor();
    listens(fresh, NEW, 5, listener, 32);
    Handover third = handover("third", USUAL, Optional.empty());
    assertThat(bind(third, 9002, 3, host.socket(9002, 3, 305))).isFalse();
    completes(fresh);
  }

  @Test
  void oneThatListensOnAllThatItTookIsReadyAndTheOldOneIsToldToEnd() {
    Handover fresh = successor();
    assertThat(fresh.dueIn()).isGreaterThan(Duration.ofDays(1).toNanos());
    fresh.look();
    assertThat(retired).isEmpty();
    listens(fresh, NEW, 5, listener, 32);
    assertThat(fresh.dueIn()).isZero();
    fresh.look();
    hears(old);
    assertThat(retired).containsExactly(15);
    assertThat(told).endsWith("new retired " + RunHost.SELF);
    completes(fresh);
  }

  @Test
  void oneThatListensOnLessIsReadyTwoSecondsAfterItsLastListen() {
    FakeSocket second = host.socket(OLD, 4, 310);
    with(second, copy -> asks(old, call(OLD, BIND, 4, 0x7000), copy, RunHost.v4(8081)));
    second.bound(RunHost.v4(8081)).listens(1);
    listens(old, OLD, 4, second, 1);
    Handover fresh = successor();
    listens(fresh, NEW, 5, listener, 32);
    assertThat(fresh.dueIn()).isEqualTo(2 * RunHost.SECOND);
    host.kernel.advance(2 * RunHost.SECOND - 1);
    fresh.look();
    hears(old);
    assertThat(retired).isEmpty();
    host.kernel.advance(1);
    fresh.look();
    hears(old);
    assertThat(retired).containsExactly(15);
    completes(fresh);
  }

  @Test
  void readinessThatTheUserNamedCounts() {
    Readiness named = new Readiness(OptionalInt.of(9090), Optional.empty());
    named.started(0, true);
    Handover fresh = successor(named, Optional.empty());
    listens(fresh, NEW, 5, listener, 32);
    fresh.look();
    hears(old);
    assertThat(retired).isEmpty();
    named.listened(9090);
    completes(fresh);
  }

  @Test
  void oneThatIsNotReadyInTimeIsLateAndTheOldOneGoesOn() {
    Readiness never = new Readiness(OptionalInt.of(9090), Optional.empty());
    never.started(0, true);
    Handover fresh = successor(never, Optional.of(Duration.ofSeconds(5)));
    assertThat(fresh.dueIn()).isBetween(4 * RunHost.SECOND, 5 * RunHost.SECOND);
    host.kernel.advance(5 * RunHost.SECOND);
    fresh.look();
    assertThat(fresh.isLate()).isTrue();
    hears(old);
    assertThat(retired).isEmpty();
    never.listened(9090);
    completes(fresh);
  }

  @Test
  void aListenerThatASuccessorHasIsNotStoppedByTheOldProgram() {
    Handover fresh = successor();
    assertThat(old.hasHanded()).isTrue();
    assertThat(with(listener, old::hasHanded)).isTrue();
    assertThat(with(wanted, old::hasHanded)).isFalse();
    completes(fresh);
  }

  @Test
  void whenTheOldOneIsGoneTheSuccessorIsThereForTheNext() {
    Handover fresh = successor();
    listens(fresh, NEW, 5, listener, 32);
    fresh.look();
    hears(old);
    hears(fresh);
    fresh.look();
    theOldOneEnds();
    hears(fresh);
    fresh.look();
    assertThat(fresh.dueIn()).isEqualTo(Long.MAX_VALUE);
    assertThat(fresh.watched()).hasSize(1);
    fresh.ended();
  }

  @Test
  void aRefusedBindGetsTheListenerThatAStandInLends() {
    old.ended();
    int[] line = new int[2];
    host.kernel.socketPair(line, SOCK_SEQPACKET);
    standIn = line[0];
    int lent = host.kernel.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    host.kernel.socketOf(lent).listens(1);
    HandoverProtocol.give(host.kernel, line[1], "socket 6/8080/7f000001 0 1", lent);
    HandoverProtocol.say(host.kernel, line[1], "end 500");
    Handover fresh = handover("new", USUAL, Optional.empty());
    assertThat(refused(fresh)).isTrue();
    assertThat(told).containsExactly("new took 8080 of 500");
    host.kernel.close(line[1]);
    hears(fresh);
    fresh.look();
    host.kernel.close(lent);
  }

  @Test
  void whereNoStandInCanBeStartedItStaysRefused() {
    old.ended();
    assertThat(refused(handover("new", USUAL, Optional.empty()))).isFalse();
  }

  private boolean refused(Handover by) {
    Notification call = call(NEW, BIND, 5, 0x7000);
    return with(
        wanted,
        copy -> {
          SocketOptions options = SocketOptions.read(host.kernel, copy, AF_INET, SOCK_STREAM);
          RefusedBind bind = RefusedBind.of(options, RunHost.v4(8080), Optional.empty(), rights);
          return by.borrows(
              new WaitingBind(notifications, call, copy, RunHost.v4(8080), rights), bind);
        });
  }

  @Test
  void aSocketThatIsMadeForTheProgramIsThePredecessorsListener() {
    Handover fresh = handover("new", USUAL, Optional.empty());
    fresh.started();
    int made = host.kernel.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    host.kernel.later(1, () -> host.serve(old::watched));
    int adopted = fresh.adopt(made, RunHost.v4(8080));
    assertThat(host.kernel.socketOf(adopted)).isSameAs(listener);
    assertThat(fresh.dueIn()).isPositive();
    host.kernel.advance(RunHost.SECOND);
    opened.addAll(List.of(made, adopted));
    completes(fresh);
  }

  @Test
  void whereThereIsNoPredecessorItIsMadeAnewAndOffered() {
    old.ended();
    Handover fresh = handover("new", USUAL, Optional.empty());
    int made = host.kernel.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    assertThat(fresh.adopt(made, RunHost.v4(8080))).isNegative();
    assertThat(fresh.borrow(made, RunHost.v4(8080))).isNegative();
    host.kernel.listen(made, 1);
    fresh.listens(made, RunHost.v4(8080));
    assertThat(fresh.watched()).hasSize(1);
    fresh.ended();
    opened.add(made);
  }

  @Test
  void aTaskThatIsNotTheSocketsUserGetsNoListenerOfThatUser() {
    rights = TaskRights.read("1001 1001 0 ").orElseThrow();
    assertThat(bind(handover("new", USUAL, Optional.empty()), NEW, 5, wanted)).isFalse();
    old.ended();
    standIn = host.kernel.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    assertThat(refused(handover("new", USUAL, Optional.empty()))).isFalse();
    opened.add(standIn);
  }

  @Test
  void rootGetsWhatItMadeForAnotherUser() {
    rights = TaskRights.read("0 0 0 ").orElseThrow();
    Handover fresh = handover("new", USUAL, Optional.empty());
    fresh.serve(new ProcessTree(host.machine), signal -> {});
    fresh.started();
    assertThat(bind(fresh, NEW, 5, wanted)).isTrue();
    completes(fresh);
  }

  @Test
  void aPlaceThatSomebodyElseHasTakenIsToldOnceWhenTheProgramStarts() {
    for (String path : List.of("/run/user/1000/inuse", "/dev/shm/inuse-1000", "/tmp/inuse-1000")) {
      host.kernel.directory(path, 7).status(path, new FileStatus(S_IFDIR | 0700, 1001, 7, 0, 1));
    }
    Handover fresh = handover("new", USUAL, Optional.empty());
    fresh.started();
    fresh.started();
    assertThat(told)
        .containsExactly("new cannot OfAnotherUser[path=/run/user/1000/inuse, uid=1001]");
  }

  @Test
  void aProgramThatOpensAndClosesAnyNumberOfListenersHasTheLastOneHandedOver() {
    for (int i = 0; i < 2_000; i++) {
      int port = 10_000 + i;
      FakeSocket socket = host.socket(OLD, 4, 20_000 + i);
      with(socket, copy -> asks(old, call(OLD, BIND, 4, 0x7000), copy, RunHost.v4(port)));
      socket.bound(RunHost.v4(port)).listens(1);
      listens(old, OLD, 4, socket, 1);
    }
    assertThat(old.watched()).hasSizeLessThan(600);
    assertThat(told).isEmpty();
    assertThat(host.machine.names("/run/user/1000/inuse"))
        .anyMatch(name -> name.contains(".6.11999.7f000001."))
        .anyMatch(name -> name.contains(".6.8080.7f000001."));
  }

  @Test
  void moreListenersAtATimeThanAreLookedAfterAreTold() {
    for (int i = 0; i < 1_100; i++) {
      int port = 10_000 + i;
      FakeSocket socket = host.socket(OLD, 4 + i, 20_000 + i);
      with(socket, copy -> asks(old, call(OLD, BIND, 4, 0x7000), copy, RunHost.v4(port)));
      socket.bound(RunHost.v4(port)).listens(1);
      listens(old, OLD, 4 + i, socket, 1);
    }
    assertThat(told).containsExactly("old cannot TooMany[most=1024]");
  }
}
