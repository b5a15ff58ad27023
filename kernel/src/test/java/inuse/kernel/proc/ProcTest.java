package inuse.kernel.proc;

import static inuse.kernel.abi.Constants.S_IFBLK;
import static inuse.kernel.abi.Constants.S_IFCHR;
import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.kernel.abi.Constants.S_IFIFO;
import static inuse.kernel.abi.Constants.S_IFSOCK;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SyscallFailed;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files, links and directories under an injected root. */
final class ProcTest {
  private final FakeKernel kernel = new FakeKernel();
  private final Proc proc = new Proc(kernel, "/root");

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  private static <T> CallResult<T> failed(String call, String what, Errno errno) {
    return new CallResult.Failed<>(new SyscallFailed(call, what, errno));
  }

  @Test
  void aFileIsReadWholeHoweverManyReadsItTakes() {
    String text = "0123456789".repeat(5000);
    kernel.file("/root/proc/x", text);

    assertThat(proc.text("/proc/x")).isEqualTo(new CallResult.Ok<>(text));
  }

  @Test
  void everyByteOfAFileIsOneChar() {
    StringBuilder bytes = new StringBuilder();
    IntStream.range(0, 256).forEach(i -> bytes.append((char) i));
    kernel.file("/root/proc/x", bytes.toString());

    assertThat(proc.text("/proc/x")).isEqualTo(new CallResult.Ok<>(bytes.toString()));
  }

  @Test
  void aFileWithoutEndIsReadUpToItsBound() {
    kernel.file("/root/proc/x", "x".repeat(Proc.MAX_BYTES + 100_000));

    assertThat(proc.text("/proc/x"))
        .isInstanceOfSatisfying(
            CallResult.Ok.class,
            got ->
                assertThat(((String) got.value()).length())
                    .isBetween(Proc.MAX_BYTES, Proc.MAX_BYTES + 64 * 1024));
  }

