package inuse.core;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_TIME_WAIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeDescriptor;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeSockets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which ports are taken, how they are kept, and what comes of those that cannot be had. */
final class HoldTest {
  private static final PortTarget ANY = tcp(0);

  private final FakeKernel kernel =
      new FakeKernel()
          .file("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
          .file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "1024\n")
          .file("/proc/sys/kernel/osrelease", "6.8.0\n")
          .binds(this::bind)
          .dumps(request -> table().answer(request));

  /** The sockets of each port, as the kernel keeps them: it compares their options at each bind. */
  private final Map<Integer, List<FakeDescriptor>> ports = new HashMap<>();

  /** Families of the binds that succeeded. */
  private final List<Integer> families = new ArrayList<>();

  /** Ports of which a connection in TIME_WAIT is left. */
  private final List<Integer> remains = new ArrayList<>();

  /** A socket of another program, bound to 8080 with the option. */
  private boolean strangerIsBound;

  private final Inuse inuse = Inuse.open(kernel);

  private static PortTarget tcp(int port) {
    return new PortTarget(Protocol.TCP, Optional.empty(), new Port(port));
  }

  private int bind(FakeDescriptor socket, byte[] address) {
    int port = Bytes.getNetworkShort(address, 2);
    List<FakeDescriptor> there = ports.computeIfAbsent(port, number -> new ArrayList<>());
    there.removeIf(one -> !kernel.isOpen(one));
    boolean asks = socket.option(SOL_SOCKET, SO_REUSEADDR) != 0;
    boolean mayCome =
        asks && there.stream().allMatch(one -> one.option(SOL_SOCKET, SO_REUSEADDR) != 0);
    boolean refused = there.isEmpty() ? remains.contains(port) && !asks : !mayCome;
    if (refused) {
      return -Errno.EADDRINUSE.code();
    }
    there.add(socket);
    families.add(socket.domain());
    return 0;
  }

  private FakeSockets table() {
    FakeSockets table = new FakeSockets();
    remains.forEach(
        port -> table.add(AF_INET, IPPROTO_TCP, TCP_TIME_WAIT, 0).local(0x7f00_0001L, port));
    if (strangerIsBound) {
      table.add(AF_INET6, IPPROTO_TCP, TCP_BOUND_INACTIVE, 77).local(0, 8080);
    }
    ports.forEach((port, sockets) ->
        sockets.stream()
            .filter(kernel::isOpen)
            .forEach(one ->
                table
                    .add(one.domain(), IPPROTO_TCP, TCP_BOUND_INACTIVE, one.inode())
                    .local(0, port)));
    return table;
  }

  private HeldPorts taken(PortTarget... wanted) {
    Hold hold = inuse.hold(List.of(wanted));
    assertThat(hold).isInstanceOf(Hold.Taken.class);
    return ((Hold.Taken) hold).ports();
  }

  private List<Hold.RefusedPort> refused(PortTarget... wanted) {
    Hold hold = inuse.hold(List.of(wanted));
    assertThat(hold).isInstanceOf(Hold.Refused.class);
    return ((Hold.Refused) hold).ports();
  }

  private static Hold.RefusedPort inUse(PortTarget target) {
    return new Hold.RefusedPort(target, ErrnoName.EADDRINUSE);
  }

  @Test
  void aHeldPortHasTheOptionThatLetsServersIn() {
    try (HeldPorts held = taken(tcp(8080))) {
      assertThat(held.targets()).containsExactly(tcp(8080));
      assertThat(ports.get(8080))
          .singleElement()
          .satisfies(one -> assertThat(one.option(SOL_SOCKET, SO_REUSEADDR)).isEqualTo(1));
    }
  }

  @Test
  void aPortIsHeldOnlyOnce() {
    try (HeldPorts first = taken(tcp(8080))) {
      assertThat(refused(tcp(8080))).containsExactly(inUse(tcp(8080)));
      assertThat(first.targets()).containsExactly(tcp(8080));
    }
  }

  @Test
  void whatIsGivenUpCanBeHeldAgain() {
    taken(tcp(8080)).close();

    assertThat(kernel.openDescriptors()).isEmpty();
    taken(tcp(8080)).close();
  }

