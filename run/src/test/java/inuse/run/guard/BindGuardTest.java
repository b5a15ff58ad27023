package inuse.run.guard;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.CAP_NET_BIND_SERVICE;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.POLLHUP;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_INFO;
import static inuse.run.RunHost.PROGRAM;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeSocket;
import inuse.run.RunHost;
import inuse.run.handover.RefusedBind;
import inuse.run.process.TaskRights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BindGuardTest {
  private static final int BIND = 49;
  private static final int LISTEN = 50;
  private static final int SHUTDOWN = 48;
  private static final int RESTRICT = 446;
  private static final int ADDRESS = 0x7000;
  private static final long ALL = 0x1ff_ffff_ffffL;
  private static final long BIND_SERVICE = 1L << CAP_NET_BIND_SERVICE;

  private final RunHost host = new RunHost().process(PROGRAM, RunHost.SELF);
  private final FakeSocket socket = host.socket(PROGRAM, 3, 300);
  private final List<RefusedBind> refused = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private final List<TaskRights> rights = new ArrayList<>();
  private final List<Integer> listened = new ArrayList<>();
  private BindGuard guard = guard(false, false);

  private BindGuard guard(boolean reuseAddress, boolean udp) {
    return new BindGuard(
        host.machine,
        host.kernel.seccomp().listener(),
        new GuardOptions(reuseAddress, udp, false, this::conflict),
        Optional.empty(),
        listened::add);
  }

  private void use(BindGuard other) {
    host.kernel.close(guard.fd());
    guard = other;
  }

  private int conflict(Refusal one, int binder) {
    refusals.add(one);
    if (one.address() instanceof RefusedAddress.Askable(RefusedBind bind)) {
      refused.add(bind);
    }
    rights.add(one.rights());
    return 9700;
  }

  @BeforeEach
  void theKernelRefuses() {
    host.kernel.binds((probe, address) -> -Errno.EADDRINUSE.code());
  }

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).containsExactly("seccomp");
  }

  private long bind(byte[] address) {
    host.kernel.seccomp().memory(PROGRAM, ADDRESS, address);
    long id = host.kernel.seccomp().calls(PROGRAM, BIND, 3, ADDRESS, address.length);
    guard.ready(POLLIN);
    return id;
  }

  private long listen() {
    long id = host.kernel.seccomp().calls(PROGRAM, LISTEN, 3, 128, 0);
    guard.ready(POLLIN);
    return id;
  }

  private void assertUntouched() {
    assertThat(host.kernel.seccomp().answers()).containsExactly("1 goes on");
    assertThat(refused).isEmpty();
  }

  private void assertTold(Refusal.Reason reason) {
    assertThat(host.kernel.seccomp().answers()).isEmpty();
    assertThat(refusals).extracting(Refusal::reason).containsExactly(reason);
  }

  private void assertWaits() {
    assertThat(host.kernel.seccomp().answers()).isEmpty();
    assertThat(refused).hasSize(1);
  }

  @Test
  void aBindThatWouldSucceedGoesOnUntouched() {
    host.kernel.binds((probe, address) -> 0);
    bind(RunHost.v4(8080));
    assertUntouched();
    assertThat(socket.number(SOL_SOCKET, SO_REUSEADDR)).isZero();
  }

  @Test
  void aRefusedOneWaitsForTheConflictProcessAndThenGoesOn() {
    bind(RunHost.v4(8080));
    assertWaits();
    guard.ended(9700);
    assertThat(host.kernel.seccomp().answers()).containsExactly("1 goes on");
  }

  @Test
  void theRefusalHasTheAddressAndTheOwnerOfTheSocket() {
    host.root(ALL).actsAs(PROGRAM, 0, ALL);
    socket.owner(1001);
    bind(RunHost.v4(8080));
    assertThat(refused.getFirst().target()).hasToString("127.0.0.1:8080");
    assertThat(refused.getFirst().uid()).hasToString("1001");
    assertThat(refused.getFirst().reuseAddress()).isFalse();
  }

  @Test
  void theProbeIsMadeAsTheOwnerOfTheSocket() {
    List<Long> owners = new ArrayList<>();
    socket.owner(1001);
    host.kernel.binds((probe, address) -> {
      owners.add(probe.owner());
      return 0;
    });
    bind(RunHost.v4(8080));
    assertThat(owners).containsExactly(1001L);
    assertUntouched();
  }

  @Test
  void reuseAddressIsSetWhereItHelps() {
    use(guard(true, false));
    host.kernel.binds((probe, address) ->
        probe.option(SOL_SOCKET, SO_REUSEADDR) == 1 ? 0 : -Errno.EADDRINUSE.code());
    bind(RunHost.v4(8080));
    assertUntouched();
    assertThat(socket.number(SOL_SOCKET, SO_REUSEADDR)).isEqualTo(1);
  }

  @Test
  void andNotWhereItDoesNotHelp() {
    use(guard(true, false));
    bind(RunHost.v4(8080));
    assertWaits();
    assertThat(socket.number(SOL_SOCKET, SO_REUSEADDR)).isZero();
  }

  @Test
  void andNotUnlessItIsWanted() {
    host.kernel.binds((probe, address) ->
        probe.option(SOL_SOCKET, SO_REUSEADDR) == 1 ? 0 : -Errno.EADDRINUSE.code());
    bind(RunHost.v4(8080));
    assertWaits();
    assertThat(socket.number(SOL_SOCKET, SO_REUSEADDR)).isZero();
  }

  @Test
  void theProbeHasTheOptionsOfTheSocket() {
    socket.option(SOL_SOCKET, SO_REUSEADDR, 1);
    host.kernel.binds((probe, address) ->
        probe.option(SOL_SOCKET, SO_REUSEADDR) == 1 ? 0 : -Errno.EADDRINUSE.code());
    bind(RunHost.v4(8080));
    assertUntouched();
  }

  @Test
  void aBindThatIsDeniedIsToldAndThenGoesOn() {
    host.kernel.binds((probe, address) -> -Errno.EACCES.code());
    bind(RunHost.v4(80));
    assertTold(Refusal.Reason.DENIED);
    guard.ended(9700);
    assertThat(host.kernel.seccomp().answers()).containsExactly("1 goes on");
  }

  @Test
  void anyOtherErrorIsTheProgramsOwnBusiness() {
    host.kernel.binds((probe, address) -> -Errno.EINVAL.code());
    bind(RunHost.v4(80));
    assertUntouched();
  }

  @Test
  void anyPortIsRefusedWhereNoneIsLeft() {
    bind(RunHost.v4(0));
    assertWaits();
    assertThat(refused.getFirst().target()).hasToString("127.0.0.1:0");
  }

  @Test
  void anyPortGoesOnWhereThereIsOne() {
    host.kernel.binds((probe, address) -> 0);
    bind(RunHost.v4(0));
    assertUntouched();
  }

  @Test
  void anAddressThatIsTooShortOrOfAnotherFamilyGoesOn() {
    bind(new byte[] {2, 0, 'x'});
    byte[] packet = new byte[28];
    packet[0] = 17;
    bind(packet);
    assertThat(host.kernel.seccomp().answers()).containsExactly("1 goes on", "2 goes on");
    assertThat(refused).isEmpty();
  }

  @Test
  void anIpv6AddressThatIsCutGoesOn() {
    byte[] cut = new byte[24];
    System.arraycopy(RunHost.v6(8080, 0), 0, cut, 0, 24);
    bind(cut);
    assertUntouched();
  }

  @Test
  void memoryThatCannotBeReadGoesOn() {
    host.kernel.seccomp().calls(PROGRAM, BIND, 3, 0xdead, 16);
    guard.ready(POLLIN);
    assertUntouched();
  }

  @Test
  void anAddressThatClaimsToBeEndlessIsReadUpToItsBound() {
    host.kernel.seccomp().memory(PROGRAM, ADDRESS, RunHost.v6(8080, 0));
    host.kernel.seccomp().calls(PROGRAM, BIND, 3, ADDRESS, 0xffff_ffffL);
    guard.ready(POLLIN);
    assertUntouched();
  }

  @Test
  void aDescriptorThatIsNoSocketOfThatFamilyGoesOn() {
    bind(RunHost.v6(8080, 0));
    assertUntouched();
  }

  @Test
  void aDescriptorThatCannotBeCopiedGoesOn() {
    host.kernel.refuse("pidfd_getfd", "", new Errno(1));
    bind(RunHost.v4(8080));
    assertUntouched();
  }

  @Test
  void aSocketOfAnotherNetworkNamespaceGoesOn() {
    byte[] cookie = new byte[8];
    Bytes.putLong(cookie, 0, 77);
    socket.option(SOL_SOCKET, SO_NETNS_COOKIE, cookie);
    bind(RunHost.v4(8080));
    assertUntouched();
  }

  @Test
  void aSecondBindOfOneSocketIsRefusedForAnotherReason() {
    socket.bound(RunHost.v4(8081));
    bind(RunHost.v4(8080));
    assertUntouched();
  }

  @Test
  void udpIsLeftAloneUnlessItIsWanted() {
    host.open(PROGRAM, 3, new FakeSocket(301, AF_INET, SOCK_DGRAM).owner(1000));
    bind(RunHost.v4(53));
    assertUntouched();
  }

  @Test
  void udpWaitsWhereItIsWanted() {
    use(guard(false, true));
    host.open(PROGRAM, 3, new FakeSocket(301, AF_INET, SOCK_DGRAM).owner(1000));
    bind(RunHost.v4(53));
    assertWaits();
    assertThat(refused.getFirst().target().protocol().name()).isEqualTo("UDP");
  }

  @Test
  void aLinkLocalAddressIsRefusedWithItsInterface() {
    host.kernel.networkInterface(2, "eth0");
    host.open(PROGRAM, 3, new FakeSocket(302, AF_INET6, SOCK_STREAM).owner(1000));
    bind(RunHost.v6(8080, 2));
    assertThat(refused.getLast().target()).hasToString("[::1]:8080");
    byte[] linkLocal = RunHost.v6(8081, 2);
    linkLocal[8] = (byte) 0xfe;
    linkLocal[9] = (byte) 0x80;
    bind(linkLocal);
    assertThat(refused.getLast().target()).hasToString("[fe80::1%eth0]:8081");
  }

  @Test
  void aCallWhoseMakerIsGoneIsDropped() {
    host.kernel.seccomp().isGone(host.kernel.seccomp().calls(PROGRAM, BIND, 3, ADDRESS, 16));
    guard.ready(POLLIN);
    assertThat(host.kernel.seccomp().answers()).isEmpty();
    assertThat(refused).isEmpty();
  }

  @Test
  void aCallThatIsInterruptedWhileItIsLookedAtStartsNothing() {
    host.kernel.seccomp().memory(PROGRAM, ADDRESS, RunHost.v4(8080));
    long id = host.kernel.seccomp().calls(PROGRAM, BIND, 3, ADDRESS, 16);
    host.kernel.binds((probe, address) -> {
      host.kernel.seccomp().isGone(id);
      return -Errno.EADDRINUSE.code();
    });
    guard.ready(POLLIN);
    assertThat(refused).isEmpty();
    assertThat(host.kernel.seccomp().answers()).isEmpty();
  }

  @Test
  void reuseAddressIsNotSetForACallThatIsGone() {
    use(guard(true, false));
    host.kernel.seccomp().memory(PROGRAM, ADDRESS, RunHost.v4(8080));
    long id = host.kernel.seccomp().calls(PROGRAM, BIND, 3, ADDRESS, 16);
    host.kernel.binds((probe, address) -> {
      host.kernel.seccomp().isGone(id);
      return probe.option(SOL_SOCKET, SO_REUSEADDR) == 1 ? 0 : -Errno.EADDRINUSE.code();
    });
    guard.ready(POLLIN);
    assertThat(socket.number(SOL_SOCKET, SO_REUSEADDR)).isZero();
  }

  @Test
  void beforeLinux69TheDescriptorIsThatOfTheThreadsProcess() {
    host.kernel.refuse("pidfd_open", "thread", new Errno(22));
    host.process(9010, RunHost.SELF);
    host.kernel.file("/proc/9010/status", host.kernel.content("/proc/9000/status").orElseThrow());
    host.kernel.seccomp().memory(9010, ADDRESS, RunHost.v4(8080));
    host.kernel.seccomp().calls(9010, BIND, 3, ADDRESS, 16);
    guard.ready(POLLIN);
    assertWaits();
  }

  @Test
  void whoseProcessItIsIsNotReadInTheProcOfAnotherPidNamespace() {
    host.kernel
        .refuse("pidfd_open", "thread", new Errno(22))
        .numberedInProc(RunHost.SELF, "9 4242");
    host.process(9010, RunHost.SELF);
    host.kernel.file("/proc/9010/status", "Name:\tp\nTgid:\t9000\nUid:\t1000\t1000\t1000\t1000\n");
    host.kernel.seccomp().memory(9010, ADDRESS, RunHost.v4(8080));
    host.kernel.seccomp().calls(9010, BIND, 3, ADDRESS, 16);
    guard.ready(POLLIN);
    assertUntouched();
  }

  @Test
  void aThreadThatIsGoneGoesOn() {
    host.kernel.seccomp().memory(9010, ADDRESS, RunHost.v4(8080));
    host.kernel.seccomp().calls(9010, BIND, 3, ADDRESS, 16);
    guard.ready(POLLIN);
    assertUntouched();
  }

  @Test
  void aListenIsToldWithItsPort() {
    socket.bound(RunHost.v4(8080));
    listen();
    assertUntouched();
    assertThat(listened).containsExactly(8080);
  }

  @Test
  void aListenWithReuseAddressMayConflictWithAnotherAndWaits() {
    socket.bound(RunHost.v4(8080)).option(SOL_SOCKET, SO_REUSEADDR, 1);
    listen();
    assertWaits();
  }

  @Test
  void aSecondListenOfAListenerChangesItsBacklogOnly() {
    socket.bound(RunHost.v4(8080)).option(SOL_SOCKET, SO_REUSEADDR, 1).listens(1);
    listen();
    assertUntouched();
  }

  @Test
  void aListenerGetsReuseAddressForItsTimeWaitsWhereThatIsWanted() {
    use(guard(true, false));
    socket.bound(RunHost.v4(8080));
    listen();
    assertUntouched();
    assertThat(socket.number(SOL_SOCKET, SO_REUSEADDR)).isEqualTo(1);
  }

  @Test
  void aListenWithoutAnAddressIsNotTold() {
    listen();
    assertUntouched();
    assertThat(listened).isEmpty();
  }

  @Test
  void aShutdownGoesOnWhereNothingWasHandedOver() {
    host.kernel.seccomp().calls(PROGRAM, SHUTDOWN, 3, 2, 0);
    guard.ready(POLLIN);
    assertUntouched();
  }

  @Test
  void itIsOverWhenNothingRunsUnderTheFilterAnyMore() {
    assertThat(guard.isOver()).isFalse();
    guard.ready(POLLHUP);
    assertThat(guard.isOver()).isTrue();
  }

  @Test
  void givingUpLetsWaitingCallsGoOn() {
    host.orphan(9700);
    bind(RunHost.v4(8080));
    guard.giveUp();
    assertThat(host.kernel.seccomp().answers()).containsExactly("1 goes on");
    assertThat(host.kernel.signals()).containsExactly("9700 15");
  }

  /** Port 99 is somebody's, and privileged: a bind without the capability is refused before. */
  private void port99IsPrivileged() {
    host.kernel.binds((probe, address) ->
        (host.kernel.capabilities() & BIND_SERVICE) == 0
            ? -Errno.EACCES.code()
            : -Errno.EADDRINUSE.code());
  }

  @Test
  void aPrivilegedPortIsDeniedToATaskWithoutTheCapability() {
    port99IsPrivileged();
    host.root(ALL).actsAs(PROGRAM, 1000, 0);
    bind(RunHost.v4(99));
    assertTold(Refusal.Reason.DENIED);
    assertThat(host.kernel.capabilities()).isEqualTo(ALL);
  }

  @Test
  void alsoToRootWithoutTheCapability() {
    port99IsPrivileged();
    host.root(ALL).actsAs(PROGRAM, 0, ALL & ~BIND_SERVICE);
    bind(RunHost.v4(99));
    assertTold(Refusal.Reason.DENIED);
  }

  @Test
  void alsoToOneWhoseCapabilityIsOfAnotherUserNamespace() {
    port99IsPrivileged();
    host.root(ALL).actsAs(PROGRAM, 1000, ALL).apart(PROGRAM, "user");
    bind(RunHost.v4(99));
    assertTold(Refusal.Reason.DENIED);
  }

  @Test
  void aTaskThatHasTheCapabilityMayBeHelped() {
    port99IsPrivileged();
    host.root(ALL).actsAs(PROGRAM, 1000, BIND_SERVICE);
    bind(RunHost.v4(99));
    assertWaits();
    assertThat(rights.getFirst().text()).isEqualTo("1000 1000 400 1000");
  }

  @Test
  void whoeverActsForATaskThatHasDroppedRootIsToldItsRights() {
    host.root(ALL).actsAs(PROGRAM, 1000, 0);
    socket.owner(0);
    bind(RunHost.v4(8080));
    assertWaits();
    assertThat(rights.getFirst().text()).isEqualTo("1000 1000 0 1000");
    assertThat(rights.getFirst().apart()).isFalse();
    assertThat(refused.getFirst().uid()).hasToString("1000");
  }

  @Test
  void soIsWhoeverActsForAListen() {
    host.root(ALL).actsAs(PROGRAM, 1000, 0);
    socket.bound(RunHost.v4(99)).option(SOL_SOCKET, SO_REUSEADDR, 1);
    port99IsPrivileged();
    listen();
    assertWaits();
    assertThat(rights.getFirst().text()).isEqualTo("1000 1000 0 1000");
  }

  @Test
  void aTaskInAPidNamespaceOfItsOwnIsOnlyToldWhoIsThere() {
    host.apart(PROGRAM, "pid");
    bind(RunHost.v4(8080));
    assertThat(rights.getFirst().apart()).isTrue();
  }

  @Test
  void aTaskUnderLandlockIsOnlyToldWhoIsThereAndSoIsAllThatItStarts() {
    host.kernel.seccomp().calls(PROGRAM, RESTRICT, 3, 0, 0);
    guard.ready(POLLIN);
    assertUntouched();
    bind(RunHost.v4(8080));
    assertThat(rights.getFirst().apart()).isTrue();
  }

  @Test
  void aTaskWhoseRightsCannotBeReadGoesOn() {
    host.kernel.remove("/proc/9000/status");
    bind(RunHost.v4(8080));
    host.kernel.file("/proc/9000/status", "Uid:\tgarbage\n");
    bind(RunHost.v4(8080));
    assertThat(host.kernel.seccomp().answers()).containsExactly("1 goes on", "2 goes on");
    assertThat(refused).isEmpty();
  }

  @Test
  void anAddressThatIsLongerThanTheKernelTakesGoesOn() {
    host.kernel.seccomp().memory(PROGRAM, ADDRESS, Arrays.copyOf(RunHost.v4(8080), 200));
    host.kernel.seccomp().calls(PROGRAM, BIND, 3, ADDRESS, 129);
    guard.ready(POLLIN);
    assertUntouched();
    host.kernel.seccomp().calls(PROGRAM, BIND, 3, ADDRESS, 128);
    guard.ready(POLLIN);
    assertThat(refused).hasSize(1);
  }

  @Test
  void anAddressThatThisHostDoesNotHaveIsTold() {
    host.kernel.binds((probe, address) -> -Errno.EADDRNOTAVAIL.code());
    bind(RunHost.v4(8080));
    assertTold(Refusal.Reason.NOT_LOCAL);
  }

  @Test
  void aListenOfAConnectionIsRefusedForAnotherReason() {
    socket
        .bound(RunHost.v4(8080))
        .option(SOL_SOCKET, SO_REUSEADDR, 1)
        .option(IPPROTO_TCP, TCP_INFO, new byte[] {TCP_ESTABLISHED});
    listen();
    assertUntouched();
  }
}
