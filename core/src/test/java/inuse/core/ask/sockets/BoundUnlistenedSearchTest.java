package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import inuse.core.ask.Asker;
import inuse.core.ask.holders.ProcHolders;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Device;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.RawAddress;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetwork.HeldName;
import inuse.kernel.fake.FakeNetwork.HeldSocket;
import inuse.kernel.fake.FakeSockets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bound sockets on a kernel whose tables do not show them. */
final class BoundUnlistenedSearchTest {
  private static final String RELEASE = "/proc/sys/kernel/osrelease";
  private static final String PROTOCOL = "1/38";
  private static final String DEVICE = "1/62";
  private static final String NAMESPACE = "1/71";
  private static final String STATE = "6/11";
  private static final String V6ONLY = "41/26";
  private static final PortTarget TARGET =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private final FakeSockets sockets = new FakeSockets();
  private final FakeKernel kernel =
      new FakeKernel()
          .dumps(sockets)
          .binds((socket, address) -> -Errno.EADDRINUSE.code())
          .file("/proc/1/stat", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0\n")
          .file(RELEASE, "6.1.0-56-amd64\n");

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private PortSnapshot ask() {
    return ask(true);
  }

  private PortSnapshot ask(boolean probe) {
    return new Asker(Host.of(kernel), new ProcHolders(Host.of(kernel)))
        .ask(new Question<>(TARGET, Newcomer.plain(new Uid(1000)), probe), snapshot -> true);
  }

  private static List<Byte> address(int family, long low, int port) {
    byte[] bytes = new byte[family == AF_INET6 ? 28 : 16];
    bytes[0] = (byte) family;
    bytes[2] = (byte) (port >> 8);
    bytes[3] = (byte) port;
    new RawAddress(0, low).write(bytes, family == AF_INET6 ? 8 : 4, family == AF_INET6 ? 16 : 4);
    List<Byte> boxed = new ArrayList<>();
    for (byte one : bytes) {
      boxed.add(one);
    }
    return boxed;
  }

  /** A process with one socket that no table shows; its options, and others instead of them. */
  private void holder(int pid, long inode, List<Byte> address, Map<String, Long> others) {
    Map<String, Long> options =
        new HashMap<>(
            Map.of(
                PROTOCOL, (long) IPPROTO_TCP, STATE, (long) TCP_CLOSE, NAMESPACE, 1L, DEVICE, 0L));
    options.putAll(others);
    kernel
        .file("/proc/" + pid + "/stat", stat(pid))
        .link("/proc/" + pid + "/fd/3", "socket:[" + inode + "]")
        .holds(
            pid,
            3,
            new HeldSocket(
                inode + 1000, true, false, Optional.of(new HeldName(address, 1001, options))));
  }

  private static String stat(int pid) {
    return pid + " (holder) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0\n";
  }

  private void holder(Map<String, Long> others) {
    holder(10, 100, address(AF_INET, 0, 8080), others);
  }

  @Test
  void itIsFoundWithItsOwnerItsHolderAndItsOptions() {
    kernel.networkInterface(7, "eth7");
    holder(10, 100, address(AF_INET, 0x7f000001, 8080), Map.of(DEVICE, 7L));

    PortSnapshot snapshot = ask();

    BoundSocket socket = snapshot.sockets().getFirst();
    assertThat(snapshot.sockets()).hasSize(1);
    assertThat(socket.state()).isEqualTo(SocketState.BOUND);
    assertThat(socket.local()).hasToString("127.0.0.1:8080");
    assertThat(socket.owner().uid()).isEqualTo(new Uid(1001));
    assertThat(socket.cookie()).isEqualTo(1100);
    assertThat(socket.device()).contains(new Device(7, new Untrusted("eth7")));
    assertThat(socket.reuseAddress()).isEqualTo(Reading.known(true));
    assertThat(socket.reusePort()).isEqualTo(Reading.known(false));
    assertThat(snapshot.holdersOf(socket)).hasSize(1);
    assertThat(snapshot.gaps()).isEmpty();
  }

  @Test
  void aDualStackOneIsToldFromOneOfIpv6Alone() {
    holder(10, 100, address(AF_INET6, 0, 8080), Map.of(V6ONLY, 0L));
    holder(11, 101, address(AF_INET6, 1, 8080), Map.of(V6ONLY, 1L));

    assertThat(ask().sockets())
        .extracting(one -> one.local() + " " + one.ipv6Only().is(true))
        .containsExactlyInAnyOrder("[::]:8080 false", "[::1]:8080 true");
  }

  @Test
  void itIsFoundWhereTheKernelRefusesSockDiag() {
    kernel.file(RELEASE, "6.18.0\n").refuse("socket", "16", Errno.EPERM);
    holder(Map.of());

    assertThat(ask().sockets()).hasSize(1);
  }

  @Test
  void itIsFoundWithoutAProbe() {
    holder(Map.of());

    assertThat(ask(false).sockets()).hasSize(1);
  }

  @Test
  void nobodyIsSearchedOnAKernelThatTellsOfIt() {
    kernel.file(RELEASE, "6.8.0-31-generic\n");
    holder(Map.of());

    assertThat(ask().sockets()).isEmpty();
  }

  @Test
  void nobodyIsSearchedAndNothingIsMissingWhereEveryBindSucceeds() {
    kernel.binds((socket, address) -> 0);
    holder(Map.of());

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets()).isEmpty();
    assertThat(snapshot.gaps()).isEmpty();
  }

