package inuse.jvm;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.CLOCK_BOOTTIME;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.CLOCK_REALTIME;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDONLY;
import static inuse.kernel.abi.Constants.SIOCGIFNAME;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_COOKIE;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.TIOCGWINSZ;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.Asker;
import inuse.core.ask.Question;
import inuse.core.ask.holders.ProcHolders;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.rule.Verdict;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The system calls for real, and a whole question about a port that this very process holds. */
final class ForeignSystemCallsTest {
  private static final int PID = (int) ProcessHandle.current().pid();

  private final ForeignSystemCalls calls = new ForeignSystemCalls();

  /** The result of a call that failed so. */
  private static int failed(String errno) {
    return -Errno.named(errno).orElseThrow().code();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void aFileIsOpenedReadAndClosed() {
    int fd = calls.open(AT_FDCWD, bytes("/proc/self/stat"), O_RDONLY | O_CLOEXEC);
    assertThat(fd).isPositive();
    byte[] text = new byte[4096];
    int count = calls.read(fd, text);

    assertThat(calls.close(fd)).isZero();
    assertThat(calls.close(fd)).isEqualTo(failed("EBADF"));
    ProcessStat stat = ProcessStat.parse(new String(text, 0, count, StandardCharsets.ISO_8859_1));
    assertThat(stat.pid()).isEqualTo(PID).isEqualTo(calls.getPid());
    assertThat(stat.isKernelThread()).isFalse();
  }

  @Test
  void aFailureIsTheNegatedErrno() {
    assertThat(calls.open(AT_FDCWD, bytes("/nosuch"), O_RDONLY)).isEqualTo(failed("ENOENT"));
    assertThat(calls.open(AT_FDCWD, bytes("/proc/self/stat/x"), O_RDONLY)).isEqualTo(-20);
    assertThat(calls.read(-1, new byte[1])).isEqualTo(failed("EBADF"));
    assertThat(calls.readLink(AT_FDCWD, bytes("/proc/self/stat"), new byte[9]))
        .isEqualTo(failed("EINVAL"));
    assertThat(calls.pidfdOpen(Integer.MAX_VALUE, 0)).isEqualTo(failed("ESRCH"));
    assertThat(calls.ioctl(-1, TIOCGWINSZ, new byte[8])).isEqualTo(failed("EBADF"));
    assertThat(calls.socket(9999, SOCK_STREAM, 0)).isEqualTo(failed("EAFNOSUPPORT"));
  }

  @Test
  void aLinkIsReadAndCutWhereItDoesNotFit() {
    byte[] whole = new byte[4096];
    int length = calls.readLink(AT_FDCWD, bytes("/proc/self/ns/net"), whole);
    byte[] cut = new byte[4];

    assertThat(new String(whole, 0, length, StandardCharsets.ISO_8859_1)).matches("net:\\[\\d+]");
    assertThat(calls.readLink(AT_FDCWD, bytes("/proc/self/ns/net"), cut)).isEqualTo(4);
    assertThat(cut).isEqualTo(bytes("net:"));
  }

  @Test
  void aDirectoryIsListed() {
    assertThat(new Proc(calls, "").directory("/proc/self/task"))
        .isInstanceOfSatisfying(
            CallResult.Ok.class,
            got -> assertThat((List<?>) got.value()).asString().contains("name=" + PID));
  }

  @Test
  void aSocketIsMadeSetBoundAndAskedItsOptions() {
    int fd = calls.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    byte[] value = new byte[4];
    byte[] cookie = new byte[8];
    assertThat(calls.getSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, value)).isEqualTo(4);
    assertThat(Bytes.getInt(value, 0)).isZero();

    Bytes.putInt(value, 0, 1);
    assertThat(calls.setSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, value)).isZero();
    Bytes.putInt(value, 0, 0);
    assertThat(calls.getSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, value)).isEqualTo(4);
    assertThat(Bytes.getInt(value, 0)).isEqualTo(1);
    assertThat(calls.getSocketOption(fd, SOL_SOCKET, SO_COOKIE, cookie)).isEqualTo(8);
    assertThat(Bytes.getLong(cookie, 0)).isNotZero();
    assertThat(calls.bind(fd, new byte[] {2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}))
        .isZero();
    assertThat(calls.bind(fd, new byte[] {2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}))
        .isEqualTo(failed("EINVAL"));
    calls.close(fd);
  }

  @Test
  void waitingForInputEndsWithTheTimeOrWithTheInput() {
    int fd = calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assertThat(calls.bind(fd, new byte[] {2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}))
        .isZero();
    long before = calls.clockNanos(CLOCK_MONOTONIC);

    assertThat(calls.awaitInput(fd, 20_000_000)).isZero();
    assertThat(calls.clockNanos(CLOCK_MONOTONIC) - before).isGreaterThanOrEqualTo(20_000_000);
    calls.close(fd);
  }

  @Test
  void datagramsAreSentAndReceivedWithTheirTrueLength() throws IOException {
    try (DatagramSocket there = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
      int fd = calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      byte[] address = {2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
      Bytes.putNetworkShort(address, 2, there.getLocalPort());
      assertThat(calls.sendTo(fd, bytes("hello"), address)).isEqualTo(5);
      DatagramPacket packet = new DatagramPacket(new byte[9], 9);
      there.receive(packet);
      assertThat(packet.getLength()).isEqualTo(5);
      there.send(packet);

      assertThat(calls.awaitInput(fd, Duration.ofSeconds(10).toNanos())).isEqualTo(1);
      byte[] into = new byte[3];
      byte[] from = new byte[16];
      assertThat(calls.receiveFrom(fd, into, 0x20, from)).isEqualTo(5);
      assertThat(into).isEqualTo(bytes("hel"));
      assertThat(Bytes.getNetworkShort(from, 2)).isEqualTo(there.getLocalPort());
      calls.close(fd);
    }
  }

  @Test
  void theClocksAreThoseOfTheJvm() {
    long skew = calls.clockNanos(CLOCK_REALTIME) / 1_000_000 - System.currentTimeMillis();

    assertThat(Math.abs(skew)).isLessThan(10_000);
    assertThat(calls.clockNanos(CLOCK_BOOTTIME))
        .isGreaterThanOrEqualTo(calls.clockNanos(CLOCK_MONOTONIC) - 1_000_000_000);
    assertThat(calls.clockNanos(12_345)).isEqualTo(failed("EINVAL"));
  }

  @Test
  void ourOwnDescriptorIsDuplicatedThroughAPidfd() {
    int fd = calls.socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int pidfd = calls.pidfdOpen(PID, 0);
    int copy = calls.pidfdGetFd(pidfd, fd);
    byte[] one = new byte[8];
    byte[] other = new byte[8];
    calls.getSocketOption(fd, SOL_SOCKET, SO_COOKIE, one);
    calls.getSocketOption(copy, SOL_SOCKET, SO_COOKIE, other);

    assertThat(copy).isPositive().isNotEqualTo(fd);
    assertThat(one).isEqualTo(other).isNotEqualTo(new byte[8]);
    for (int open : new int[] {fd, pidfd, copy}) {
      assertThat(calls.close(open)).isZero();
    }
  }

  @Test
  void theFirstInterfaceIsTheLoopback() {
    int fd = calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    byte[] request = new byte[40];
    Bytes.putInt(request, 16, 1);

    assertThat(calls.ioctl(fd, SIOCGIFNAME, request)).isZero();
    assertThat(Arrays.copyOf(request, 3)).isEqualTo(new byte[] {'l', 'o', 0});
    calls.close(fd);
  }

  private PortSnapshot ask(Protocol protocol, String address, int port) {
    PortTarget target = new PortTarget(protocol, IpAddress.parse(address), new Port(port));
    Newcomer newcomer = Newcomer.plain(new Uid(calls.getEffectiveUid()));
    return new Asker(Host.of(calls), new ProcHolders(Host.of(calls)))
        .ask(new Question<>(target, newcomer, true), Explainer::agrees);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPortThatWeListenOnIsOurs(boolean reuseAddress) throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.setReuseAddress(reuseAddress);
      server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      PortSnapshot snapshot = ask(Protocol.TCP, "127.0.0.1", server.getLocalPort());

      BoundSocket socket = snapshot.sockets().getFirst();
      assertThat(socket.state()).isEqualTo(SocketState.LISTEN);
      assertThat(socket.reuseAddress()).isEqualTo(Reading.known(reuseAddress));
      assertThat(socket.reusePort()).isEqualTo(Reading.known(false));
      assertThat(snapshot.holdersOf(socket))
          .singleElement()
          .extracting(Holder::pid)
          .isEqualTo(new Pid(PID));
      Diagnosis diagnosis = Explainer.explain(snapshot);
      assertThat(diagnosis.verdict()).isEqualTo(Verdict.BLOCKED);
      assertThat(diagnosis.causes()).extracting(Cause::id).containsExactly("listener");
      assertThat(snapshot.networkNamespace()).isInstanceOf(Reading.Known.class);
    }
  }

  @Test
  void whatTheKernelSaysOfOurStartIsWhatTheJvmSays() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Holder holder = ask(Protocol.TCP, "127.0.0.1", server.getLocalPort()).holders().getFirst();
      long start = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();

      assertThat(holder.startedAt())
          .isInstanceOfSatisfying(
              Reading.Known.class,
              known ->
                  assertThat(((Moment) known.value()).epochMillis())
                      .isBetween(start - 2000, start + 2000));
      assertThat(holder.executable().toOptional().map(one -> one.baseName().bytes()))
          .contains("java");
      assertThat(holder.account().toOptional().map(one -> one.uid().number()))
          .contains(calls.getEffectiveUid());
    }
  }

  @Test
  void aUdpPortThatWeHoldIsOurs() throws IOException {
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
      Diagnosis diagnosis =
          Explainer.explain(ask(Protocol.UDP, "127.0.0.1", server.getLocalPort()));

      assertThat(diagnosis.verdict()).isEqualTo(Verdict.BLOCKED);
      assertThat(diagnosis.causes()).extracting(Cause::id).containsExactly("udp-socket");
      assertThat(diagnosis.causes().getFirst().holders())
          .extracting(Holder::pid)
          .containsExactly(new Pid(PID));
    }
  }

  @Test
  void anAddressThatIsNotHereIsNotLocal() {
    Diagnosis diagnosis = Explainer.explain(ask(Protocol.TCP, "192.0.2.1", 50_000));

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.NOT_LOCAL);
    assertThat(diagnosis.causes()).extracting(Cause::id).contains("address-not-local");
  }

  @Test
  void askingLeavesNoDescriptorBehind() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      ask(Protocol.TCP, "127.0.0.1", server.getLocalPort());
      List<String> before = descriptors();
      ask(Protocol.TCP, "127.0.0.1", server.getLocalPort());

      assertThat(descriptors()).isEqualTo(before);
    }
  }

  private List<String> descriptors() {
    return switch (new Proc(calls, "").directory("/proc/self/fd")) {
      case CallResult.Ok<List<Proc.Entry>>(var entries) ->
          entries.stream().map(Proc.Entry::name).toList();
      case CallResult.Failed<List<Proc.Entry>>(var why) ->
          throw new AssertionError(Optional.of(why).toString());
    };
  }
}
