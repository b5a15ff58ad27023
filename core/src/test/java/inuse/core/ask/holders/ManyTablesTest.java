package inuse.core.ask.holders;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Gap;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What workers find by comparing is what one after the other finds by links. */
final class ManyTablesTest {
  private static final int FIRST = 100;
  private static final int PROCESSES = 300;
  private static final Set<Inode> WANTED = Set.of(new Inode(42), new Inode(0xfedc_ba98L));

  private final FakeKernel kernel = new FakeKernel().processors(2);
  private final ProcHolders holders = new ProcHolders(Host.of(kernel));

  /** Three hundred processes forked of one, but for what each has of its own. */
  @BeforeEach
  void crowd() {
    for (int pid = FIRST; pid < FIRST + PROCESSES; pid++) {
      for (int fd = 0; fd < 10; fd++) {
        link(pid, fd, "socket:[" + (1000 + fd) + "]");
      }
      link(pid, 10, pid % 50 == 7 ? "socket:[42]" : "anon_inode:[io_uring]");
      link(pid, 11, pid % 70 == 9 ? "socket:[4275878552]" : "/dev/null");
    }
    kernel.directory("/proc/9", 1).refuse("open", "/proc/9/fd", Errno.EACCES);
    kernel.directory("/proc/8", 1);
  }

  private void link(int pid, int fd, String target) {
    kernel.link("/proc/" + pid + "/fd/" + fd, target);
  }

  private HolderSource.Found findMany() {
    return holders.findMany(WANTED, new Deadline(kernel, Deadline.OF_A_QUESTION), List.of("a"));
  }

  private static List<List<String>> others(HolderSource.Found found) {
    List<List<String>> all = new ArrayList<>();
    for (int pid = 1; pid < FIRST + PROCESSES; pid++) {
      List<String> its = new ArrayList<>();
      boolean known =
          found.others().orElseThrow().of(pid, (fd, inode) -> its.add(fd + " " + inode));
      all.add(known ? its : List.of("unknown"));
    }
    return all;
  }

  private void assertSame(HolderSource.Found found) {
    HolderSource.Found plain = holders.find(WANTED, new Deadline(kernel, Deadline.OF_A_QUESTION));
    assertThat(found.byPid()).isEqualTo(plain.byPid()).hasSize(10);
    assertThat(found.gaps()).isEqualTo(plain.gaps()).hasSize(1);
    assertThat(others(found)).isEqualTo(others(plain));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(kernel.openDescriptors()).isEmpty();
    assertThat(kernel.unreaped()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 2", "3, 3", "60, 4"})
  void thereAreAsManyWorkersAsProcessorsUpToFour(int processors, int workers) {
    kernel.processors(processors);

    HolderSource.Found found = findMany();

    assertSame(found);
    assertThat(kernel.forked()).isEqualTo(workers);
    assertThat(found.how().way()).isEqualTo(HolderSearch.Way.KCMP);
    assertThat(found.how().refused()).containsExactly("a");
    assertThat(kernel.comparedFiles()).isGreaterThan(1000);
  }

  @Test
  void whatAWorkerThatDiedDidNotTellIsReadHere() {
    AtomicBoolean died = new AtomicBoolean();
    kernel.beforeReadLink("/proc/250/fd/3", () -> die(died));
    kernel.beforeOpen("/proc/250/fd", () -> die(died));

    assertSame(findMany());
    assertThat(died).isTrue();
  }

  private static void die(AtomicBoolean died) {
    if (!died.getAndSet(true)) {
      throw new IllegalStateException("killed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fork", "pidfd_open"})
  void whereThereCanBeNoWorkersAllIsReadHere(String call) {
    kernel.refuse(call, "", Errno.EAGAIN);

    assertSame(findMany());
    assertThat(kernel.forked()).isZero();
  }

  @Test
  void whereTheKernelComparesNothingTheWorkersReadLinks() {
    kernel.refuse("kcmp", "", Errno.EPERM);

    HolderSource.Found found = findMany();

    assertSame(found);
    assertThat(found.how().way()).isEqualTo(HolderSearch.Way.PROC);
    assertThat(found.how().refused()).containsExactly("a", "kcmp: kcmp self: EPERM");
    assertThat(kernel.forked()).isEqualTo(2);
    assertThat(kernel.comparedFiles()).isEqualTo(1);
  }

  @Test
  void whereThePidsOfProcAreOfAnotherNamespaceNothingIsCompared() {
    kernel.numberedInProc(1, "77");
    kernel.withoutSelfInProc();

    HolderSource.Found found = findMany();

    assertThat(found.how().refused()).containsExactly("a", "kcmp: the pids of /proc are not ours");
    assertThat(found.byPid()).hasSize(10);
    assertThat(kernel.comparedFiles()).isZero();
  }

  @Test
  void whatTheTimeDoesNotSufficeForIsAGap() {
    kernel.beforeOpen("/proc/200/fd", () -> kernel.advance(Duration.ofSeconds(20).toNanos()));

    HolderSource.Found found = findMany();

    assertThat(found.gaps()).extracting(Gap::why).contains(Reading.Why.TIMED_OUT);
    assertThat(found.byPid()).doesNotContainKey(new Pid(FIRST + PROCESSES - 43));
  }

  @Test
  void recordsAreReadInPiecesOfAnyLength() {
    TableRecords records = new TableRecords(new Deadline(kernel, Deadline.OF_A_QUESTION));
    records.write(
        7,
        (pid, table) -> {
          table.socket(3, 0xfedc_ba98L);
          table.ring(4);
          return new CallResult.Ok<>(true);
        });
    records.write(8, (pid, table) -> CallResult.failed("open", "x", -13));
    records.write(
        9,
        (pid, table) -> {
          table.socket(3, 1);
          return new CallResult.Ok<>(false);
        });
    records.write(
        10,
        (pid, table) -> {
          for (int fd = 0; fd <= TableRecords.MOST_FILES; fd++) {
            table.socket(fd, 1);
          }
          return new CallResult.Ok<>(true);
        });
    records.write(11, (pid, table) -> new CallResult.Ok<>(true));
    byte[] bytes = records.taken();
    assertThat(records.taken()).isEmpty();

    for (int piece : new int[] {1, 7, bytes.length}) {
      List<String> taken = new ArrayList<>();
      TableRecords.Reader reader = new TableRecords.Reader(listing(taken));
      for (int at = 0; at < bytes.length; at += piece) {
        byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
        reader.take(part, part.length);
      }
      assertThat(taken)
          .containsExactly(
              "begin", "3 4275878552", "4 0", "end 7", "failed 8 EACCES", "begin", "end 11");
    }
  }

  private static TableRecords.Taker listing(List<String> taken) {
    return new TableRecords.Taker() {
      @Override
      public void begin() {
        taken.add("begin");
      }

      @Override
      public void file(int fd, long inode) {
        taken.add(fd + " " + inode);
      }

      @Override
      public void end(int pid) {
        taken.add("end " + pid);
      }

      @Override
      public void failed(int pid, Errno errno) {
        taken.add("failed " + pid + " " + errno);
      }
    };
  }
}
