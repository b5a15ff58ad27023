package inuse.core;

import static inuse.core.evidence.HolderBuilder.holder;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Late;
import inuse.core.evidence.Login;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Starter;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeSockets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who brings a server back, by what it does. */
final class StarterSearchTest {
  private static final Caller CALLER =
      new Caller(
          new Pid(5000),
          new Uid(0),
          Late.of(Optional.empty()),
          List.of(of(4000, "make"), of(1, "systemd")),
          Optional.empty(),
          Reading.unknown(Reading.Why.UNSUPPORTED),
          Login.UNKNOWN,
          Optional.empty(),
          Reading.known(true));

  private final FakeKernel kernel = new FakeKernel().dumps(new FakeSockets());

  private void runs(int pid, String name, int parent, String... line) {
    kernel
        .file(
            "/proc/" + pid + "/stat",
            pid
                + " ("
                + name
                + ") S "
                + parent
                + " 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 "
                + (90_000 + pid)
                + " 0 0 0 1 1 7000000\n")
        .file("/proc/" + pid + "/cmdline", String.join("\0", line) + "\0");
  }

  private static Holder below(int pid, Ancestor... above) {
    return holder(pid, "node").ancestry(above).build();
  }

  private static Ancestor of(int pid, String name) {
    return new Ancestor(new Pid(pid), new Untrusted(name));
  }

  private Optional<Integer> survivor(Holder ended) {
    return new StarterSearch(Host.of(kernel))
        .survivor(List.of(ended), CALLER)
        .map(one -> one.pid().number());
  }

  @Test
  void aLoopThatOutlivesItsServerMayStartItAgain() {
    runs(700, "sh", 600, "sh", "./loop.sh");

    assertThat(survivor(below(10, of(700, "sh"), of(600, "bash")))).contains(700);
  }

  @Test
  void aLauncherThatEndsWithItIsPassedOver() {
    runs(700, "npx", 600, "npx");

    assertThat(survivor(below(10, of(710, "sh"), of(700, "npx"), of(600, "bash")))).contains(700);
  }

  @ParameterizedTest
  @CsvSource({"bash, -bash", "zsh, zsh", "sh, sh -i", "bash, bash --login"})
  void whoTypesAtAShellStartsNothingByItself(String name, String line) {
    runs(700, name, 1, line.split(" "));

    assertThat(survivor(below(10, of(700, name), of(1, "systemd")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"systemd", "tini", "sshd", "tmux: server", "conmon"})
  void whatKeepsASessionOrAdoptsOrphansDoesNotEither(String name) {
    runs(700, name, 1, "x");

    assertThat(survivor(below(10, of(700, name), of(1, "systemd")))).isEmpty();
  }

  @Test
  void pidOneNeverDoes() {
    runs(1, "server", 0, "server");

    assertThat(survivor(below(10, of(1, "server")))).isEmpty();
  }

  @Test
  void whoAsksIsNotToldToEndWhatItRunsBelow() {
    runs(4000, "make", 1, "make");

    assertThat(survivor(below(10, of(4000, "make"), of(1, "systemd")))).isEmpty();
  }

  @Test
  void aPidThatIsAnothersNowIsNotTheOneThatStartedIt() {
    runs(700, "cron", 1, "cron");
    runs(600, "bash", 1, "-bash");

    assertThat(survivor(below(10, of(700, "loop"), of(600, "bash")))).isEmpty();
  }

  @Test
  void whatIsAboveTheOneThatEndedAndTheOneThatCameStartedItAgain() {
    runs(700, "node", 600, "node", "concurrently");
    Holder before = below(10, of(711, "sh"), of(700, "node"), of(600, "bash"));
    Holder after = below(20, of(712, "sh"), of(700, "node"), of(600, "bash"));

    Optional<Starter> starter =
        new StarterSearch(Host.of(kernel)).again(List.of(before), List.of(after), CALLER);

    assertThat(starter.map(one -> one.pid().number())).contains(700);
    assertThat(starter.map(Starter::again)).contains(true);
    assertThat(starter.flatMap(Starter::client)).isEmpty();
  }

  @Test
  void whatOnlyPidOneHasInCommonWasStartedByNobodyThatIsKnown() {
    assertThat(
            new StarterSearch(Host.of(kernel))
                .again(
                    List.of(below(10, of(700, "sh"), of(1, "systemd"))),
                    List.of(below(20, of(800, "sh"), of(1, "systemd"))),
                    CALLER))
        .isEmpty();
  }
}
