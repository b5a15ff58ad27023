package inuse.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that is compared with one read before is what its links say. */
final class ComparedTablesTest {
  private static final int MANY = 10;
  private static final int EVENTS = 2;
  private static final int RING = 4;

  private final FakeKernel kernel = new FakeKernel();
  private final Proc proc = new Proc(kernel, "");
  private final ComparedTables tables = new ComparedTables(kernel, proc);
  private final AtomicInteger read = new AtomicInteger();

  /** What is in a table, in order, and how far it was asked for more. */
  private static final class Content implements ProcessFiles.Table {
    private final List<String> files = new ArrayList<>();
    private int links;
    private boolean isEnough;

    @Override
    public void socket(int fd, long inode) {
      files.add(fd + " " + inode);
    }

    @Override
    public void ring(int fd) {
      files.add(fd + " ring");
    }

    @Override
    public void other(int fd) {
      files.add(fd + " other");
    }

    @Override
    public void links(int count) {
      links += count;
    }

    @Override
    public boolean isOver() {
      return isEnough;
    }
  }

  /** Ten descriptors: sockets, but for one of events and a ring. */
  private void process(int pid, long firstInode) {
    for (int fd = 0; fd < MANY; fd++) {
      link(
          pid,
          fd,
          fd == EVENTS
              ? "anon_inode:[eventfd]"
              : fd == RING ? FdInfo.IO_URING : "socket:[" + (firstInode + fd) + "]");
    }
  }

  private void link(int pid, int fd, String target) {
    kernel.link("/proc/" + pid + "/fd/" + fd, target);
    kernel.beforeReadLink("/proc/" + pid + "/fd/" + fd, read::incrementAndGet);
  }

  private List<String> links(int pid) {
    Content content = new Content();
    ProcessFiles.table(proc, "/proc/" + pid, content);
    return content.files;
  }

  /** What is read by comparing, which is what the links say; counts the links that were read. */
  private Content compared(int pid) {
    read.set(0);
    Content content = new Content();
    assertThat(tables.table(pid, content)).isEqualTo(new CallResult.Ok<>(true));
    int count = read.get();
    assertThat(content.files).isEqualTo(links(pid));
    read.set(count);
    return content;
  }

