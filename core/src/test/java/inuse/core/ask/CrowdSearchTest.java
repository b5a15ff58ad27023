package inuse.core.ask;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.CAP_SYS_PTRACE;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static inuse.kernel.abi.Constants.TCP_TIME_WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.ProcHolders;
import inuse.core.evidence.Crowd;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.explain.Explainer;
import inuse.core.explain.causes.Cause;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeSockets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A port with more connections than are told one by one. */
final class CrowdSearchTest {
  private static final int LOOPBACK = 0x7f000001;
  private static final int MANY = PortSnapshot.MAX_SOCKETS + 1000;

  private final FakeSockets sockets = new FakeSockets();
  private final FakeKernel kernel =
      new FakeKernel()
          .user(0)
          .capabilities(1L << CAP_SYS_PTRACE)
          .dumps(sockets)
          .file("/proc/sys/kernel/osrelease", "6.18.44\n")
          .link("/proc/self/ns/net", "net:[4026531840]");

  private int connections;

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private PortSnapshot ask() {
    Host host = Host.of(kernel);
    return new Asker(host, new ProcHolders(host))
        .ask(
            new Question<>(
                new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080)),
                Newcomer.plain(new Uid(0)),
                false),
            snapshot -> true);
  }

  private void listener(int... pids) {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 77).local(LOOPBACK, 8080);
    for (int pid : pids) {
      process(pid);
      kernel.link("/proc/" + pid + "/fd/3", "socket:[77]");
    }
  }

  private void process(int pid) {
    kernel
        .file(
            "/proc/" + pid + "/stat",
            pid + " (server) S 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 9")
        .file("/proc/" + pid + "/cmdline", "server\0");
  }

  /** Accepted connections of a process. */
  private void accepted(int pid, int count) {
    for (int i = 0; i < count; i++) {
      int inode = 1000 + connections++;
      sockets
          .add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, inode)
          .local(LOOPBACK, 8080)
          .remote(LOOPBACK, 1024 + connections)
          .counters(0, 0);
      kernel.link("/proc/" + pid + "/fd/" + (10 + i), "socket:[" + inode + "]");
    }
  }

  private static long shown(PortSnapshot snapshot, SocketState state) {
    return snapshot.sockets().stream().filter(one -> one.state() == state).count();
  }

  private static String why(PortSnapshot snapshot) {
    return Explainer.explain(snapshot).causes().getFirst().why().toString();
  }

  @Test
  void asManyAsThereIsRoomForAreToldOneByOne() {
    listener(10);
    accepted(10, PortSnapshot.MAX_SOCKETS - 1);

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets()).hasSize(PortSnapshot.MAX_SOCKETS);
    assertThat(snapshot.crowd()).isEqualTo(Crowd.NONE);
  }

  @Test
  void allConnectionsOfAServerAreCountedAndTheFirstOnesTold() {
    listener(10, 11);
    accepted(10, MANY);
    accepted(11, 500);

    PortSnapshot snapshot = ask();
    Crowd crowd = snapshot.crowd();

    assertThat(shown(snapshot, SocketState.LISTEN)).isEqualTo(1);
    assertThat(shown(snapshot, SocketState.ESTABLISHED)).isEqualTo(64);
    assertThat(crowd.count()).isEqualTo(MANY + 500 - 64);
    assertThat(crowd.served()).isEqualTo(MANY + 500 - 64);
    assertThat(crowd.elsewhere() + crowd.unseen()).isZero();
    assertThat(crowd.shares())
        .containsExactly(
            new Crowd.Share(new Pid(10), MANY - 64), new Crowd.Share(new Pid(11), 500));
    assertThat(snapshot.gaps()).extracting(Gap::subject).doesNotContain(Gap.Subject.SOCKETS);
    assertThat(why(snapshot)).contains((MANY + 500) + " connections");
  }

  @Test
  void aProcessThatHasConnectionsAloneIsNamedByOneOfThem() {
    listener(10);
    accepted(10, MANY);
    process(12);
    accepted(12, 30);

    PortSnapshot snapshot = ask();

    assertThat(snapshot.holders()).extracting(Holder::pid).contains(new Pid(12));
    assertThat(snapshot.crowd().elsewhere()).isEqualTo(29);
    assertThat(Explainer.explain(snapshot).causes())
        .extracting(Cause::id)
        .containsExactlyInAnyOrder("listener", "open-connection");
  }

  @Test
  void connectionsWithoutAProcessAreSaidToBeUnseen() {
    listener(10);
    accepted(10, MANY);
    for (int i = 0; i < 5; i++) {
      sockets
          .add(AF_INET, IPPROTO_TCP, TCP_ESTABLISHED, 900_000 + i)
          .local(LOOPBACK, 8080)
          .remote(LOOPBACK, 60_000 + i);
    }

    PortSnapshot snapshot = ask();

    assertThat(snapshot.crowd().unseen()).isEqualTo(5);
    assertThat(snapshot.gaps())
        .anySatisfy(gap -> {
          assertThat(gap.what()).isEqualTo("whose 5 more connections are");
          assertThat(gap.why()).isEqualTo(Reading.Why.VANISHED);
        });
    kernel.capabilities(0);
    assertThat(ask().gaps())
        .as("of root that may not trace")
        .anySatisfy(gap -> {
          assertThat(gap.why()).isEqualTo(Reading.Why.DENIED);
          assertThat(gap.remedy().toString()).contains("--cap-add SYS_PTRACE");
        });
  }

  @Test
  void whatIsLeftOfConnectionsIsCountedByState() {
    listener(10);
    for (int i = 0; i < MANY; i++) {
      sockets
          .add(AF_INET, IPPROTO_TCP, TCP_TIME_WAIT, 0)
          .cookie(5000 + i)
          .local(LOOPBACK, 8080)
          .remote(LOOPBACK, 1024 + i)
          .uid(0);
    }

    PortSnapshot snapshot = ask();

    assertThat(snapshot.sockets()).hasSize(PortSnapshot.MAX_SOCKETS);
    assertThat(snapshot.crowd().left(SocketState.TIME_WAIT))
        .isEqualTo(MANY + 1 - PortSnapshot.MAX_SOCKETS);
  }
}
