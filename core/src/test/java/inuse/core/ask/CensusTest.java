package inuse.core.ask;

import static inuse.core.ask.namespaces.TwoNamespaces.HOME;
import static inuse.core.ask.namespaces.TwoNamespaces.WEB;
import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static inuse.kernel.abi.Constants.TCP_TIME_WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.ProcHolders;
import inuse.core.ask.namespaces.TwoNamespaces;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Extent;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inventory;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetwork;
import inuse.kernel.proc.Proc;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One look at everything, of a kernel made of maps. */
final class CensusTest {
  private static final int LOOPBACK = 0x7f000001;
  private static final int TIMER_TIME_WAIT = 3;

  private final TwoNamespaces host = new TwoNamespaces();
  private final FakeKernel kernel = host.kernel;

  @AfterEach
  void everythingIsClosedAndWeAreBackHome() {
    host.assertClosedAndHome();
  }

  private Inventory look(Extent extent) {
    Host machine = Host.of(kernel);
    return new Census(machine, new ProcHolders(machine)).look(extent);
  }

  private Inventory.Bound here() {
    return look(Extent.HERE).spaces().getFirst().bound();
  }

  private static List<Integer> ports(Inventory.Bound bound) {
    return bound.sockets().stream().map(one -> one.local().port().number()).sorted().toList();
  }

  private static Endpoint loopback(int port) {
    return new Endpoint(IpAddress.parse("127.0.0.1").orElseThrow(), new Port(port));
  }

