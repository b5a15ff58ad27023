package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildProcessTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void whatItPrintsIsRead() throws InuseException {
    try (ChildProcess child = sh("echo one; echo two >&2; exit 3", LONG)) {
      assertThat(child.untilEnd()).isEqualTo("one\n");
      assertThat(child.status()).isEqualTo(3);
    }
  }

  @Test
  void muchOutputIsReadWholeWhateverGoesToStandardError() throws InuseException {
    try (ChildProcess child =
        sh("head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero >&2", LONG)) {
      assertThat(child.untilEnd()).hasSize(3_000_000);
    }
  }

  @Test
  void endlessOutputIsAFailure() throws InuseException {
    try (ChildProcess child = sh("exec cat /dev/zero", LONG)) {
      assertThatThrownBy(child::untilEnd)
          .isInstanceOf(InuseException.class)
          .hasMessage("it printed more than 16 MB");
    }
  }

  @Test
  void afterItsTimeItIsEnded() throws Exception {
    long pid;
    try (ChildProcess child = sh("echo $$; exec sleep 600", Duration.ofMillis(300))) {
      pid = Long.parseLong(child.line());
      assertThatThrownBy(child::untilEnd)
          .isInstanceOf(InuseException.class)
          .hasMessage("no answer within 300 ms");
    }
    ends(pid);
  }

  /** What it has started may keep its output open. */
  @Test
  void itsEndIsTheEndAlsoWhereAnotherHasItsOutput() throws InuseException {
    try (ChildProcess child = sh("sleep 600 & echo $!", LONG)) {
      String pid = child.untilEnd().strip();
      assertThat(pid).containsOnlyDigits();
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    long pid;
    try (ChildProcess child = sh("echo $$; exec sleep 600", LONG)) {
      pid = Long.parseLong(child.line());
      Thread.currentThread().interrupt();
      assertThatThrownBy(child::untilEnd)
          .isInstanceOf(InuseException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
    }
    ends(pid);
  }

  @Test
  void itLeavesNoThreadOfItsOwn() throws InuseException {
    List<String> before = threads();
    for (int i = 0; i < 20; i++) {
      try (ChildProcess child = sh("echo " + i, LONG)) {
        assertThat(child.untilEnd()).isEqualTo(i + "\n");
      }
    }
    // The JDK has one of its own that waits for children.
    assertThat(threads())
        .allMatch(name -> before.contains(name) || name.startsWith("process reaper"));
  }

  @Test
  void whatIsNoUtf8IsAFailure() throws InuseException {
    try (ChildProcess child = sh("printf '\\377'", LONG)) {
      assertThatThrownBy(child::untilEnd).hasMessageContaining("not UTF-8");
    }
  }

  @Test
  void whatCannotBeStartedIsAFailure() {
    assertThatThrownBy(() -> ChildProcess.start(List.of("/nonexistent/inuse"), LONG))
        .isInstanceOf(InuseException.class)
        .hasMessageContaining("cannot be started");
    assertThatThrownBy(() -> ChildProcess.start(List.of("/bin/sh", "a\0b"), LONG))
        .isInstanceOf(InuseException.class);
  }

  @Test
  void linesAreReadOneByOneAndTimeCanBePaused() throws InuseException {
    try (ChildProcess child = sh("while read a; do echo got $a; done", Duration.ofSeconds(30))) {
      child.write("one\ntwo");
      assertThat(child.line()).isEqualTo("got one");
      assertThat(child.line()).isEqualTo("got two");
      child.pause(Duration.ofHours(1));
      assertThat(child.left()).isGreaterThan(Duration.ofMinutes(59));
      child.end(Duration.ofSeconds(30));
      assertThat(child.line()).isEmpty();
      assertThat(child.status()).isZero();
    }
  }

  private static ChildProcess sh(String script, Duration patience) throws InuseException {
    return ChildProcess.start(List.of("/bin/sh", "-c", script), patience);
  }

  private static void ends(long pid) throws Exception {
    var process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      process.get().onExit().get();
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }
}