  @AfterEach
  void directoriesAreClosed() {
    tables.close();
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void ofATableThatIsTheSameNoLinkIsRead() {
    process(7, 100);
    process(8, 100);

    compared(7);
    assertThat(read).hasValue(MANY);
    assertThat(compared(8).links).isEqualTo(MANY);

    // The one by which the model is proved to be there still.
    assertThat(read).hasValue(1);
    assertThat(kernel.comparedFiles()).isEqualTo(MANY);
  }

  @Test
  void ofATableThatHasMoreTheRestIsRead() {
    process(7, 100);
    process(8, 100);
    link(8, 50, "socket:[42]");
    link(8, 3, "socket:[43]");

    compared(7);
    compared(8);

    // The proof, the one that differs, and both once the directory told of the other.
    assertThat(read).hasValue(4);
  }

  @Test
  void ofATableThatHasOthersInTheSamePlacesTheseAreRead() {
    process(7, 100);
    process(8, 100);
    process(9, 100);
    for (int pid = 8; pid < 10; pid++) {
      link(pid, 3, "socket:[42]");
      link(pid, 5, "/dev/null");
    }
    kernel.refuse("getdents64", "/proc/8/fd", Errno.EIO);

    compared(7);
    read.set(0);
    Content content = new Content();
    tables.table(8, content);
    assertThat(content.files).contains("3 42", "5 other").hasSize(MANY);
    assertThat(content.links).isEqualTo(MANY);
    assertThat(read).hasValue(3);
    compared(9);
    assertThat(read).as("the last one is what the next is compared with").hasValue(1);
  }

  @Test
  void aTableThatHasLessIsNotTakenForMore() {
    process(7, 100);
    process(8, 100);
    kernel.remove("/proc/8/fd/3");

    compared(7);
    compared(8);

    assertThat(read).hasValue(1);
  }

  @Test
  void aTableWithNothingInCommonIsReadAndComparedWithItself() {
    process(7, 100);
    process(8, 200);
    process(9, 200);

    compared(7);
    compared(8);
    assertThat(read).hasValueGreaterThanOrEqualTo(MANY - 2);
    compared(9);

    assertThat(read).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void ofManyThatHaveNothingInCommonOnlySomeAreCompared() {
    for (int pid = 100; pid < 180; pid++) {
      for (int fd = 0; fd < MANY; fd++) {
        link(pid, fd, "socket:[" + (100 * pid + fd) + "]");
      }
      compared(pid);
    }
    // Five numbers each with two models.
    assertThat(kernel.comparedFiles()).isLessThan(10 * (5 + 80 / 8 + 1));

    for (int pid = 200; pid < 210; pid++) {
      process(pid, 100);
      compared(pid);
    }
    assertThat(read).as("a family is found among them").hasValue(1);
  }

  @Test
  void nothingIsComparedWithATableOfAFewDescriptors() {
    for (int pid = 7; pid < 10; pid++) {
      for (int fd = 0; fd < ComparedTables.FEW - 1; fd++) {
        link(pid, fd, "socket:[" + fd + "]");
      }
      compared(pid);
    }

    assertThat(kernel.comparedFiles()).isZero();
  }

  @Test
  void aModelWhosePidIsAnotherProcessesIsNone() {
    process(7, 100);
    process(8, 200);
    compared(7);

    kernel.move("/proc/7", "/ended").remove("/ended");
    process(7, 200);

    compared(8);
    assertThat(read).hasValue(MANY);
  }

  @Test
  void aModelThatIsFoundToHaveChangedIsNone() {
    process(7, 100);
    process(8, 100);
    compared(7);

    kernel.link("/proc/7/fd/1", "socket:[42]").link("/proc/8/fd/1", "socket:[42]");

    compared(8);
  }

  @Test
  void aDescriptorThatIsOpenedMeanwhileIsRead() {
    process(7, 100);
    process(8, 100);
    compared(7);
    kernel.remove("/proc/8/fd/9");
    // It has nine then, and the tenth that is there is none of those that were compared.
    kernel.beforeReadLink("/proc/7/fd/1", () -> link(8, 60, "socket:[42]"));

    assertThat(compared(8).files).contains("60 42");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kcmp", "statx"})
  void whereTheKernelRefusesOneTheLinksAreRead(String call) {
    process(7, 100);
    process(8, 100);
    compared(7);
    kernel.refuse(call, call.equals("kcmp") ? "/proc/8" : "/proc/8/fd", Errno.EPERM);

    compared(8);
  }

  @Test
  void whereTheKernelDoesNotSayHowManyThereAreTheirNumbersAreReadAndNotTheirLinks() {
    process(7, 100);
    process(8, 100);
    compared(7);
    kernel.refuse("statx", "/proc/8/fd", Errno.ENOSYS);

    compared(8);

    assertThat(read).hasValue(1);
  }

  @Test
  void aTableThatMayNotBeReadIsAFailure() {
    process(7, 100);
    compared(7);
    kernel.directory("/proc/8", 1).refuse("open", "/proc/8/fd", Errno.EACCES);

    assertThat(tables.table(8, new Content()))
        .isEqualTo(CallResult.failed("open", "/proc/8/fd", -Errno.EACCES.code()));
  }

  @Test
  void whatIsNotWantedToItsEndIsNoModel() {
    process(7, 100);
    process(8, 100);
    Content content = new Content();
    content.isEnough = true;

    assertThat(tables.table(7, content)).isEqualTo(new CallResult.Ok<>(false));
    compared(8);

    assertThat(read).hasValue(MANY);
    assertThat(tables.table(7, content)).isEqualTo(new CallResult.Ok<>(false));
  }

  @Test
  void fewDirectoriesAreOpenAtOnce() {
    for (int pid = 7; pid < 30; pid++) {
      process(pid, 100L * pid);
      compared(pid);
    }

    assertThat(kernel.openDescriptors()).hasSize(2);
  }

  @Test
  void whetherComparingIsPermittedIsTriedOnThisProcess() {
    kernel.directory("/proc", 1);

    assertThat(ComparedTables.permitted(kernel, proc)).isEqualTo(new CallResult.Ok<>(true));
    kernel.refuse("kcmp", "", Errno.ENOSYS);
    assertThat(ComparedTables.permitted(kernel, proc))
        .isEqualTo(CallResult.failed("kcmp", "self", -Errno.ENOSYS.code()));
  }

  @Test
  void tablesOfAnyKindsAreWhatTheirLinksSay() {
    Random random = new Random(7);
    for (int pid = 100; pid < 400; pid++) {
      int family = random.nextInt(3);
      int count = random.nextInt(30);
      int[] fds = IntStream.range(0, count).map(fd -> fd + random.nextInt(2)).distinct().toArray();
      for (int fd : fds) {
        int inode = random.nextInt(20) == 0 ? 10_000 + random.nextInt(50) : 100 * family + fd;
        link(pid, fd, random.nextInt(9) == 0 ? "/dev/null" : "socket:[" + (inode + 1) + "]");
      }
      kernel.directory("/proc/" + pid + "/fd", 1);
      compared(pid);
    }

    assertThat(kernel.comparedFiles()).isGreaterThan(300);
  }
}
