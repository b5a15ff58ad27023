package inuse.core.ask;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.CAP_NET_RAW;
import static inuse.kernel.abi.Constants.CAP_SYS_PTRACE;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.IFA_ADDRESS;
import static inuse.kernel.abi.Constants.IFA_F_TENTATIVE;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPPROTO_MPTCP;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.IPV6_V6ONLY;
import static inuse.kernel.abi.Constants.NLMSG_DONE;
import static inuse.kernel.abi.Constants.RTM_GETADDR;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_COOKIE;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static inuse.kernel.abi.Constants.TCP_SYN_SENT;
import static inuse.kernel.abi.Constants.TCP_TIME_WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.ProcHolders;
import inuse.core.evidence.Account;
import inuse.core.evidence.AddressFacts;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Device;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HostNames;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.RawAddress;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetlink.Datagram;
import inuse.kernel.fake.FakeNetwork.HeldSocket;
import inuse.kernel.fake.FakeSocket;
import inuse.kernel.fake.FakeSockets;
import inuse.kernel.netlink.AddressDump;
import inuse.kernel.netlink.Message;
import inuse.kernel.proc.Proc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole question, asked of a kernel made of maps. */
final class AskerTest {
  private static final int LOOPBACK = 0x7f000001;
  private static final String TCP_HEADER =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
          + " inode\n";