  @Test
  void eachSocketIsCountedOnceAndOnlyWhatAServerMayWantIsKept() {
    host.atHome.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 1).local(LOOPBACK, 8080);
    host.atHome
        .add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, 2)
        .local(LOOPBACK, 8080)
        .remote(LOOPBACK, 40_000);
    host.atHome
        .add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, 3)
        .local(LOOPBACK, 40_000)
        .remote(LOOPBACK, 8080);
    host.atHome
        .add(AF_INET, IPPROTO_TCP, TCP_TIME_WAIT, 0)
        .cookie(4)
        .local(LOOPBACK, 8080)
        .timer(TIMER_TIME_WAIT, 5_000);
    host.atHome
        .add(AF_INET, IPPROTO_TCP, TCP_TIME_WAIT, 0)
        .cookie(5)
        .local(LOOPBACK, 9000)
        .timer(TIMER_TIME_WAIT, 9_000);
    host.atHome
        .add(AF_INET, IPPROTO_TCP, TCP_TIME_WAIT, 0)
        .cookie(6)
        .local(LOOPBACK, 9000)
        .timer(TIMER_TIME_WAIT, 30_000);
    host.atHome.add(AF_INET, IPPROTO_TCP, TCP_BOUND_INACTIVE, 7).local(LOOPBACK, 7001);
    host.atHome.add(AF_INET6, IPPROTO_UDP, TCP_CLOSE, 8).local(0, 53);
    host.atHome.add(AF_INET, IPPROTO_UDP, TCP_ESTABLISHED, 9).local(LOOPBACK, 50_000);
    host.atHome
        .add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, 10)
        .local(LOOPBACK, 2000)
        .remote(LOOPBACK, 443);

    Inventory.Bound bound = here();

    assertThat(ports(bound)).containsExactly(53, 2000, 7001, 8080);
    assertThat(bound.traffic()).containsExactly(new Inventory.Traffic(loopback(8080), 1, 1));
    assertThat(bound.outgoing()).isEqualTo(2);
    assertThat(bound.remains()).hasSize(1);
    assertThat(bound.remains().getFirst().count()).isEqualTo(2);
    assertThat(bound.remains().getFirst().last().expires().orElseThrow().toMillis())
        .isEqualTo(30_000);
    assertThat(bound.total()).isEqualTo(10);
  }

  @Test
  void aPortThatIsNamedIsToldAlsoWhereAClientHasIt() {
    host.atHome
        .add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, 3)
        .local(LOOPBACK, 40_000)
        .remote(LOOPBACK, 8080);

    assertThat(here().sockets()).isEmpty();
    assertThat(
            ports(
                look(new Extent(false, false, PortSet.of(List.of(new Port(40_000)))))
                    .spaces()
                    .getFirst()
                    .bound()))
        .containsExactly(40_000);
  }

  @Test
  void aProcessIsReadOnceWithAllItsSockets() {
    host.atHome.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100).local(0, 80);
    host.atHome.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 101).local(0, 443);
    host.process(10, "nginx", HOME, 100, 101);
    kernel
        .holds(10, 3, new FakeNetwork.HeldSocket(1100, true, false))
        .holds(10, 4, new FakeNetwork.HeldSocket(1101, false, true));

    Inventory seen = look(Extent.HERE);

    assertThat(seen.holders()).extracting(Holder::pid).containsExactly(new Pid(10));
    assertThat(seen.holders().getFirst().sockets()).hasSize(2);
    assertThat(seen.spaces().getFirst().bound().sockets())
        .extracting(BoundSocket::reuseAddress, BoundSocket::reusePort)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Reading.known(true), Reading.known(false)),
            org.assertj.core.groups.Tuple.tuple(Reading.known(false), Reading.known(true)));
  }

  @Test
  void whoMayNotLookLosesNoSocketButItsHolder() {
    host.atHome.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100).local(0, 80).uid(0);
    host.process(10, "nginx", HOME, 100);
    kernel.user(1000).refuse("open", "/proc/10/fd", Errno.EACCES);

    Inventory seen = look(Extent.HERE);

    assertThat(seen.holders()).isEmpty();
    assertThat(ports(seen.spaces().getFirst().bound())).containsExactly(80);
    assertThat(seen.gaps()).extracting(Gap::subject).contains(Gap.Subject.OPEN_FILES);
    assertThat(seen.spaces().getFirst().contexts()).hasSize(1);
  }

  @Test
  void whereSockDiagIsRefusedTheTablesOfProcAreRead() {
    kernel
        .refuse("socket", "16", Errno.EPERM)
        .file(
            "/proc/net/tcp",
            """
              sl  local_address rem_address   st
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 100 1
               1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  0 0 101 1
               2: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  0 0 102 1
               3: 0100007F:2328 0100007F:9C41 06 00000000:00000000 03:00000100 00000000  0 0 0 1
            """)
        .file("/proc/net/udp", "  sl\n 5: 00000000:0035 00000000:0000 07 0:0 00:0 0  0 0 103 1\n")
        .file("/proc/net/tcp6", "  sl\n")
        .file("/proc/net/udp6", "  sl\n");

    Inventory seen = look(Extent.HERE);
    Inventory.Bound bound = seen.spaces().getFirst().bound();

    assertThat(ports(bound)).containsExactly(53, 8080);
    assertThat(bound.traffic()).containsExactly(new Inventory.Traffic(loopback(8080), 1, 0));
    assertThat(bound.outgoing()).isEqualTo(1);
    assertThat(bound.remains()).hasSize(1);
    assertThat(seen.gaps()).extracting(Gap::subject).contains(Gap.Subject.SOCKETS);
  }

  @Test
  void aTableOfProcIsListedToItsEndHoweverLongItIs() {
    String away = "0: 0100007F:9C40 0100007F:0016 01 0:0 00:0 0  0 0 102 1\n";
    int many = Proc.MAX_BYTES / away.length() + 1000;
    kernel
        .refuse("socket", "16", Errno.EPERM)
        .file(
            "/proc/net/tcp",
            "  sl\n"
                + away.repeat(many)
                + "1: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0  0 0 100 1\n")
        .file("/proc/net/udp", "  sl\n")
        .file("/proc/net/tcp6", "  sl\n")
        .file("/proc/net/udp6", "  sl\n");

    Inventory seen = look(Extent.HERE);

    assertThat(ports(seen.spaces().getFirst().bound())).containsExactly(8080);
    assertThat(seen.spaces().getFirst().bound().outgoing()).isEqualTo(many);
    assertThat(seen.gaps()).noneMatch(gap -> gap.what().contains("the rest"));
  }

  @Test
  void whatOfATableOfProcWasNotReadInTimeIsAGapOfTheList() {
    kernel
        .refuse("socket", "16", Errno.EPERM)
        .file("/proc/net/tcp", "  sl\n")
        .file("/proc/net/udp", "  sl\n")
        .file("/proc/net/tcp6", "  sl\n")
        .file("/proc/net/udp6", "  sl\n")
        .beforeOpen("/proc/net/udp6", () -> kernel.advance(Duration.ofMinutes(2).toNanos()));

    assertThat(look(Extent.HERE).gaps())
        .extracting(Gap::what)
        .contains("the rest of /proc/net/udp6")
        .doesNotContain("the rest of /proc/net/tcp");
  }

  @Test
  void otherNamespacesAreCountedOrLookedInto() {
    host.atHome.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100).local(0, 80);
    host.inWeb.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 200).local(0, 8081);
    host.process(10, "nginx", WEB, 200);

    Inventory here = look(Extent.HERE);
    Inventory all = look(new Extent(false, true, PortSet.NONE));

    assertThat(here.spaces()).hasSize(1);
    assertThat(here.otherNamespaces()).isEqualTo(1);
    assertThat(all.otherNamespaces()).isZero();
    assertThat(all.spaces())
        .extracting(space -> ports(space.bound()))
        .containsExactly(List.of(80), List.of(8081));
    assertThat(all.holders()).extracting(Holder::pid).containsExactly(new Pid(10));
  }

  @Test
  void whatTheKernelTellsInNoNamespaceIsSaidOnce() {
    kernel.file("/proc/sys/kernel/osrelease", "6.1.0-56-amd64\n");

    Inventory all = look(new Extent(false, true, PortSet.NONE));

    assertThat(all.spaces()).hasSize(2);
    assertThat(all.gaps())
        .extracting(Gap::what)
        .containsExactly("TCP sockets that are bound and do not listen");
  }

  @Test
  void whatMayNotBeEnteredIsReadFromOutsideAndSaid() {
    kernel.user(1000).refuse("setns", "/run/netns/web", Errno.EPERM);
    host.process(10, "nginx", WEB, 200);
    kernel.file(
        "/proc/10/net/tcp",
        "  sl\n   0: 00000000:1F90 00000000:0000 0A 0:0 00:0 0     0        0 200 1\n");

    Inventory all = look(new Extent(false, true, PortSet.NONE));

    assertThat(all.spaces().getLast().bound().sockets())
        .extracting(BoundSocket::state, BoundSocket::protocol)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(SocketState.LISTEN, Protocol.TCP));
    assertThat(all.gaps())
        .anySatisfy(gap -> assertThat(gap.what()).isEqualTo("network namespace /run/netns/web"));
  }
}
