package inuse.core.ask.holders;

import static inuse.core.ask.holders.IteratedKernel.TASK;
import static inuse.core.ask.holders.IteratedKernel.TASK_FILE;
import static inuse.core.ask.holders.IteratedKernel.seen;
import static inuse.core.ask.holders.IteratedKernel.together;
import static inuse.kernel.abi.Constants.CAP_BPF;
import static inuse.kernel.abi.Constants.CAP_PERFMON;
import static inuse.kernel.abi.Constants.CAP_SYS_ADMIN;
import static inuse.kernel.abi.Constants.CAP_SYS_PTRACE;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Via;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holders are found by the quickest way, and each refusal leads to the next one. */
final class QuickHoldersTest {
  private static final int FEW = QuickHolders.FEW_LINKS;

  private final IteratedKernel machine = new IteratedKernel();
  private final FakeKernel kernel = machine.kernel;
  private QuickHolders holders = new QuickHolders(Host.of(kernel));

  private HolderSource.Found find(long... inodes) {
    Set<Inode> wanted = new HashSet<>();
    Arrays.stream(inodes).forEach(inode -> wanted.add(new Inode(inode)));
    HolderSource.Found found = holders.find(wanted, new Deadline(kernel, Deadline.OF_A_QUESTION));
    assertThat(kernel.openDescriptors()).isEmpty();
    return found;
  }

  /** Process 7 has socket 42 as its descriptor 3, says /proc; the iterators say it of process 8. */
  private void crowded() {
    machine.crowd(7, FEW + 1);
    kernel.link("/proc/7/fd/3", "socket:[42]");
    kernel.bpf().tells(TASK, seen(8, 8, 3, 42, 0, 1));
    kernel.bpf().tells(TASK_FILE, seen(9, 9, 3, 42, 1, 1));
  }

  private static Map<Pid, List<Holder.OpenSocket>> descriptor3(int pid) {
    return Map.of(new Pid(pid), List.of(new Holder.OpenSocket(3, new Inode(42))));
  }

  private void force(HolderSearch.Way way) {
    kernel.file("/proc/self/environ", QuickHolders.VARIABLE + "=" + way.word() + "\0");
  }

  @Test
  void aQuietHostIsReadFromProcAndTheKernelIsGivenNoProgram() {
    crowded();
    kernel.remove("/proc/7/fd/" + FEW);

    HolderSource.Found found = find(42);

    assertThat(found.byPid()).isEqualTo(descriptor3(7));
    assertThat(found.how()).isEqualTo(HolderSource.How.BY_PROC);
    assertThat(kernel.bpf().programs()).isEmpty();
  }

  @Test
  void aCrowdedHostIsAskedByTheProgramThatWalksTheTables() {
    crowded();

    HolderSource.Found found = find(42);

    assertThat(found.byPid()).isEqualTo(descriptor3(8));
    assertThat(found.gaps()).isEmpty();
    assertThat(found.how().way()).isEqualTo(HolderSearch.Way.BPF_TASK);
    assertThat(found.how().refused()).isEmpty();
    assertThat(kernel.bpf().programs()).hasSize(1);
  }

  @Test
  void linksAreCountedOverAllProcesses() {
    crowded();
    kernel.remove("/proc/7/fd");
    for (int pid = 100; pid < 100 + FEW / 10; pid++) {
      machine.crowd(pid, 10);
    }

    assertThat(find(42).how().way()).isEqualTo(HolderSearch.Way.PROC);
    machine.crowd(7, 1);
    assertThat(find(42).how().way()).isEqualTo(HolderSearch.Way.BPF_TASK);
  }