  private final FakeSockets sockets = new FakeSockets();
  private final FakeKernel kernel =
      new FakeKernel()
          .dumps(sockets)
          .file(
              "/etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n")
          .file("/proc/sys/kernel/osrelease", "6.18.44\n")
          .file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "1024\n")
          .file("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
          .link("/proc/self/ns/net", "net:[4026531840]");

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private static final PortTarget TARGET =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private PortSnapshot ask() {
    return ask(new Question<>(TARGET, Newcomer.plain(new Uid(1000)), true));
  }

  private PortSnapshot ask(Question<PortTarget> question) {
    return new Asker(Host.of(kernel), new ProcHolders(Host.of(kernel)))
        .ask(question, snapshot -> true);
  }

  /** A process whose parent is a shell, with some sockets from descriptor 3 on. */
  private void process(int pid, String name, long... inodes) {
    String directory = "/proc/" + pid;
    kernel
        .file(directory + "/stat", stat(pid, name, 700))
        .file(directory + "/status", "Name:\t" + name + "\nUid:\t1000\t1000\t1000\t1000\n")
        .file(directory + "/cmdline", name + "\0-v\0")
        .file(directory + "/cgroup", "0::/system.slice/" + name + ".service\n")
        .link(directory + "/exe", "/usr/bin/" + name)
        .link(directory + "/cwd", "/home/alice")
        .file("/proc/700/stat", stat(700, "bash", 1))
        .file("/proc/1/stat", stat(1, "systemd", 0));
    for (int i = 0; i < inodes.length; i++) {
      kernel.link(directory + "/fd/" + (3 + i), "socket:[" + inodes[i] + "]");
    }
  }

  private static String stat(int pid, String name, int parent) {
    return pid
        + " ("
        + name
        + ") S "
        + parent
        + " 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0\n";
  }

  private static List<String> whats(PortSnapshot snapshot) {
    return snapshot.gaps().stream().map(Gap::what).toList();
  }

  private static <T> Reading<T> unknown(Reading.Why why) {
    return Reading.unknown(why);
  }

  @Test
  void aListenerIsFoundWithItsProcessAndItsOptions() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 99, 100);
    kernel.holds(10, 4, new HeldSocket(1100, true, false));

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets()).hasSize(1);
    BoundSocket socket = snapshot.sockets().getFirst();
    assertThat(socket.state()).isEqualTo(SocketState.LISTEN);
    assertThat(socket.local()).hasToString("0.0.0.0:8080");
    assertThat(socket.owner())
        .isEqualTo(new Account(new Uid(1000), Optional.of(new Untrusted("alice"))));
    assertThat(socket.reuseAddress()).isEqualTo(Reading.known(true));
    assertThat(socket.reusePort()).isEqualTo(Reading.known(false));
    assertThat(snapshot.holdersOf(socket)).isEqualTo(snapshot.holders()).hasSize(1);
    assertThat(snapshot.gaps()).isEmpty();
    assertThat(snapshot.looks()).isEqualTo(1);
  }

  @Test
  void whatIsAboveAHolderAndNotAboveUsIsReadWhereTheCommandToBeStartedIsKnown() {
    process(10, "node", 101);
    kernel
        .file("/proc/10/stat", stat(10, "node", 60))
        .file("/proc/60/stat", stat(60, "make", 700))
        .file("/proc/4242/stat", stat(4242, "inuse", 700));
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 101);
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
                new IntendedCommand(new Untrusted("/usr/bin/make"), List.of(), Optional.empty())),
            Optional.empty(),
            false,
            false);

    assertThat(ask(new Question<>(TARGET, known, true)).launchers())
        .extracting(one -> one.pid().number())
        .containsExactly(60);
    assertThat(ask().launchers()).isEmpty();
  }

  /** RTM_GETADDR is answered with 2001:db8::5, tentative, of interface 2. */
  private List<Datagram> addresses(byte[] request) {
    if (Bytes.getShort(request, 4) != RTM_GETADDR) {
      return sockets.answer(request);
    }
    byte[] entry = new byte[AddressDump.RECORD_BYTES + 20];
    entry[0] = AF_INET6;
    entry[2] = IFA_F_TENTATIVE;
    Bytes.putInt(entry, 4, 2);
    Bytes.putShort(entry, 8, 20);
    Bytes.putShort(entry, 10, IFA_ADDRESS);
    new RawAddress(0x20010db800000000L, 5).write(entry, 12, 16);
    int sequence = Bytes.getInt(request, 8);
    return List.of(
        Datagram.of(Message.request(20, 2, sequence, entry)),
        Datagram.of(Message.request(NLMSG_DONE, 2, sequence, new byte[4])));
  }

  private PortSnapshot askWithAddresses(String address, int errno) {
    kernel.dumps(this::addresses).networkInterface(2, "eth0").binds((socket, wanted) -> -errno);
    PortTarget there = new PortTarget(Protocol.TCP, IpAddress.parse(address), new Port(8080));
    return ask(new Question<>(there, Newcomer.plain(new Uid(1000)), true));
  }

  @Test
  void theAddressesAreReadWhereTheAddressIsRefused() {
    PortSnapshot refused = askWithAddresses("2001:db8::5", Errno.EADDRNOTAVAIL.code());

    assertThat(refused.addresses().here().toOptional().orElseThrow())
        .containsExactly(
            new LocalAddress(
                IpAddress.parse("2001:db8::5").orElseThrow(),
                new Device(2, new Untrusted("eth0")),
                LocalAddress.State.TENTATIVE));
    assertThat(askWithAddresses("2001:db8::5", Errno.EACCES.code()).addresses())
        .isEqualTo(AddressFacts.NOT_ASKED);
  }

  /** Sockets 100 and 101 of these processes; how often the addresses were then asked for. */
  private AtomicInteger twoListenersOf(int first, int second) {
    AtomicInteger asked = new AtomicInteger();
    kernel
        .dumps(request -> {
          asked.addAndGet(Bytes.getShort(request, 4) == RTM_GETADDR ? 1 : 0);
          return addresses(request);
        })
        .networkInterface(2, "eth0")
        .file("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 101).local(LOOPBACK, 8080);
    if (first == second) {
      process(first, "server", 100, 101);
    } else {
      process(first, "one", 100);
      process(second, "other", 101);
    }
    return asked;
  }

  @Test
  void theNamesOfTheHostAreLookedUpWhereSeveralServersHaveThePort() {
    AtomicInteger asked = twoListenersOf(10, 11);

    HostNames names = ask().names();

    assertThat(asked).hasValue(1);
    assertThat(names.localhost()).containsExactly(IpAddress.LOOPBACK_V6, IpAddress.LOOPBACK_V4);
    assertThat(names.addresses().toOptional().orElseThrow()).hasSize(1);
  }

  @Test
  void theNamesOfTheHostAreNotLookedUpForOneServerNorForOneAddress() {
    AtomicInteger asked = twoListenersOf(10, 10);
    assertThat(ask().names()).isEqualTo(HostNames.NOT_ASKED);
    assertThat(asked).hasValue(0);

    process(11, "other", 101);
    kernel.remove("/proc/10/fd/4");
    PortTarget there = new PortTarget(Protocol.TCP, Optional.of(IpAddress.ANY_V4), new Port(8080));
    assertThat(ask(new Question<>(there, Newcomer.plain(new Uid(1000)), true)).names())
        .isEqualTo(HostNames.NOT_ASKED);
    assertThat(asked).hasValue(0);
    assertThat(ask().names()).isNotEqualTo(HostNames.NOT_ASKED);
  }

  @Test
  void theSwitchThatTurnsIpv6OffIsFound() {
    String conf = "/proc/sys/net/ipv6/conf/";
    kernel.file(conf + "all/disable_ipv6", "0\n").file(conf + "lo/disable_ipv6", "1\n");

    assertThat(askWithAddresses("::1", Errno.EADDRNOTAVAIL.code()).addresses().ipv6Off())
        .contains("net.ipv6.conf.lo.disable_ipv6");
    kernel.file(conf + "lo/disable_ipv6", "0\n").file(conf + "eth0/disable_ipv6", "1\n");
    assertThat(askWithAddresses("::1", Errno.EADDRNOTAVAIL.code()).addresses().ipv6Off()).isEmpty();
    assertThat(askWithAddresses("2001:db8::9", Errno.EADDRNOTAVAIL.code()).addresses().ipv6Off())
        .contains("net.ipv6.conf.eth0.disable_ipv6");
  }

  @Test
  void aProcessIsDescribed() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);

    Holder holder = ask().holders().getFirst();

    assertThat(holder.pid()).isEqualTo(new Pid(10));
    assertThat(holder.command()).isEqualTo(new Untrusted("server"));
    assertThat(holder.arguments())
        .isEqualTo(Reading.known(List.of(new Untrusted("server"), new Untrusted("-v"))));
    assertThat(holder.executable()).isEqualTo(Reading.known(new Untrusted("/usr/bin/server")));
    assertThat(holder.workingDirectory()).isEqualTo(Reading.known(new Untrusted("/home/alice")));
    assertThat(holder.state()).contains(ProcessState.SLEEPING);
    assertThat(holder.startedAt()).isEqualTo(Reading.known(new Moment(1_799_999_900_000L)));
    assertThat(holder.ancestry())
        .containsExactly(
            new Ancestor(new Pid(700), new Untrusted("bash")),
            new Ancestor(new Pid(1), new Untrusted("systemd")));
    assertThat(holder.unit().map(Statement::content)).contains(new Unit("server.service", false));
    assertThat(holder.identity().startTicks()).isEqualTo(90_000);
  }

  @Test
  void theSettingsAndTheNamespaceAreRead() {
    PortSnapshot snapshot = ask();

    assertThat(snapshot.settings().unprivilegedPortStart())
        .isEqualTo(Reading.known(new Port(1024)));
    assertThat(snapshot.settings().ephemeral())
        .isEqualTo(Reading.known(new Range(new Port(32_768), new Port(60_999))));
    assertThat(snapshot.networkNamespace()).isEqualTo(Reading.known(4_026_531_840L));
    assertThat(snapshot.takenAt()).isEqualTo(new Moment(1_800_000_000_000L));
  }

  @Test
  void settingsThatCannotBeReadAreNotGuessed() {
    kernel.remove("/proc/sys/net").file("/proc/sys/net/ipv4/ip_local_port_range", "1 2 3\n");

    PortSnapshot snapshot = ask();

    assertThat(snapshot.settings().unprivilegedPortStart())
        .isEqualTo(unknown(Reading.Why.UNREADABLE));
    assertThat(snapshot.settings().ephemeral()).isEqualTo(unknown(Reading.Why.UNREADABLE));
  }

  @Test
  void aDuplicateOfAnotherSocketTellsNothing() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel.holds(10, 3, new HeldSocket(7, true, true));

    assertThat(ask().sockets().getFirst().reuseAddress()).isEqualTo(unknown(Reading.Why.VANISHED));
  }

  @Test
  void anMptcpSocketIsTheOneOfTheTableThoughItsCookieIsAnother() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    FakeSocket mptcp = new FakeSocket(100, AF_INET, SOCK_STREAM).owner(0).protocol(IPPROTO_MPTCP);
    mptcp.option(SOL_SOCKET, SO_COOKIE, new byte[] {7, 0, 0, 0, 0, 0, 0, 0});
    kernel.processes().holds(10, 3, mptcp.option(SOL_SOCKET, SO_REUSEADDR, 1));

    assertThat(ask().sockets().getFirst().reuseAddress()).isEqualTo(Reading.known(true));
  }

  @Test
  void anotherHolderMayLetTheOptionsBeRead() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "master", 100);
    process(11, "worker", 100);
    kernel.holds(11, 3, new HeldSocket(1100, true, true));

    assertThat(ask().sockets().getFirst().reusePort()).isEqualTo(Reading.known(true));
  }

  @Test
  void optionsThatMayNotBeReadAreDenied() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);

    assertThat(ask().sockets().getFirst().reuseAddress()).isEqualTo(unknown(Reading.Why.DENIED));
  }

  @Test
  void aKernelWithoutPidfdGetfdCannotTellOptions() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel.refuse("pidfd_open", "", new Errno(38));

    assertThat(ask().sockets().getFirst().reuseAddress())
        .isEqualTo(unknown(Reading.Why.UNSUPPORTED));
  }

  @Test
  void withoutProcTheSocketIsSeenAndTheGapSaid() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel.refuse("open", "/proc", Errno.EACCES);

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets()).hasSize(1);
    assertThat(snapshot.holders()).isEmpty();
    assertThat(snapshot.gaps())
        .containsExactly(
            new Gap(
                Gap.Subject.OPEN_FILES,
                "/proc",
                Reading.Why.DENIED,
                "mount /proc, or run as root"));
  }

  @Test
  void thatThePidsAreThoseOfAnotherNamespaceIsSaid() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel.numberedInProc(4242, "29155 4242");

    assertThat(whats(ask()))
        .containsExactly("what the pids are here: /proc is of another pid namespace");
  }

  @Test
  void processesThatMayNotBeLookedIntoAreAGapEachOnce() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel.refuse("open", "/proc/1/fd", Errno.EACCES);

    assertThat(ask().gaps())
        .containsExactly(
            new Gap(Gap.Subject.OPEN_FILES, "/proc/1/fd", Reading.Why.DENIED, "run as root"));

    kernel.refuse("open", "/proc/700/fd", Errno.EACCES);
    assertThat(whats(ask())).containsExactly("/proc/PID/fd of 2 processes");
  }

  @Test
  void alsoRootIsDeniedSome() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel.user(0).capabilities(1L << CAP_SYS_PTRACE);
    kernel.refuse("open", "/proc/1/fd", Errno.EACCES);

    assertThat(ask().gaps().getFirst().remedy())
        .isEqualTo(Phrase.of("a security module or user namespace hides them, also from root"));
  }

  @Test
  void rootThatMayNotTraceLacksACapability() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel.user(0).capabilities(1L << CAP_NET_RAW);
    kernel.refuse("open", "/proc/10/fd", Errno.EACCES);

    PortSnapshot snapshot = ask();

    assertThat(snapshot.gaps().getFirst().remedy())
        .isEqualTo(
            Phrase.of("reading them takes CAP_SYS_PTRACE; for a container: --cap-add SYS_PTRACE"));
    assertThat(snapshot.coverage().rights()).isEqualTo(SearchCoverage.Rights.ROOT_WITHOUT_PTRACE);
  }

  @Test
  void withoutSockDiagProcNetIsReadAndTheGapSaid() {
    process(10, "server", 100);
    kernel
        .refuse("socket", "16", Errno.EACCES)
        .file(
            "/proc/net/tcp",
            TCP_HEADER
                + "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000"
                + "  1000        0 100 1 0\n"
                + "   1: 0100007F:1F90 0200007F:C350 06 00000000:00000000 03:00000BB8 00000000"
                + "     0        0 0 3 0\n")
        .file("/proc/net/tcp6", TCP_HEADER)
        .file("/proc/net/udp", TCP_HEADER)
        .file("/proc/net/udp6", TCP_HEADER);

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets())
        .extracting(BoundSocket::state)
        .containsExactly(SocketState.LISTEN, SocketState.TIME_WAIT);
    assertThat(snapshot.sockets().getFirst().local()).hasToString("127.0.0.1:8080");
    assertThat(snapshot.sockets().getLast().expires()).contains(Duration.ofSeconds(30));
    assertThat(snapshot.sockets().getFirst().ipv6Only())
        .isEqualTo(unknown(Reading.Why.UNSUPPORTED));
    assertThat(snapshot.holders()).hasSize(1);
    assertThat(whats(snapshot))
        .containsExactly("sock_diag for tcp over IPv4", "sock_diag for tcp over IPv6");
    assertThat(snapshot.gaps()).extracting(Gap::why).containsOnly(Reading.Why.DENIED);
  }

  @Test
  void aTableOfProcNetIsReadToItsEndHoweverLongItIs() {
    String other =
        "   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000"
            + "  1000        0 5 1 0\n";
    kernel
        .refuse("socket", "16", Errno.EACCES)
        .file(
            "/proc/net/tcp",
            TCP_HEADER
                + other.repeat(Proc.MAX_BYTES / other.length() + 1000)
                + "   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000"
                + "  1000        0 100 1 0\n")
        .file("/proc/net/tcp6", TCP_HEADER);

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets())
        .extracting(one -> one.local().port().number())
        .containsExactly(8080);
    assertThat(whats(snapshot))
        .containsExactly("sock_diag for tcp over IPv4", "sock_diag for tcp over IPv6", "/proc");
  }

  @Test
  void whatOfProcNetWasNotReadInTimeIsAGap() {
    kernel
        .refuse("socket", "16", Errno.EACCES)
        .file("/proc/net/tcp", TCP_HEADER)
        .file("/proc/net/tcp6", TCP_HEADER)
        .beforeOpen("/proc/net/tcp6", () -> kernel.advance(Duration.ofSeconds(11).toNanos()));

    assertThat(whats(ask())).contains("the rest of /proc/net/tcp6");
  }

  @Test
  void withoutSockDiagAndProcNetThereAreTwoGaps() {
    kernel.refuse("socket", "16", Errno.EACCES).file("/proc/net/tcp6", "header\nnonsense\n");

    assertThat(whats(ask()))
        .containsExactly(
            "sock_diag for tcp over IPv4",
            "/proc/net/tcp",
            "sock_diag for tcp over IPv6",
            "/proc/net/tcp6");
  }

  @Test
  void aProcessThatEndsMeanwhileIsNoErrorAndIsLookedForAgain() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel.beforeOpen(
        "/proc/10/stat",
        () -> {
          kernel.remove("/proc/10");
          sockets.clear();
        });

    PortSnapshot snapshot = ask();

    assertThat(snapshot.looks()).isEqualTo(2);
    assertThat(snapshot.sockets()).isEmpty();
    assertThat(snapshot.holders()).isEmpty();
  }

  @Test
  void aProcessThatIsGoneWhileItsSocketStaysIsNotLookedForForEver() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel.beforeOpen("/proc/10/stat", () -> kernel.remove("/proc/10"));

    PortSnapshot snapshot = ask();

    assertThat(snapshot.looks()).isEqualTo(1);
    assertThat(snapshot.sockets()).hasSize(1);
    assertThat(snapshot.holders()).isEmpty();
  }

  @Test
  void aProcessWithoutItsOtherFilesIsStillNamed() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel
        .remove("/proc/10/cmdline")
        .remove("/proc/10/cgroup")
        .refuse("readlink", "/proc/10/exe", Errno.EACCES)
        .file("/proc/10/status", "nonsense");

    Holder holder = ask().holders().getFirst();

    assertThat(holder.command()).isEqualTo(new Untrusted("server"));
    assertThat(holder.arguments()).isEqualTo(unknown(Reading.Why.VANISHED));
    assertThat(holder.executable()).isEqualTo(unknown(Reading.Why.DENIED));
    assertThat(holder.account()).isEqualTo(unknown(Reading.Why.UNREADABLE));
    assertThat(holder.unit()).isEmpty();
  }

  @Test
  void aPidThatPassesToAnotherProcessMeanwhileIsNotTheHolder() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    kernel.beforeOpen(
        "/proc/10/cmdline",
        () -> {
          kernel.move("/proc/10", "/proc/ended").remove("/proc/ended");
          process(10, "other", 100);
        });

    assertThat(ask().holders()).isEmpty();
  }

  @Test
  void probeAndTableAreTakenAgainWhileTheyDisagreeButNotForEver() {
    Asker asker = new Asker(Host.of(kernel), new ProcHolders(Host.of(kernel)));
    Question<PortTarget> question = new Question<>(TARGET, Newcomer.plain(new Uid(1000)), true);

    for (int[] asked : new int[][] {{1, 1}, {2, 1}, {3, 2}, {4, 2}, {5, 3}}) {
      AtomicInteger times = new AtomicInteger();
      assertThat(asker.ask(question, snapshot -> times.incrementAndGet() == asked[0]).looks())
          .as(
              "looks when the question whether they agree is answered with yes at time %d",
              asked[0])
          .isEqualTo(asked[1]);
    }
    assertThat(asker.ask(question, snapshot -> false).looks()).isEqualTo(Asker.MAX_LOOKS);
  }

  @Test
  void everyAddressIsProbedAndAgainWithReuseAddressWhereItIsRefused() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_TIME_WAIT, 0);
    kernel.binds((socket, address) ->
        socket.domain() == AF_INET && socket.option(SOL_SOCKET, SO_REUSEADDR) == 0
            ? -Errno.EADDRINUSE.code()
            : 0);

    assertThat(ask().probes())
        .extracting(AskerTest::word)
        .containsExactly("0.0.0.0 EADDRINUSE", "0.0.0.0 reuse ok", ":: ok");
  }

  private static String word(Probe probe) {
    return probe.address()
        + (probe.reuseAddress() ? " reuse " : " ")
        + switch (probe.result()) {
          case Probe.Result.Allowed allowed -> "ok";
          case Probe.Result.Refused(String call, ErrnoName errno) -> errno.name();
        };
  }

  @Test
  void aFamilyThatTheKernelLacksIsAProbeWithThatResult() {
    kernel.refuse("socket", Integer.toString(AF_INET6), Errno.EAFNOSUPPORT);

    assertThat(ask().probes())
        .extracting(AskerTest::word)
        .containsExactly("0.0.0.0 reuse ok", ":: EAFNOSUPPORT");
  }

  @Test
  void aProbeSetsIpv6OnlyItselfAndBindsExactlyWhatWasAsked() {
    List<byte[]> addresses = new ArrayList<>();
    List<Integer> ipv6Only = new ArrayList<>();
    kernel.binds((socket, address) -> {
      addresses.add(address);
      ipv6Only.add(socket.option(IPPROTO_IPV6, IPV6_V6ONLY));
      return 0;
    });
    ask();

    assertThat(addresses.getFirst())
        .containsExactly(2, 0, 0x1f, 0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(addresses.getLast()).hasSize(28).startsWith(10, 0, 0x1f, 0x90);
    assertThat(ipv6Only).containsExactly(0, 0);
  }

  @Test
  void withoutProbesNothingIsBound() {
    kernel.binds((socket, address) -> {
      throw new AssertionError("a bind");
    });

    assertThat(ask(new Question<>(TARGET, Newcomer.plain(new Uid(1000)), false)).probes())
        .isEmpty();
  }

  @Test
  void socketsThatAreBoundWithoutListeningAreFoundOnTheirPortAlone() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_BOUND_INACTIVE, 100);
    sockets.add(AF_INET, IPPROTO_TCP, TCP_BOUND_INACTIVE, 101).local(0, 9090);

    assertThat(ask().sockets())
        .singleElement()
        .extracting(BoundSocket::state)
        .isEqualTo(SocketState.BOUND);
  }

  @Test
  void timeWaitHasItsTimeAndNoInode() {
    sockets
        .add(AF_INET, IPPROTO_TCP, TCP_TIME_WAIT, 0)
        .local(LOOPBACK, 8080)
        .remote(LOOPBACK, 50_000)
        .timer(3, 41_000);

    BoundSocket socket = ask().sockets().getFirst();

    assertThat(socket.expires()).contains(Duration.ofSeconds(41));
    assertThat(socket.inode()).isEmpty();
    assertThat(socket.reuseAddress()).isEqualTo(unknown(Reading.Why.UNSUPPORTED));
  }

  @Test
  void theSideThatConnectedIsToldByItsCounters() {
    sockets
        .add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, 100)
        .remote(LOOPBACK, 443)
        .counters(101, 100)
        .auto();
    sockets.add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, 101).remote(LOOPBACK, 1).counters(50, 50);
    sockets.add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, 102).remote(LOOPBACK, 2).counters(10, 50);
    sockets.add(AF_INET, IPPROTO_TCP, TCP_SYN_SENT, 103).remote(LOOPBACK, 3).counters(0, 0);

    List<BoundSocket> found = ask().sockets();

    assertThat(found)
        .filteredOn(socket -> socket.state() == SocketState.ESTABLISHED)
        .extracting(BoundSocket::initiated)
        .containsExactly(
            Reading.known(true), Reading.known(false), unknown(Reading.Why.UNREADABLE));
    assertThat(found)
        .filteredOn(socket -> socket.inode().orElseThrow().number() == 100)
        .singleElement()
        .extracting(BoundSocket::autoPort)
        .isEqualTo(Reading.known(true));
  }

  @Test
  void whoIsConnectedToThePortFromHereIsAClient() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    sockets
        .add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, 101)
        .local(LOOPBACK, 8080)
        .remote(LOOPBACK, 50_000)
        .counters(0, 0);
    sockets
        .add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, 102)
        .local(LOOPBACK, 50_000)
        .remote(LOOPBACK, 8080)
        .counters(1, 0);
    process(10, "server", 100, 101);
    process(20, "firefox", 102);

    PortSnapshot snapshot = ask();

    assertThat(snapshot.holders()).extracting(holder -> holder.pid().number()).containsExactly(10);
    assertThat(snapshot.clients())
        .singleElement()
        .satisfies(client -> {
          assertThat(client.local()).hasToString("127.0.0.1:50000");
          assertThat(client.processes())
              .containsExactly(new Ancestor(new Pid(20), new Untrusted("firefox")));
        });
  }

  @Test
  void udpOnTheSamePortIsSeenToo() {
    sockets.add(AF_INET6, IPPROTO_UDP, TCP_CLOSE, 200);
    process(10, "dns", 200);

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets()).isEmpty();
    assertThat(snapshot.udpAlso()).hasSize(1);
    assertThat(snapshot.holders()).hasSize(1);
  }

  @Test
  void udpAloneIsAskedWhereItIsMeant() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    sockets.add(AF_INET, IPPROTO_UDP, TCP_CLOSE, 200);

    PortSnapshot snapshot =
        ask(
            new Question<>(
                new PortTarget(Protocol.UDP, Optional.empty(), new Port(8080)),
                Newcomer.plain(new Uid(1000)),
                true));

    assertThat(snapshot.sockets())
        .singleElement()
        .extracting(BoundSocket::protocol)
        .isEqualTo(Protocol.UDP);
    assertThat(snapshot.udpAlso()).isEmpty();
  }

  @Test
  void aDeviceHasItsNameOrItsIndex() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100).device(3);
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 101).device(4);
    kernel.networkInterface(3, "eth0");

    assertThat(ask().sockets())
        .extracting(socket -> socket.device().orElseThrow().name().bytes())
        .containsExactly("eth0", "if4");
  }

  @Test
  void aControlGroupIsOpenedByItsIdOrSearchedFor() {
    kernel
        .file("/proc/self/mountinfo", "35 24 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
        .directory("/sys/fs/cgroup", 1)
        .directory("/sys/fs/cgroup/a.slice", 6)
        .directory("/sys/fs/cgroup/a.slice/b.service", 7)
        .handle(9, "/sys/fs/cgroup/by/handle");
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100).cgroup(7);
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 101).cgroup(9);
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 102).cgroup(1);
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 103).cgroup(12_345);
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 104);

    assertThat(ask().sockets())
        .extracting(BoundSocket::cgroup)
        .containsExactly(
            Reading.known(new Untrusted("/a.slice/b.service")),
            Reading.known(new Untrusted("/by/handle")),
            Reading.known(new Untrusted("/")),
            unknown(Reading.Why.VANISHED),
            unknown(Reading.Why.UNSUPPORTED));
  }

  @Test
  void aKernelThatNeverAnswersCostsThreeSecondsADumpAndIsAGap() {
    kernel.dumps(request -> List.of());
    long before = kernel.clockNanos(CLOCK_MONOTONIC);

    PortSnapshot snapshot = ask();

    assertThat(Duration.ofNanos(kernel.clockNanos(CLOCK_MONOTONIC) - before))
        .isEqualTo(Duration.ofSeconds(9));
    assertThat(snapshot.gaps())
        .isNotEmpty()
        .extracting(Gap::why)
        .containsOnly(Reading.Why.TIMED_OUT);
  }

  @Test
  void aDumpThatCannotBeReadIsAGap() {
    kernel.dumps(request -> List.of(Datagram.of(new byte[] {1, 2, 3})));

    assertThat(ask().gaps())
        .isNotEmpty()
        .contains(
            new Gap(
                Gap.Subject.SOCKETS, "some sockets of tcp", Reading.Why.UNREADABLE, "ask again"));
  }

  @Test
  void lookingAtProcessesEndsWithTheTime() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    process(10, "server", 100);
    for (int pid = 1000; pid < 1100; pid++) {
      process(pid, "p", 5);
    }
    kernel.beforeOpen("/proc/1000/fd", () -> kernel.advance(Duration.ofSeconds(11).toNanos()));

    assertThat(ask().gaps())
        .anySatisfy(gap -> {
          assertThat(gap.why()).isEqualTo(Reading.Why.TIMED_OUT);
          assertThat(gap.what()).matches("/proc/PID/fd of \\d+ processes");
        });
  }

  @Test
  void ofAFloodOfSocketsTheFirstAreKeptAndTheRestCounted() {
    for (int i = 0; i < PortSnapshot.MAX_SOCKETS + 7; i++) {
      sockets
          .add(AF_INET, IPPROTO_TCP, TCP_TIME_WAIT, 0)
          .remote(LOOPBACK, 1024 + i)
          .cookie(i + 1)
          .timer(3, 1);
    }

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets()).hasSize(PortSnapshot.MAX_SOCKETS);
    assertThat(snapshot.crowd().count()).isEqualTo(7);
    assertThat(whats(snapshot)).isEmpty();
  }
}