  @Test
  void oneThatIsRefusedLeavesNoneHeld() {
    try (HeldPorts first = taken(tcp(8081))) {
      assertThat(refused(tcp(8080), tcp(8081), ANY)).containsExactly(inUse(tcp(8081)));
      assertThat(kernel.openDescriptors()).hasSize(first.targets().size());
    }
  }

  @Test
  void bothFamiliesAreHeldByOneSocket() {
    taken(tcp(8080)).close();

    assertThat(families).containsExactly(AF_INET6);
  }

  @Test
  void whereThereIsNoIpv6TheOtherFamilyIsHeld() {
    kernel.refuse("socket", Integer.toString(AF_INET6), Errno.EAFNOSUPPORT);

    taken(tcp(8080)).close();

    assertThat(families).containsExactly(AF_INET);
  }

  @Test
  void anAddressIsHeldAlone() {
    PortTarget local =
        new PortTarget(Protocol.TCP, Optional.of(IpAddress.LOOPBACK_V4), new Port(8080));

    taken(local).close();

    assertThat(families).containsExactly(AF_INET);
  }

  @Test
  void freePortsAreThoseThatNoClientIsGivenAndNoProgramWasPromised() {
    try (HeldPorts held = taken(ANY, ANY, ANY)) {
      assertThat(held.targets())
          .doesNotHaveDuplicates()
          .allSatisfy(one -> assertThat(one.port().number()).isBetween(61_000, Port.MAX));
    }
  }

  @Test
  void aFreePortIsNeverOneThatIsNamedBesides() {
    kernel.file("/proc/sys/net/ipv4/ip_local_port_range", "1024\t65534\n");

    try (HeldPorts held = taken(ANY, tcp(65_535))) {
      assertThat(held.targets().getLast()).isEqualTo(tcp(65_535));
      assertThat(held.targets().getFirst().port().number()).isEqualTo(65_534);
    }
  }

  @Test
  void thereIsAnEndOfFreePorts() {
    kernel.binds((socket, address) -> -Errno.EADDRINUSE.code());

    assertThat(refused(ANY)).containsExactly(inUse(ANY));
  }

  @Test
  void aPortThatMayNotBeBoundIsRefusedWithItsErrno() {
    kernel.binds((socket, address) -> -Errno.EACCES.code());

    assertThat(refused(tcp(80))).containsExactly(new Hold.RefusedPort(tcp(80), ErrnoName.EACCES));
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void whatIsLeftInTimeWaitKeepsNoServerAway() {
    remains.add(8080);

    try (HeldPorts held = taken(tcp(8080))) {
      assertThat(held.targets()).containsExactly(tcp(8080));
    }
  }

  @Test
  void besideThoseRemainsIsOnlyOne() {
    remains.add(8080);
    strangerIsBound = true;

    assertThat(refused(tcp(8080))).containsExactly(inUse(tcp(8080)));
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void besideRemainsNothingIsTakenWhereTheKernelHidesWhoIsBound() {
    remains.add(8080);
    kernel.file("/proc/sys/kernel/osrelease", "6.1.0\n");

    assertThat(refused(tcp(8080))).containsExactly(inUse(tcp(8080)));
  }

  @Test
  void moreThanTheUsualNumberOfDescriptorsAreAskedFor() {
    kernel.descriptorLimits(10, 4096);

    try (HeldPorts held = taken(Collections.nCopies(2000, ANY).toArray(PortTarget[]::new))) {
      assertThat(held.targets()).hasSize(2000).doesNotHaveDuplicates();
    }
  }

  @Test
  void moreThanAreAllowedAreRefused() {
    kernel.descriptorLimits(10, 20);

    assertThat(refused(Collections.nCopies(30, ANY).toArray(PortTarget[]::new)))
        .contains(new Hold.RefusedPort(ANY, new ErrnoName("EMFILE")));
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void udpCannotBeHeld() {
    PortTarget udp = new PortTarget(Protocol.UDP, Optional.empty(), new Port(53));

    assertThatThrownBy(() -> inuse.hold(List.of(udp)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("udp/53");
  }
}