  @Test
  void aFileOfLinesIsReadToItsEnd() {
    String line = "0123456789abcdef\n";
    String all = line.repeat(Proc.MAX_BYTES / 10) + "no line feed";
    kernel.file("/root/proc/x", all);
    StringBuilder seen = new StringBuilder();

    CallResult<Boolean> whole =
        proc.lines(
            "/proc/x",
            lines -> {
              assertThat(lines).matches("(0123456789abcdef\n)+|no line feed");
              seen.append(lines);
              return true;
            });

    assertThat(whole).isEqualTo(new CallResult.Ok<>(true));
    assertThat(seen.toString().equals(all)).isTrue();
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void whoeverHasEnoughLinesGetsNoMore() {
    kernel.file("/root/proc/x", "a\n".repeat(100_000));
    StringBuilder seen = new StringBuilder();

    assertThat(
            proc.lines(
                "/proc/x",
                lines -> {
                  seen.append(lines);
                  return seen.length() < 10_000;
                }))
        .isEqualTo(new CallResult.Ok<>(false));
    assertThat(seen.length()).isBetween(10_000, 30_000);
  }

  @Test
  void aLineWithoutEndIsNoReasonToReadForEver() {
    kernel.file("/root/proc/x", "x".repeat(Proc.MAX_BYTES + 100_000));

    assertThat(proc.lines("/proc/x", lines -> true)).isEqualTo(new CallResult.Ok<>(false));
  }

  @Test
  void aFailureNamesItsCallAndPath() {
    kernel.file("/root/proc/x", "x").refuse("read", "/root/proc/x", Errno.ESRCH);

    assertThat(proc.text("/proc/absent")).isEqualTo(failed("open", "/proc/absent", Errno.ENOENT));
    assertThat(proc.text("/proc/x")).isEqualTo(failed("read", "/proc/x", Errno.ESRCH));
    assertThat(proc.link("/proc/absent"))
        .isEqualTo(failed("readlink", "/proc/absent", Errno.ENOENT));
    assertThat(proc.directory("/proc/x")).isEqualTo(failed("open", "/proc/x", Errno.ENOTDIR));
  }

  /** The kernel of this test fails where open(2) would wait, and where a device is opened. */
  @ParameterizedTest
  @ValueSource(ints = {S_IFIFO, S_IFCHR, S_IFBLK, S_IFSOCK, S_IFDIR})
  void whatIsNoRegularFileIsNotRead(int kind) {
    kernel
        .status("/root/etc/passwd", new FileStatus(kind, 0, 7, 0, 1))
        .link("/root/etc/link", "passwd");

    for (String path : List.of("/etc/passwd", "/etc/link")) {
      assertThat(proc.text(path)).isEqualTo(failed("open", path, Errno.EINVAL));
      assertThat(proc.openFile(path)).isEqualTo(-Errno.EINVAL.code());
      if (kind != S_IFDIR) {
        assertThat(proc.directory(path)).isEqualTo(failed("open", path, Errno.ENOTDIR));
      }
    }
  }

  @Test
  void anEmptyLinkIsARefusal() {
    kernel.link("/root/proc/1/ns/net", "");

    assertThat(proc.link("/proc/1/ns/net"))
        .isEqualTo(failed("readlink", "/proc/1/ns/net", Errno.EACCES));
  }

  @Test
  void aPipeBelowProcIsNotWaitedForEither() {
    kernel.status("/root/proc/7/cwd/f", new FileStatus(S_IFIFO, 0, 7, 0, 1));

    assertThat(proc.text("/proc/7/cwd/f")).isEqualTo(new CallResult.Ok<>(""));
  }

  @Test
  void aRegularFileIsReadByItsPathWhereNothingElseIsKnownOfIt() {
    kernel.file("/root/etc/passwd", "x");
    assertThat(proc.text("/etc/passwd")).isEqualTo(new CallResult.Ok<>("x"));

    kernel.refuse("statx", "/root/etc/passwd", Errno.EPERM);
    assertThat(proc.text("/etc/passwd")).isEqualTo(new CallResult.Ok<>("x"));
  }

  @Test
  void aLinkIsItsTargetToTheByte() {
    kernel.link("/root/proc/1/exe", "/usr/bin/\u001b[31m\u00ff");

    assertThat(proc.link("/proc/1/exe"))
        .isEqualTo(new CallResult.Ok<>("/usr/bin/\u001b[31m\u00ff"));
  }

  @Test
  void aDirectoryIsReadWholeHoweverManyCallsItTakes() {
    IntStream.rangeClosed(1, 3000).forEach(i -> kernel.file("/root/proc/" + i + "/cmdline", ""));

    assertThat(ProcessFiles.processes(proc))
        .isEqualTo(processes(IntStream.rangeClosed(1, 3000).boxed().toList(), List.of()));
  }

  @Test
  void onlyNumbersAreProcesses() {
    for (String name :
        List.of("1", "self", "0", "12x", "2147483648", "99999999999999999999", "33")) {
      kernel.file("/root/proc/" + name + "/stat", "");
    }

    assertThat(ProcessFiles.processes(proc)).isEqualTo(processes(List.of(1, 33), List.of()));
  }

  @Test
  void threadsOfTheKernelAreToldApart() {
    kernel
        .file("/root/proc/1/stat", "")
        .file("/root/proc/2/stat", stat(2, "2129984"))
        .file("/root/proc/2/task/2/children", "3 4 ")
        .file("/root/proc/3/stat", "")
        .file("/root/proc/4/stat", "")
        .file("/root/proc/5/stat", "");

    assertThat(ProcessFiles.processes(proc)).isEqualTo(processes(List.of(1, 2, 5), List.of(3, 4)));
  }

  @Test
  void insideAContainerPidTwoIsAProcessLikeOthersAndSoAreItsChildren() {
    kernel
        .file("/root/proc/2/stat", stat(2, "4194304"))
        .file("/root/proc/2/task/2/children", "3 ")
        .file("/root/proc/3/stat", "");

    assertThat(ProcessFiles.processes(proc)).isEqualTo(processes(List.of(2, 3), List.of()));
  }

  private static CallResult<ProcessFiles.Processes> processes(
      List<Integer> own, List<Integer> kernel) {
    return new CallResult.Ok<>(new ProcessFiles.Processes(own, kernel));
  }

  private static String stat(int pid, String flags) {
    return pid + " (two) S 0 0 0 0 -1 " + flags + " 0 0 0 0 0 0 0 0 20 0 1 0 20 0 0\n";
  }

  @Test
  void theWantedSocketsOfAProcessAreFound() {
    kernel
        .link("/root/proc/7/fd/0", "/dev/null")
        .link("/root/proc/7/fd/3", "socket:[100]")
        .link("/root/proc/7/fd/4", "socket:[200]")
        .link("/root/proc/7/fd/5", "socket:[100]")
        .link("/root/proc/7/fd/6", "socket:[x]")
        .link("/root/proc/7/fd/7", "anon_inode:[eventpoll]");

    assertThat(ProcessFiles.sockets(proc, 7, inode -> inode == 100))
        .isEqualTo(
            new CallResult.Ok<>(
                List.of(new ProcessFiles.SocketFile(3, 100), new ProcessFiles.SocketFile(5, 100))));
  }

  @Test
  void aDescriptorThatClosesMeanwhileIsNoError() {
    kernel
        .link("/root/proc/7/fd/3", "socket:[100]")
        .link("/root/proc/7/fd/4", "socket:[100]")
        .refuse("readlink", "/root/proc/7/fd/3", Errno.ENOENT);

    assertThat(ProcessFiles.sockets(proc, 7, inode -> true))
        .isEqualTo(new CallResult.Ok<>(List.of(new ProcessFiles.SocketFile(4, 100))));
  }

  @Test
  void aDescriptorThatMayNotBeLookedAtIsARefusal() {
    kernel
        .link("/root/proc/7/fd/3", "socket:[100]")
        .refuse("readlink", "/root/proc/7/fd/3", Errno.EACCES);

    assertThat(ProcessFiles.sockets(proc, 7, inode -> true))
        .isEqualTo(failed("readlink", "/proc/7/fd", Errno.EACCES));
  }

  @Test
  void aProcessThatMayNotBeLookedIntoIsARefusal() {
    kernel.refuse("open", "/root/proc/7/fd", Errno.EACCES);

    assertThat(ProcessFiles.sockets(proc, 7, inode -> true))
        .isEqualTo(failed("open", "/proc/7/fd", Errno.EACCES));
  }
}
