package inuse.core.ask.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.ask.holders.Planted;
import inuse.core.ask.holders.ProcessSpeaker;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The window of a process, from a tmux of a few lines: 700 is the server, 800 a pane's shell. */
final class TmuxWindowsTest {
  private static final String ASKED =
      "tmux -S /tmp/tmux-1000/default list-panes -a -F #{pane_pid}"
          + " #{session_name}:#{window_index}";

  private final FakeKernel kernel = new FakeKernel().user(1000).file("/dev/null", "");
  private final Planted planted =
      new Planted(kernel)
          .program("/usr/bin/node", 0)
          .program("/usr/bin/tmux", 0)
          .process(700, 1000, "/usr/bin/tmux")
          .process(900, 1000, "/usr/bin/node");
  private final TmuxWindows windows = windows();

  private TmuxWindows windows() {
    kernel.file("/proc/900/environ", "A=1\0TMUX=/tmp/tmux-1000/default,700,3\0");
    tells("790 build:0\n800 dev:2\n");
    Host host = Host.of(kernel);
    return new TmuxWindows(host, new ProcessSpeaker(host, new UserNames(host.proc())));
  }

  private void tells(String panes) {
    kernel.program("/usr/bin/tmux", line -> Optional.of(panes));
  }

  @AfterEach
  void everythingThatWasOpenedWasClosedAndEveryChildBuried() {
    assertThat(kernel.openDescriptors()).isEmpty();
    assertThat(kernel.unreaped()).isEmpty();
  }

  private Optional<String> window(int pid, Speaker server) {
    Statement<ProcessManager> tmux =
        new Statement<>(
            new ProcessManager(
                ProcessManager.Kind.TMUX,
                new ProcessIdentity(new Pid(700), 1),
                Optional.empty(),
                Optional.empty()),
            server);
    return windows
        .named(HolderBuilder.holder(pid, "node").below(800, 700, 1).build(), tmux, new Uid(1000))
        .content()
        .name();
  }

  private Optional<String> window() {
    return window(900, Speaker.of(new Uid(1000)));
  }

  @Test
  void theWindowIsThatOfThePaneThatItIsBelow() {
    assertThat(window()).contains("dev:2");
    assertThat(kernel.spawned()).containsExactly(ASKED);
  }

  @Test
  void aServerIsAskedOnceForOneAnswer() {
    planted.process(901, 1000, "/usr/bin/node");
    kernel.file("/proc/901/environ", "TMUX=/tmp/tmux-1000/default,700,0\0");

    assertThat(window()).contains("dev:2");
    assertThat(window(901, Speaker.of(new Uid(1000)))).contains("dev:2");
    assertThat(kernel.spawned()).containsExactly(ASKED);
    windows.begin();
    assertThat(window()).contains("dev:2");
    assertThat(kernel.spawned()).containsExactly(ASKED, ASKED);
  }

  @Test
  void nobodysTmuxIsAskedButOnesOwn() {
    assertThat(window(900, Speaker.ROOT)).isEmpty();
    assertThat(window(900, Speaker.ANYBODY)).isEmpty();
    planted.process(902, 1001, "/usr/bin/node");
    kernel.file("/proc/902/environ", "TMUX=/tmp/tmux-1000/default,700,0\0");
    assertThat(window(902, Speaker.of(new Uid(1000)))).isEmpty();

    assertThat(kernel.spawned()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tmp/default,700,0", "/tmp/default,701,0", "/tmp/default,700", "/tmp/default", ""})
  void theSocketOfNoOtherServerIsAsked(String value) {
    kernel.file("/proc/900/environ", "TMUX=" + value + "\0");

    assertThat(window()).isEmpty();
    assertThat(kernel.spawned()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'800 $(reboot):1'",
    "'801 dev:2'",
    "'800'",
    "'x dev:2'",
    "'99999999999 dev:2'",
    "''"
  })
  void whatIsNoWindowOfItsPanesIsLeftOut(String panes) {
    tells(panes + "\n");

    assertThat(window()).isEmpty();
  }
}
