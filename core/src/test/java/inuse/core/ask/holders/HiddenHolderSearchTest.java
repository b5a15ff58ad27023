package inuse.core.ask.holders;

import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.socket;
import static inuse.kernel.abi.Constants.CAP_SYS_PTRACE;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Via;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetlink.Datagram;
import inuse.kernel.netlink.Message;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a socket may be that is in no /proc/PID/fd. */
final class HiddenHolderSearchTest {
  private static final PortTarget TCP =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));
  private static final PortTarget UDP =
      new PortTarget(Protocol.UDP, Optional.empty(), new Port(4789));
  private static final long HERE = 4_026_531_840L;

  private final FakeKernel kernel =
      new FakeKernel()
          .user(0)
          .capabilities(1L << CAP_SYS_PTRACE)
          .link("/proc/self/ns/pid", "pid:[4026531836]");

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private HiddenHolderSearch.Found look(PortTarget target, BoundSocket... sockets) {
    Deadline deadline = new Deadline(kernel, Duration.ofSeconds(10));
    return new HiddenHolderSearch(Host.of(kernel), deadline)
        .look(
            target,
            Reading.known(HERE),
            Arrays.asList(sockets),
            new HolderSource.Found(Map.of(), List.of()));
  }

  private Map<Pid, List<Holder.Reference>> found() {
    return look(TCP, listener().inode(100).build()).byPid();
  }

  private static Map<Pid, List<Holder.Reference>> only(int pid, Via via, boolean sure) {
    return Map.of(new Pid(pid), List.of(new Holder.Reference(new Inode(100), via, sure)));
  }

  /** A process with these threads, in this network namespace. */
  private void process(int pid, int... threads) {
    kernel
        .directory("/proc/" + pid + "/fd", 1)
        .directory("/proc/" + pid + "/task/" + pid, 1)
        .link("/proc/" + pid + "/ns/net", "net:[" + HERE + "]");
    for (int thread : threads) {
      kernel.file("/proc/" + pid + "/task/" + thread + "/wchan", "0");
    }
  }

  private void waits(int pid, int thread, String function, String call) {
    kernel
        .file("/proc/" + pid + "/task/" + thread + "/wchan", function)
        .file("/proc/" + pid + "/task/" + thread + "/syscall", call);
  }

  @Test
  void nothingIsDoneWhereEverythingWasFound() {
    process(10);
    HiddenHolderSearch.Found seen = look(TCP);

    assertThat(seen.coverage()).isEqualTo(SearchCoverage.NOT_NEEDED);
    assertThat(kernel.opened()).isZero();
  }

  @Test
  void aThreadWithATableOfItsOwnIsFound() {
    process(10, 11, 12);
    kernel.ownTable(12).link("/proc/10/task/12/fd/3", "socket:[100]");

    assertThat(found()).isEqualTo(only(10, Via.THREAD_TABLE, true));
  }

  @Test
  void theThreadsOfAProcessWithoutAMainThreadAreLookedIntoThoughThatOneIsDenied() {
    process(10, 11);
    kernel.refuse("open", "/proc/10/fd", Errno.EACCES).ownTable(11);
    kernel.link("/proc/10/task/11/fd/3", "socket:[100]");

    assertThat(found()).isEqualTo(only(10, Via.THREAD_TABLE, true));
  }

  @Test
  void whoHidesOneThreadHidesThemAllAndIsLeftAtOnce() {
    process(10, 11, 12);
    kernel
        .refuse("open", "/proc/10/fd", Errno.EACCES)
        .refuse("open", "/proc/10/task/11/fd", Errno.EACCES)
        .refuse("kcmp", "", Errno.EPERM)
        .link("/proc/10/task/12/fd/3", "socket:[100]");

    assertThat(found()).isEmpty();
  }

  @Test
  void aTableThatIsSharedIsReadOnce() {
    process(10, 11, 12);
    kernel.link("/proc/10/task/11/fd/3", "socket:[100]");

    assertThat(found()).isEmpty();
  }

  @Test
  void withoutKcmpEveryThreadIsLookedInto() {
    process(10, 11);
    kernel.refuse("kcmp", "", Errno.EPERM).link("/proc/10/task/11/fd/3", "socket:[100]");

    assertThat(found()).isEqualTo(only(10, Via.THREAD_TABLE, true));
  }

  @Test
  void theOnlyThreadThatWaitsOnAClosedDescriptorIsIt() {
    process(10, 11);
    waits(10, 11, "inet_csk_accept", "43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffd 0x7f1c\n");

    assertThat(found()).isEqualTo(only(10, Via.BLOCKED_ACCEPT, true));
  }

  @Test
  void ofSeveralWhoWaitNoneIsSure() {
    process(10, 11);
    process(20, 21);
    waits(10, 11, "inet_csk_accept", "43 0x3 0x0 0x0");
    waits(20, 21, "inet_csk_accept", "43 0x4 0x0 0x0");

    assertThat(found())
        .containsOnlyKeys(new Pid(10), new Pid(20))
        .allSatisfy((pid, all) -> assertThat(all).noneMatch(Holder.Reference::sure));
  }

  @Test
  void whoWaitsOnAnOpenDescriptorOrElsewhereIsNot() {
    process(10, 11, 12);
    process(20, 21);
    waits(10, 11, "inet_csk_accept", "43 0x3 0x0 0x0");
    waits(10, 12, "do_epoll_wait", "43 0x9 0x0 0x0");
    waits(20, 21, "inet_csk_accept", "43 0x3 0x0 0x0");
    kernel.link("/proc/10/task/11/fd/3", "socket:[7]").link("/proc/20/ns/net", "net:[4026532999]");

    assertThat(found()).isEmpty();
  }

  @Test
  void aDatagramSocketIsKeptByWhoWaitsForData() {
    process(10, 11);
    waits(10, 11, "__skb_wait_for_more_packets", "45 0x3 0x0 0x0");

    assertThat(found()).isEmpty();
    assertThat(look(UDP, socket(SocketState.BOUND).udp().inode(100).build()).byPid())
        .isEqualTo(only(10, Via.BLOCKED_ACCEPT, true));
  }

  @Test
  void aDescriptorInFlightIsProvenByPeeking() {
    process(10);
    kernel
        .link("/proc/10/fd/5", "socket:[55]")
        .file("/proc/10/fdinfo/5", "pos:\t0\nscm_fds: 2\n")
        .sentTo(10, 5, "/etc/passwd", "socket:[100]");

    assertThat(found()).isEqualTo(only(10, Via.SCM_RIGHTS, true));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096})
  void whoseOwnerCountsWhatItPeeksAtIsLeftAlone(int offset) {
    process(10);
    kernel
        .link("/proc/10/fd/5", "socket:[55]")
        .file("/proc/10/fdinfo/5", "scm_fds: 1\n")
        .sentTo(10, 5, "socket:[100]")
        .peekOffset(offset);

    assertThat(found()).isEqualTo(only(10, Via.SCM_RIGHTS, false));
  }

  @Test
  void whatWasSentToTheProcessThatHasItsPidInAnotherNamespaceIsNoProof() {
    process(10);
    kernel
        .link("/proc/10/fd/5", "socket:[55]")
        .file("/proc/10/fdinfo/5", "scm_fds: 1\n")
        .sentTo(10, 5, "socket:[100]")
        .numberedInProc(10, "29155 10");

    assertThat(found()).isEqualTo(only(10, Via.SCM_RIGHTS, false));
  }

  @Test
  void whatWasSentAndIsSomethingElseIsNoHolder() {
    process(10);
    kernel
        .link("/proc/10/fd/5", "socket:[55]")
        .file("/proc/10/fdinfo/5", "scm_fds: 1\n")
        .sentTo(10, 5, "socket:[99]");

    assertThat(found()).isEmpty();
  }

  @Test
  void whatWasSentAndCannotBeSeenMayBeIt() {
    process(10);
    kernel
        .link("/proc/10/fd/5", "socket:[55]")
        .file("/proc/10/fdinfo/5", "scm_fds: 1\n")
        .refuse("pidfd_getfd", "", Errno.EPERM);

    assertThat(found()).isEqualTo(only(10, Via.SCM_RIGHTS, false));
  }

  @Test
  void aFixedFileOfAnIoUringIsFound() {
    process(10);
    kernel
        .link("/proc/10/fd/5", "anon_inode:[io_uring]")
        .file("/proc/10/fdinfo/5", "UserFiles:\t1\n    0: socket:[100]\n");

    assertThat(found()).isEqualTo(only(10, Via.IO_URING, true));
  }

  @Test
  void anAcceptPendingInAnIoUringMayBeIt() {
    process(10);
    kernel
        .link("/proc/10/fd/5", "anon_inode:[io_uring]")
        .file("/proc/10/fdinfo/5", "PollList:\n  op=13, task_works=0\n");

    assertThat(found()).isEqualTo(only(10, Via.IO_URING, true));
  }

  @Test
  void aMappingIsFound() {
    process(10);
    kernel.file(
        "/proc/10/maps", "7f9ac6525000-7f9ac6526000 r--s 00000000 00:09 100   socket:[100]\n");

    assertThat(found()).isEqualTo(only(10, Via.MMAP, true));
  }

  @Test
  void whenTheTimeIsOverThatIsSaid() {
    process(10);
    kernel.beforeOpen("/proc", () -> kernel.advance(Duration.ofSeconds(11).toNanos()));

    HiddenHolderSearch.Found seen = look(TCP, listener().inode(100).build());

    assertThat(seen.gaps()).extracting(Gap::why).contains(Reading.Why.TIMED_OUT);
    assertThat(seen.coverage().complete()).isFalse();
  }

  @Test
  void whoIsInChargeOfTheControlGroupIsSaid() {
    SearchCoverage coverage =
        look(TCP, listener().inode(100).cgroup("/system.slice/a.service").build()).coverage();

    assertThat(coverage.cgroups())
        .containsExactly(
            new SearchCoverage.CgroupSupervision(
                new Untrusted("/system.slice/a.service"),
                Optional.of(new Statement<>(new Unit("a.service", false), Speaker.ANYBODY)),
                Optional.empty()));
    assertThat(coverage.wholeHost()).isTrue();
    assertThat(coverage.rights()).isEqualTo(SearchCoverage.Rights.ROOT);
  }

  @Test
  void anotherPidNamespaceIsNotTheWholeHost() {
    kernel.link("/proc/self/ns/pid", "pid:[4026532448]");

    assertThat(look(TCP, listener().inode(100).build()).coverage().wholeHost()).isFalse();
  }

  /** A device of that kind that is up, with its port where it has one. */
  private static Datagram device(int sequence) {
    String link =
        "00000100020000000100000000000000"
            + "0800030076783000"
            + "24001200"
            + "0a00010076786c616e000000"
            + "14000200"
            + "0800010005000000"
            + "06000f0012b50000";
    byte[] payload = HexFormat.of().parseHex(link);
    return Datagram.of(Message.request(16, 2, sequence, payload));
  }

  @Test
  void theDeviceThatHasThePortIsNamed() {
    kernel.dump(device(1), Datagram.of(Message.request(3, 2, 1, new byte[4])));

    assertThat(
            look(UDP, socket(SocketState.BOUND).udp().port(4789).inode(100).build())
                .coverage()
                .kernelUsers())
        .containsExactly(new KernelUser("vxlan", Optional.of(new Untrusted("vx0")), true));
  }

  @Test
  void theNfsServerAndClientAreNamed() {
    kernel.file("/proc/fs/nfsd/portlist", "tcp 700\nudp 700\n").directory("/proc/net/rpc", 1);
    PortTarget target = new PortTarget(Protocol.TCP, Optional.empty(), new Port(700));

    assertThat(look(target, listener().port(700).inode(100).build()).coverage().kernelUsers())
        .containsExactly(
            new KernelUser("nfsd", Optional.empty(), true),
            new KernelUser("sunrpc", Optional.empty(), false));
  }
}
