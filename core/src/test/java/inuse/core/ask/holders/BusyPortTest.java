package inuse.core.ask.holders;

import static inuse.core.ask.holders.IteratedKernel.TASK_FILE;
import static inuse.core.ask.holders.IteratedKernel.seen;
import static inuse.core.ask.holders.IteratedKernel.together;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Crowd;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who has the connections of a busy port is told by the search for its listener's holders. */
final class BusyPortTest {
  private static final Port PORT = new Port(0x1f90);

  /** Process 9 has the listener and two connections, process 11 one more of them. */
  private static final byte[][] RECORDS = {
    seen(9, 9, 3, 42, 1, 1),
    seen(9, 9, 4, 1001, 1, 1),
    seen(9, 9, 5, 1002, 1, 1),
    seen(11, 11, 7, 1003, 1, 2),
    seen(11, 11, 8, 5000, 1, 2),
  };

  private final IteratedKernel machine = new IteratedKernel();
  private final FakeKernel kernel = machine.kernel;
  private final Host host = Host.of(kernel);

  private HolderSource.Found find(HolderSource search) {
    HolderSource.Found found =
        search.find(Set.of(new Inode(42)), PORT, new Deadline(kernel, Deadline.OF_A_QUESTION));
    assertThat(kernel.openDescriptors()).isEmpty();
    return found;
  }

  private CrowdHolders.Found count(HolderSource.Found found, long... inodes) {
    InodeTable sockets = new InodeTable();
    Arrays.stream(inodes).forEach(sockets::add);
    return new CrowdHolders(host, found.others(), new Deadline(kernel, Deadline.OF_A_QUESTION))
        .find(sockets, Set.of(new Pid(9)));
  }

  /** More than is read link by link, and two processes of which /proc shows no socket. */
  private void crowded() {
    machine.crowd(7, QuickHolders.FEW_LINKS + 1);
    kernel.link("/proc/9/fd/0", "/dev/null").link("/proc/11/fd/0", "/dev/null");
  }

  private void listInProc() {
    kernel
        .link("/proc/9/fd/3", "socket:[42]")
        .link("/proc/9/fd/4", "socket:[1001]")
        .link("/proc/9/fd/5", "socket:[1002]")
        .link("/proc/11/fd/7", "socket:[1003]")
        .link("/proc/11/fd/8", "socket:[5000]");
  }

  private static void isAllOfIt(CrowdHolders.Found found) {
    assertThat(found.served()).isEqualTo(2);
    assertThat(found.elsewhere()).isEqualTo(1);
    assertThat(found.unseen()).isEqualTo(1);
    assertThat(found.shares())
        .containsExactly(new Crowd.Share(new Pid(9), 2), new Crowd.Share(new Pid(11), 1));
    assertThat(found.samples())
        .isEqualTo(Map.of(new Pid(11), new Holder.OpenSocket(7, new Inode(1003))));
  }

  @Test
  void oneProgramTellsTheHoldersAndTheConnections() {
    crowded();
    kernel.bpf().tells(TASK_FILE, together(RECORDS));

    HolderSource.Found found = find(new QuickHolders(host));

    assertThat(found.how().way()).isEqualTo(HolderSearch.Way.BPF_TASK_FILE);
    assertThat(found.byPid())
        .isEqualTo(Map.of(new Pid(9), List.of(new Holder.OpenSocket(3, new Inode(42)))));
    assertThat(kernel.bpf().programs())
        .singleElement()
        .satisfies(
            program -> assertThat(HexFormat.of().formatHex(program)).contains("901f00007981"));
    isAllOfIt(count(found, 1001, 1002, 1003, 1004));
  }

  @Test
  void whatOneReadGivesGoesOnInTheNext() {
    crowded();
    for (byte[] record : RECORDS) {
      kernel.bpf().tells(TASK_FILE, record);
    }

    isAllOfIt(count(find(new QuickHolders(host)), 1001, 1002, 1003, 1004));
  }

  @Test
  void tablesOfThreadsAndWhatIsBeingReapedAreLeftOutAsInProc() {
    crowded();
    kernel.bpf().tells(TASK_FILE, together(seen(9, 91, 4, 1001, 1, 1), seen(0, 0, 4, 1002, 1, 2)));

    assertThat(count(find(new QuickHolders(host)), 1001, 1002).unseen()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"load", "link", "iterate"})
  void whereTheProgramIsRefusedTheConnectionsAreReadFromProc(String call) {
    crowded();
    listInProc();
    kernel.refuse("bpf", call, Errno.EPERM);

    HolderSource.Found found = find(new QuickHolders(host));

    assertThat(found.how().refused())
        .anySatisfy(why -> assertThat(why).startsWith("bpf-task-file: bpf ").endsWith("EPERM"));
    isAllOfIt(count(found, 1001, 1002, 1003, 1004));
  }

  @Test
  void aKernelThatDoesNotSayWhereThePortStandsIsReadFromProc() {
    crowded();
    listInProc();
    machine.types("sk");

    HolderSource.Found found = find(new QuickHolders(host));

    assertThat(found.how().refused()).contains("bpf-task-file: btf socket.sk: ENOENT");
    isAllOfIt(count(found, 1001, 1002, 1003, 1004));
  }

  @Test
  void linksThatWereReadOnceAreNotReadAgain() {
    listInProc();
    AtomicInteger read = new AtomicInteger();
    kernel.beforeReadLink("/proc/9/fd/4", read::incrementAndGet);

    isAllOfIt(count(find(new ProcHolders(host)), 1001, 1002, 1003, 1004));

    assertThat(read).hasValue(1);
  }

  @Test
  void whatASearchOfPortsSawIsNotAllThatAProcessHas() {
    OtherFiles seen = OtherFiles.ofPort();
    seen.begin();
    seen.add(4, 1001);
    seen.end(9);

    assertThat(seen.of(9, (fd, inode) -> {})).isFalse();
    assertThat(seen.ofPort(9, (fd, inode) -> {})).isTrue();
    assertThat(seen.ofPort(10, (fd, inode) -> {})).as("has none").isTrue();
  }

  @Test
  void beyondWhatIsKeptAProcessIsReadFromProc() {
    OtherFiles seen = OtherFiles.ofPort();
    seen.begin();
    for (int fd = 0; fd <= OtherFiles.MAX_FILES; fd++) {
      seen.add(fd, 1001 + fd);
    }
    seen.end(9);

    assertThat(seen.ofPort(9, (fd, inode) -> {})).isFalse();
    assertThat(seen.ofPort(10, (fd, inode) -> {})).as("perhaps the next one").isFalse();
  }
}
