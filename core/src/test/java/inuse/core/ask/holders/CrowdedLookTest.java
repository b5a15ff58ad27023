package inuse.core.ask.holders;

import static inuse.core.evidence.SocketBuilder.listener;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Via;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetlink.Datagram;
import inuse.kernel.netlink.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A look for hidden holders does not grow with the square of a crowd, nor reads twice. */
final class CrowdedLookTest {
  private static final long HERE = 4_026_531_840L;

  private final List<byte[]> unixSockets = new ArrayList<>();
  private final FakeKernel kernel = new FakeKernel().user(0).dumps(this::dump);

  private List<Datagram> dump(byte[] request) {
    int sequence = Bytes.getInt(request, 8);
    List<Datagram> answer = new ArrayList<>();
    unixSockets.forEach(one -> answer.add(Datagram.of(Message.request(20, 2, sequence, one))));
    answer.add(Datagram.of(Message.request(3, 2, sequence, new byte[4])));
    return answer;
  }

  /** A unix socket, struct unix_diag_msg and UNIX_DIAG_RQLEN. */
  private void unixSocket(int type, int inode, int unread) {
    byte[] record = new byte[28];
    record[0] = 1;
    record[1] = (byte) type;
    Bytes.putInt(record, 4, inode);
    Bytes.putShort(record, 16, 12);
    Bytes.putShort(record, 18, 4);
    Bytes.putInt(record, 20, unread);
    unixSockets.add(record);
  }

  private void process(int pid, int threads) {
    kernel
        .directory("/proc/" + pid + "/fd", 1)
        .link("/proc/" + pid + "/ns/net", "net:[" + HERE + "]");
    for (int thread = pid; thread <= pid + threads; thread++) {
      kernel.file("/proc/" + pid + "/task/" + thread + "/wchan", "0");
    }
  }

  private HolderSource.Found plain() {
    return new ProcHolders(Host.of(kernel)).find(Set.of(new Inode(100)), deadline());
  }

  private Deadline deadline() {
    return new Deadline(kernel, Duration.ofSeconds(10));
  }

  private Map<Pid, List<Holder.Reference>> deeper(HolderSource.Found plain) {
    return new HiddenHolderSearch(Host.of(kernel), deadline())
        .look(
            new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080)),
            Reading.known(HERE),
            List.of(listener().inode(100).build()),
            plain)
        .byPid();
  }

  private static Map<Pid, List<Holder.Reference>> only(int pid, Via via) {
    return Map.of(new Pid(pid), List.of(new Holder.Reference(new Inode(100), via, true)));
  }

  @Test
  void aThreadIsComparedWithTwoOthersHoweverManyThereAre() {
    process(1000, 500);
    for (int thread = 1001; thread <= 1500; thread++) {
      kernel.ownTable(thread).directory("/proc/1000/task/" + thread + "/fd", 1);
    }
    kernel.link("/proc/1000/task/1400/fd/3", "socket:[100]");

    assertThat(deeper(plain())).isEqualTo(only(1000, Via.THREAD_TABLE));
    assertThat(kernel.compared()).isLessThanOrEqualTo(2 * 500);
  }

  @Test
  void whatThePlainSearchCamePastIsNotReadAgain() {
    process(10, 0);
    kernel
        .link("/proc/10/fd/5", "socket:[55]")
        .file("/proc/10/fdinfo/5", "scm_fds: 1\n")
        .sentTo(10, 5, "socket:[100]");
    HolderSource.Found plain = plain();
    kernel.refuse("open", "/proc/10/fd", Errno.EACCES);

    assertThat(deeper(plain)).isEqualTo(only(10, Via.SCM_RIGHTS));
  }

  @Test
  void aRingThatThePlainSearchCamePastIsLookedInto() {
    process(10, 0);
    kernel
        .link("/proc/10/fd/5", "anon_inode:[io_uring]")
        .file("/proc/10/fdinfo/5", "UserFiles:\t1\n    0: socket:[100]\n");
    HolderSource.Found plain = plain();
    kernel.refuse("open", "/proc/10/fd", Errno.EACCES);

    assertThat(deeper(plain)).isEqualTo(only(10, Via.IO_URING));
  }

  @Test
  void aProcessThatThePlainSearchDidNotReadIsRead() {
    process(10, 0);
    kernel
        .link("/proc/10/fd/5", "socket:[55]")
        .file("/proc/10/fdinfo/5", "scm_fds: 1\n")
        .sentTo(10, 5, "socket:[100]")
        .refuse("open", "/proc/10/fd", Errno.EACCES);
    HolderSource.Found plain = plain();
    kernel.allow("open", "/proc/10/fd");

    assertThat(deeper(plain)).isEqualTo(only(10, Via.SCM_RIGHTS));
  }

  @Test
  void aLookThatWasCutIsNotComplete() {
    process(10, 0);
    process(11, 0);
    HiddenHolderSearch.Found found =
        new HiddenHolderSearch(Host.of(kernel), new Deadline(kernel, Duration.ZERO))
            .look(
                new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080)),
                Reading.known(HERE),
                List.of(listener().inode(100).build()),
                new HolderSource.Found(Map.of(), List.of()));

    assertThat(found.coverage().cut()).isTrue();
    assertThat(found.coverage().complete()).isFalse();
    assertThat(found.gaps())
        .extracting(Gap::what)
        .containsExactly("threads, io_uring, unix sockets and mappings of 2 processes");
  }

  /** A stream that was read to the end, one that was not, and datagrams, of which one is empty. */
  @ParameterizedTest
  @CsvSource({"1, 0, false", "1, 3, true", "2, 0, true"})
  void aUnixSocketIsAskedWhereADescriptorMayBeOnItsWay(int type, int unread, boolean asked) {
    process(10, 0);
    kernel
        .link("/proc/10/fd/5", "socket:[55]")
        .file("/proc/10/fdinfo/5", "scm_fds: 1\n")
        .sentTo(10, 5, "socket:[100]");
    unixSocket(type, 55, unread);

    assertThat(deeper(plain())).isEqualTo(asked ? only(10, Via.SCM_RIGHTS) : Map.of());
  }
}