  @Test
  void socketsOfAnotherKindArePassedOver() {
    holder(10, 100, address(AF_INET, 0, 8081), Map.of());
    holder(11, 101, address(AF_INET, 0, 8080), Map.of(PROTOCOL, (long) IPPROTO_UDP));
    holder(12, 102, address(AF_INET, 0, 8080), Map.of(STATE, (long) TCP_ESTABLISHED));
    holder(13, 103, address(AF_INET, 0, 8080), Map.of(STATE, (long) TCP_LISTEN));
    holder(14, 104, address(AF_INET, 0, 8080), Map.of(NAMESPACE, 2L));
    holder(15, 105, address(1, 0, 8080), Map.of());

    assertThat(ask().sockets()).isEmpty();
  }

  @Test
  void withoutACookieOfTheNamespaceTheProcessTellsWhichItIsIn() {
    kernel
        .namespaceCookie(-92)
        .link("/proc/self/ns/net", "net:[1]")
        .link("/proc/10/ns/net", "net:[2]")
        .link("/proc/11/ns/net", "net:[1]");
    holder(10, 100, address(AF_INET, 0, 8080), Map.of());
    holder(11, 101, address(AF_INET, 0, 8080), Map.of());

    assertThat(ask().sockets())
        .singleElement()
        .satisfies(one -> assertThat(one.cookie()).isEqualTo(1101));
  }

  @Test
  void withoutACookieAProcessThatDoesNotTellItsNamespaceIsTheGap() {
    kernel
        .namespaceCookie(-92)
        .link("/proc/self/ns/net", "net:[1]")
        .refuse("readlink", "/proc/10/ns/net", Errno.EACCES);
    holder(Map.of());

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets()).isEmpty();
    assertThat(snapshot.gaps())
        .extracting(Gap::what)
        .contains("sockets that are bound but do not listen, of one process");
  }

  @Test
  void whatTheTableToldIsNotAskedAgainAndASharedSocketIsTakenOnce() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    holder(10, 100, address(AF_INET, 0, 8080), Map.of());
    holder(11, 101, address(AF_INET, 1, 8080), Map.of());
    holder(12, 101, address(AF_INET, 1, 8080), Map.of());

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets())
        .extracting(BoundSocket::state)
        .containsExactly(SocketState.LISTEN, SocketState.BOUND);
    assertThat(snapshot.holdersOf(snapshot.sockets().getLast())).hasSize(2);
  }

  @Test
  void aProcessThatCannotBeLookedIntoIsTheGap() {
    holder(Map.of());
    kernel.file("/proc/11/stat", stat(11)).link("/proc/11/fd/3", "socket:[101]");

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets()).hasSize(1);
    assertThat(snapshot.gaps())
        .containsExactly(
            new Gap(
                Gap.Subject.SOCKETS,
                "sockets that are bound but do not listen, of one process",
                Reading.Why.DENIED,
                "run as root; Linux 6.8 or newer tells of them at once"));
  }

  @Test
  void filesThatCannotBeListedAreTheGapToo() {
    holder(Map.of());
    kernel.refuse("open", "/proc/10/fd", Errno.EACCES);

    assertThat(ask().gaps())
        .extracting(Gap::what)
        .contains("sockets that are bound but do not listen, of one process");
  }

  @Test
  void aKernelWithoutPidfdGetfdIsTheGap() {
    holder(Map.of());
    kernel.refuse("pidfd_getfd", "", new Errno(38));

    assertThat(ask().gaps())
        .containsExactly(
            new Gap(
                Gap.Subject.SOCKETS,
                "sockets that are bound but do not listen",
                Reading.Why.UNSUPPORTED,
                "Linux 6.8 or newer tells of them"));
  }

  @Test
  void aProcessThatEndsMeanwhileIsNoGap() {
    holder(Map.of());
    kernel.refuse("pidfd_open", "", Errno.ESRCH);

    assertThat(ask().gaps()).isEmpty();
  }

  @Test
  void theSearchEndsWithItsTime() {
    for (int pid = 10; pid < 100; pid++) {
      holder(pid, 100 + pid, address(AF_INET, 0, 8081), Map.of());
    }
    kernel.beforeOpen("/proc/12/fd", () -> kernel.advance(Duration.ofSeconds(11).toNanos()));

    assertThat(ask().gaps())
        .extracting(Gap::what, Gap::why)
        .contains(
            tuple(
                "sockets that are bound but do not listen, of 59 processes",
                Reading.Why.TIMED_OUT));
  }
}