  @Test
  void ofALargeTableTheKernelSaysHowLargeItIsBeforeItIsRead() {
    crowded();
    AtomicBoolean isRead = new AtomicBoolean();
    kernel.beforeReadLink("/proc/7/fd/" + FEW / 2, () -> isRead.set(true));

    assertThat(find(42).how().way()).isEqualTo(HolderSearch.Way.BPF_TASK);
    assertThat(isRead).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1/1999, PROC",
    "1/2000, BPF_TASK",
    "many, PROC",
    "1/, PROC",
  })
  void aSocketThatNoProcessHasOpenIsLookedForInTheTablesOfManyThreads(
      String threads, HolderSearch.Way way) {
    kernel.bpf().tells(TASK, seen(8, 9, 3, 42, 0, 1));
    machine.crowd(7, 3);
    kernel.file("/proc/loadavg", "0.20 0.18 0.12 " + threads + " 11206\n");

    assertThat(find(42).how().way()).isEqualTo(way);
    assertThat(find(1_000_000).how().way()).isEqualTo(HolderSearch.Way.PROC);
  }

  @ParameterizedTest
  @ValueSource(ints = {CAP_BPF, CAP_PERFMON})
  void whoHasOneOfTheTwoCapabilitiesDoesNotTry(int one) {
    crowded();
    kernel.capabilities(1L << one);

    assertThat(find(42).byPid()).isEqualTo(descriptor3(7));
    assertThat(kernel.bpf().programs()).isEmpty();
  }

  @Test
  void theCapabilityThatIncludesBothIsEnough() {
    crowded();
    kernel.capabilities(1L << CAP_SYS_ADMIN);

    assertThat(find(42).byPid()).isEqualTo(descriptor3(8));
  }

  @ParameterizedTest
  @CsvSource({
    "bpf_iter_task, btf bpf_iter_task: ENOENT",
    "bpf_rdonly_cast, btf bpf_rdonly_cast: ENOENT",
    "bpf_iter_num_next, btf bpf_iter_num_next: ENOENT"
  })
  void aKernelWithoutWhatTheFirstProgramCallsTakesTheSecond(String name, String why) {
    crowded();
    machine.types(name);

    HolderSource.Found found = find(42);

    assertThat(found.byPid()).isEqualTo(descriptor3(9));
    assertThat(found.how().way()).isEqualTo(HolderSearch.Way.BPF_TASK_FILE);
    assertThat(found.how().refused()).containsExactly("bpf-task: " + why);
  }

  @Test
  void withoutTheCompilerOfTheKernelTheSecondProgramIsInterpreted() {
    crowded();
    kernel.refuse("bpf", "load " + TASK, new Errno(524));

    assertThat(find(42).how())
        .isEqualTo(
            new HolderSource.How(
                HolderSearch.Way.BPF_TASK_FILE,
                List.of("bpf-task: bpf PROG_LOAD: errno 524"),
                Map.of(new Inode(42), 0)));
  }

  @Test
  void aKernelThatTakesNoProgramIsNotAskedAgain() {
    crowded();
    kernel.refuse("bpf", "load", Errno.EPERM);

    HolderSource.Found found = find(42);

    assertThat(found.byPid()).isEqualTo(descriptor3(7));
    assertThat(found.gaps()).isEmpty();
    assertThat(found.how().way()).isEqualTo(HolderSearch.Way.KCMP);
    assertThat(found.how().refused())
        .containsExactly("bpf-task: bpf PROG_LOAD: EPERM", "bpf-task-file: bpf PROG_LOAD: EPERM");
    assertThat(find(42).how().refused()).hasSize(2);
    assertThat(kernel.bpf().programs()).hasSize(2);
  }

  @Test
  void aCrowdIsComparedForAUserWhoMayNotGiveTheKernelPrograms() {
    crowded();
    kernel.capabilities(0);

    HolderSource.Found found = find(42);

    assertThat(found.byPid()).isEqualTo(descriptor3(7));
    assertThat(found.how().way()).isEqualTo(HolderSearch.Way.KCMP);
    assertThat(found.how().refused()).isEmpty();
    kernel.remove("/proc/7/fd/" + FEW);
    assertThat(find(42).how()).as("a quiet host").isEqualTo(HolderSource.How.BY_PROC);
  }

  @Test
  void aSmallHostWhoseKernelTakesNoProgramIsNotReadTwice() {
    machine.crowd(7, 3);
    kernel.directory("/proc/9", 1).refuse("open", "/proc/9/fd", Errno.EACCES);
    kernel.refuse("bpf", "load", Errno.EPERM);

    HolderSource.Found found = find(42);

    assertThat(found.how().way()).isEqualTo(HolderSearch.Way.PROC);
    assertThat(found.how().refused()).hasSize(2);
    assertThat(found.gaps()).hasSize(1);
    assertThat(kernel.comparedFiles()).isZero();
  }

  @Test
  void aKernelWithoutADescriptionOfItselfIsReadFromProc() {
    crowded();
    kernel.remove("/sys/kernel/btf/vmlinux");

    assertThat(find(42).byPid()).isEqualTo(descriptor3(7));
    assertThat(kernel.bpf().programs()).isEmpty();
  }

  @Test
  void wherePidsOfProcAreOfAnotherNamespaceTheKernelsAreNotMixedWithThem() {
    crowded();
    kernel.withoutSelfInProc();

    assertThat(find(42).byPid()).isEqualTo(descriptor3(7));
    assertThat(kernel.bpf().programs()).isEmpty();
  }

  @Test
  void tooMuchOfOneProcessIsToldByTheSecondProgram() {
    machine.crowd(7, FEW + 1);
    kernel.bpf().fails(TASK, Errno.E2BIG).tells(TASK_FILE, seen(9, 9, 3, 42, 1, 1));

    assertThat(find(42).byPid()).isEqualTo(descriptor3(9));
  }

  @Test
  void aTableThatHasToBeReadAgainIsNoAnswer() {
    machine.crowd(7, FEW + 1);
    kernel.bpf().tells(TASK, together(seen(8, 8, 3, 42, 0, 1), seen(8, 8, -1, 0, 0, 0)));
    kernel.bpf().tells(TASK_FILE, seen(9, 9, 3, 42, 1, 1));

    assertThat(find(42).byPid()).isEqualTo(descriptor3(9));
  }

  @Test
  void whatFailedForTheMomentIsTriedAgainTheNextTime() {
    machine.crowd(7, FEW + 1);
    kernel.bpf().fails(TASK, Errno.E2BIG).tells(TASK, seen(8, 8, 3, 42, 0, 1));

    find(42);

    assertThat(find(42).how().way()).isEqualTo(HolderSearch.Way.BPF_TASK);
  }

  @Test
  void moreSocketsThanAProgramComparesAreAskedForAltogether() {
    crowded();
    long[] many = LongStream.rangeClosed(42, 42 + HolderProgram.MOST_INODES).toArray();
    kernel.bpf().tells(TASK_FILE, together(seen(9, 9, 4, 4711, 1, 1), seen(9, 9, 5, 43, 1, 1)));

    HolderSource.Found found = find(many);

    assertThat(found.how().way()).isEqualTo(HolderSearch.Way.BPF_TASK_FILE);
    assertThat(found.how().refused()).isEmpty();
    assertThat(found.byPid().get(new Pid(9)))
        .extracting(one -> one.inode().number())
        .containsExactly(42L, 43L);
  }

  @Test
  void aSocketNumberBeyond31BitsIsFound() {
    machine.crowd(7, FEW + 1);
    kernel.bpf().tells(TASK, seen(8, 8, 3, 0xfedc_ba98L, 0, 1));

    assertThat(find(0xfedc_ba98L).byPid()).containsOnlyKeys(new Pid(8));
  }

  @Test
  void aTableOfAThreadIsAReferenceOfItsProcess() {
    machine.crowd(7, FEW + 1);
    kernel
        .bpf()
        .tells(
            TASK,
            together(seen(8, 8, 3, 42, 1, 1), seen(8, 81, 3, 42, 1, 2), seen(9, 91, 5, 42, 1, 3)));

    HolderSource.Found found = find(42);

    assertThat(found.byPid()).isEqualTo(descriptor3(8));
    assertThat(found.threads())
        .isEqualTo(
            Map.of(
                new Pid(9), List.of(new Holder.Reference(new Inode(42), Via.THREAD_TABLE, true))));
  }

  @Test
  void aProcessThatIsBeingReapedIsNoHolder() {
    machine.crowd(7, FEW + 1);
    kernel.bpf().tells(TASK, together(seen(0, 0, 3, 42, 1, 1), seen(8, 8, 3, 42, 1, 2)));

    assertThat(find(42).byPid()).isEqualTo(descriptor3(8));
  }

  @ParameterizedTest
  @CsvSource({
    "BPF_TASK, f_count, 1, 0",
    "BPF_TASK, f_count, 2, 1",
    "BPF_TASK, f_ref, 0, 0",
    "BPF_TASK, f_ref, 3, 3",
    "BPF_TASK_FILE, f_count, 3, 1",
    "BPF_TASK_FILE, f_ref, 1, 0"
  })
  void referencesBeyondTheDescriptorsAreCountedAsEachKernelStoresThem(
      HolderSearch.Way way, String member, int stored, int more) {
    force(way);
    machine.types(member.equals("f_count") ? "f_ref" : "");
    int iterator = way == HolderSearch.Way.BPF_TASK ? TASK : TASK_FILE;
    kernel.bpf().tells(iterator, seen(8, 8, 3, 42, stored, 1));

    assertThat(find(42).how().more()).isEqualTo(Map.of(new Inode(42), more));
  }

  @Test
  void referencesToATableThatTwoProcessesShareAreNotCounted() {
    machine.crowd(7, FEW + 1);
    kernel.bpf().tells(TASK, together(seen(8, 8, 3, 42, 0, 1), seen(9, 9, 3, 42, 0, 1)));

    HolderSource.Found found = find(42);

    assertThat(found.byPid()).containsOnlyKeys(new Pid(8), new Pid(9));
    assertThat(found.how().more()).isEmpty();
  }

  @Test
  void referencesThatWentMeanwhileAreNoCount() {
    machine.crowd(7, FEW + 1);
    kernel.bpf().tells(TASK, together(seen(8, 8, 3, 42, 0, 1), seen(8, 8, 4, 42, 0, 1)));

    assertThat(find(42).how().more()).isEqualTo(Map.of(new Inode(42), -1));
  }

  @Test
  void nineHundredDescriptorsOfOneProcessAreBoundedAsThoseOfProcAre() {
    force(HolderSearch.Way.BPF_TASK_FILE);
    byte[][] records = new byte[900][];
    Arrays.setAll(records, fd -> seen(8, 8, fd, 42, 900, 1));
    kernel.bpf().tells(TASK_FILE, together(records));

    HolderSource.Found found = find(42);

    assertThat(found.byPid().get(new Pid(8))).hasSize(FoundHolders.MAX_DUPLICATES);
    assertThat(found.gaps())
        .extracting(Gap::what)
        .containsExactly("884 more descriptors of these sockets");
    assertThat(found.how().more()).isEqualTo(Map.of(new Inode(42), 0));
  }

  @Test
  void anIteratorThatTakesLongerThanTheQuestionMayIsLeftForTheGapsOfProc() {
    crowded();
    kernel.beforeOpen(
        "/sys/kernel/btf/vmlinux", () -> kernel.advance(Duration.ofSeconds(11).toNanos()));

    HolderSource.Found found = find(42);

    assertThat(found.how().refused().getFirst()).isEqualTo("bpf-task: read iterator: ETIMEDOUT");
    assertThat(found.gaps()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(HolderSearch.Way.class)
  void aTestCanNameTheWay(HolderSearch.Way way) {
    crowded();
    force(way);

    assertThat(find(42).how().way()).isEqualTo(way);
  }

  @Test
  void aUserWhoIsDeniedProcessesAndMaySeeThemIsShownThemOnAQuietHostToo() {
    machine.crowd(7, 3);
    kernel.directory("/proc/9", 1).refuse("open", "/proc/9/fd", Errno.EACCES);
    kernel.bpf().tells(TASK, seen(9, 9, 3, 42, 0, 1));

    HolderSource.Found found = find(42);

    assertThat(found.byPid()).isEqualTo(descriptor3(9));
    assertThat(found.gaps()).isEmpty();
    kernel.user(0).bpf().tells(TASK, seen(9, 9, 3, 42, 0, 1));
    assertThat(find(42).byPid()).as("root that may not trace").isEqualTo(descriptor3(9));
    kernel.capabilities(1L << CAP_SYS_ADMIN | 1L << CAP_SYS_PTRACE);
    assertThat(find(42).how().way()).isEqualTo(HolderSearch.Way.PROC);
  }

  @Test
  void nothingIsAskedWhereNothingIsWanted() {
    crowded();

    assertThat(find().byPid()).isEmpty();
    assertThat(kernel.opened()).isZero();
  }
}
