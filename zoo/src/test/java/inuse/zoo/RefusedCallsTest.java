package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each system call refused, one at a time, as sandboxes do it: a held port is never called free,
 * nothing crashes, and no signal comes to anybody else.
 */
final class RefusedCallsTest extends Scenarios {
  /**
   * All that inuse, and the C library below it, may call; but for what starts and ends a program.
   */
  private static final String[] CALLS =
      """
      read write close ioctl socket bind getsockname sendto recvfrom setsockopt getsockopt
      getpid geteuid getdents64 clock_gettime openat readlinkat ppoll open_by_handle_at statx
      pidfd_open pidfd_getfd setresuid setns recvmsg kcmp connect faccessat2 waitid pipe2
      pidfd_send_signal renameat2 unlinkat rt_sigprocmask signalfd4 prctl process_vm_readv fcntl
      setfsuid listen getxattr sendmsg accept4 shutdown flock fsync fchmod mkdirat socketpair
      mmap mprotect munmap brk rt_sigaction mremap madvise nanosleep clone wait4 kill uname
      getuid getgid getegid getppid capget capset sigaltstack gettid futex set_tid_address
      timer_create timer_settime tgkill set_robust_list prlimit64 getrandom clone3 rseq
      newfstatat fstat dup dup3 unshare sched_yield readv writev pread64 lseek umask getcwd
      clock_nanosleep rt_sigtimedwait sendmmsg recvmmsg accept getpeername bpf
      """
          .strip()
          .split("\\s+");

  /** Every how many of them is tried. */
  private static final int STRIDE = Boolean.getBoolean("inuse.long") ? 1 : 7;

  RefusedCallsTest() {
    super(Way.EXECUTABLE);
  }

  /** All of them, or a sample that is another one for each errno. */
  private static List<String> calls(String errno) {
    List<String> calls = new ArrayList<>();
    for (int i = errno.codePointAt(1) % STRIDE; i < CALLS.length; i += STRIDE) {
      calls.add(CALLS[i]);
    }
    return calls;
  }

  private static void assertNoCrash(Output output) {
    assertThat(output.exitCode()).as("%s", output).isLessThan(128);
    if (output.exitCode() >= 70 && output.exitCode() != 74) {
      assertThat(output.standardError()).as("%s", output).isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPERM", "ENOSYS", "ENOMEM"})
  void aHeldPortIsNeverCalledFree(String errno) {
    lab.listener(8080);

    for (String call : calls(errno)) {
      for (String[] options : new String[][] {{}, {"--json"}}) {
        Output output = lab.question("8080").withoutCall(call, errno).run(options);
        assertNoCrash(output);
        assertThat(output.exitCode()).as("%s", output).isNotEqualTo(1);
        assertThat(output.standardOutput())
            .as("%s", output)
            .doesNotContain("is free:", "\"verdict\": \"free\"");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPERM", "ENOSYS", "ENOMEM"})
  void aPathIsNeverCalledFreeWhileItIsServed(String errno) {
    lab.holdUnix("socket s stream", "bind s @served", "listen s 5");

    for (String call : calls(errno)) {
      Output output = lab.question("@served").withoutCall(call, errno).run();
      assertNoCrash(output);
      assertThat(output.exitCode()).as("%s", output).isNotEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPERM", "ENOSYS", "ENOMEM"})
  void nobodyElseGetsASignal(String errno) {
    Running other = lab.listener(8081);
    Running bystander = lab.hold("socket s tcp4");
    for (String call : calls(errno)) {
      try (Running server = lab.listener(8080)) {
        Output output =
            lab.question("8080").withoutCall(call, errno).run("free", "--yes", "--settle", "0");
        assertNoCrash(output);
        assertThat(other.isAlive()).as("%s", output).isTrue();
        assertThat(bystander.isAlive()).as("%s", output).isTrue();
        if (output.exitCode() == 0) {
          assertThat(server.awaitExit()).as("%s", output).isNotZero();
          assertThat(lab.ask("8080").verdict()).isEqualTo(VerdictAssert.FREE);
        }
      }
    }
  }

  @Test
  void theLauncherRefusesWhatItIsToldTo() {
    List<String> refused = new ArrayList<>();
    for (String call : new String[] {"getpid", "mkdirat", "socket"}) {
      String script =
          """
          import os, socket, tempfile
          for one in (lambda: os.mkdir(tempfile.mktemp()), lambda: socket.socket()):
              try:
                  one()
                  print('made')
              except OSError as why:
                  print(why.errno)
          """;
      refused.add(
          lab.question()
              .withoutCall(call, "ENOSYS")
              .outputOf(List.of("/usr/bin/python3", "-c", script))
              .standardOutput());
    }

    assertThat(refused).containsExactly("made\nmade\n", "made\nmade\n", "made\n38\n");
  }
}
