package inuse.core.ask;

import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.NLM_F_DUMP_INTR;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static inuse.kernel.abi.Constants.TCP_TIME_WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.ProcHolders;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.explain.Explainer;
import inuse.core.explain.rule.Severity;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetlink.Datagram;
import inuse.kernel.fake.FakeSockets;
import inuse.kernel.proc.Cgroup2;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Faults that were found once, each by the question that showed it. */
final class RegressionTest {
  private static final PortTarget TARGET =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));
  private final FakeSockets sockets = new FakeSockets();
  private final FakeKernel kernel = new FakeKernel().dumps(sockets).file("/proc/1/cmdline", "x");

  private PortSnapshot ask() {
    return new Asker(Host.of(kernel), new ProcHolders(Host.of(kernel)))
        .ask(new Question<>(TARGET, Newcomer.plain(new Uid(1000)), true), snapshot -> true);
  }

  @Test
  void aLookAfterTheDeadlineDoesNotReplaceABetterOne() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    kernel.file("/proc/5/fd/x", "");
    kernel.beforeOpen("/proc/5/fd", () -> kernel.advance(Duration.ofSeconds(11).toNanos()));

    assertThat(ask().sockets()).hasSize(1);
  }

  @Test
  void anInterruptedDumpIsCountedOnce() {
    for (int i = 0; i < 1500; i++) {
      sockets.add(AF_INET, IPPROTO_TCP, TCP_TIME_WAIT, 0).remote(1, 1024 + i).cookie(i + 1);
    }
    AtomicInteger asked = new AtomicInteger();
    kernel.dumps(request -> {
      List<Datagram> answer = sockets.answer(request);
      if (answer.size() > 1000 && asked.getAndIncrement() == 0) {
        List<Datagram> interrupted = new ArrayList<>();
        for (Datagram one : answer) {
          byte[] bytes = one.bytes();
          Bytes.putShort(bytes, 6, NLM_F_DUMP_INTR);
          interrupted.add(Datagram.of(bytes));
        }
        return interrupted;
      }
      return answer;
    });

    PortSnapshot snapshot = ask();
    assertThat(snapshot.uncounted()).isZero();
    assertThat(snapshot.sockets()).hasSize(1500);
  }

  @Test
  void theBoundOnSocketsHoldsForTheWholeTable() {
    for (int i = 0; i < PortSnapshot.MAX_SOCKETS; i++) {
      sockets.add(AF_INET, IPPROTO_TCP, TCP_TIME_WAIT, 0).remote(1, 1024 + i).cookie(i + 1);
      sockets.add(AF_INET6, IPPROTO_TCP, TCP_TIME_WAIT, 0).remote(1, 1024 + i).cookie(i + 10_000);
    }

    assertThat(ask().sockets()).hasSizeLessThanOrEqualTo(PortSnapshot.MAX_SOCKETS);
  }

  @Test
  void aStatOfPidTwoThatCannotBeReadIsNoBugOfOurs() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    kernel.file("/proc/2/stat", "");

    assertThat(ask().sockets()).hasSize(1);
  }

  @Test
  void aHiddenUdpSocketStaysCriticalToo() {
    assertThat(
            Explainer.explain(
                    snapshot()
                        .udp()
                        .freeWithReuseAddress()
                        .sockets(socket(SocketState.BOUND).udp().unknownOptions())
                        .build())
                .causes()
                .getFirst()
                .severity())
        .isEqualTo(Severity.CRITICAL);
  }

  @Test
  void dottedPartsStandOnlyAtTheEnd() {
    assertThat(IpAddress.parse("1.2.3.4::")).isEmpty();
  }

  @Test
  void aMountPointIsUnescaped() {
    assertThat(Cgroup2.mountPoint("35 24 0:30 / /my\\040groups rw - cgroup2 cgroup2 rw\n"))
        .contains("/my groups");
  }

  @Test
  void aMountOfAPartOfTheGroupsIsNotTheirRoot() {
    assertThat(
            Cgroup2.mountPoint(
                "35 24 0:30 /a.slice /elsewhere rw - cgroup2 cgroup2 rw\n"
                    + "36 24 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"))
        .contains("/sys/fs/cgroup");
  }

  @Test
  void addressesOfDifferentWidthInProcNetAreUnreadableAndNoBugOfOurs() {
    kernel
        .refuse("socket", "16", Errno.EACCES)
        .file(
            "/proc/net/tcp",
            "h\n0: 0100007F:1F90 B80D0120000000000000000001000000:0 0A 0:0 00:0 0 0 0 7\n");

    assertThat(ask().gaps()).isNotEmpty();
  }

  @Test
  void aUidOfMoreThan32BitsInProcNetIsUnreadableAndNoBugOfOurs() {
    kernel
        .refuse("socket", "16", Errno.EACCES)
        .file("/proc/net/tcp", "h\n0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 4294967296 0 7\n");

    assertThat(ask().gaps()).isNotEmpty();
  }
}
