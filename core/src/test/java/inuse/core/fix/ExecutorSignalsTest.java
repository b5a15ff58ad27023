package inuse.core.fix;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done to processes, in which order, and what is said of it. */
final class ExecutorSignalsTest {
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final FakeRun fake = new FakeRun();
  private final FakeWorld world = fake.world;

  @Test
  void whoObeysIsAskedOnceAndThePortIsFreed() {
    world.listens(100, 10).obeys(10, 15, 12);

    Report report = fake.run();

    fake.assertEnded(report, Outcome.FREED, "terminate 10 15 exited");
    assertThat(report.steps().getFirst().afterMillis()).isEqualTo(12);
    assertThat(report.proof()).isEqualTo(AddressMonitor.Proof.BIND);
    assertThat(report.after()).isEmpty();
    assertThat(report.interrupted()).isFalse();
    assertThat(world.acts).containsExactly("hold 10", "signal 10 15");
  }

  @Test
  void whereNobodyMayBindTheTableIsTheProof() {
    world.listens(100, 10).obeys(10, 15, 12).free = AddressMonitor.Proof.TABLE;

    assertThat(fake.run().proof()).isEqualTo(AddressMonitor.Proof.TABLE);
  }

  @Test
  void onlyWhoSurvivesIsKilledAndOnlyAfterTheGrace() {
    world.listens(100, 10, 11, 12).obeys(10, 15, 12).obeys(11, 9, 3).obeys(12, 15, 9_999);

    Report report = fake.run();

    fake.assertEnded(
        report,
        Outcome.FORCED,
        "terminate 10 15 exited",
        "terminate 12 15 exited",
        "kill 11 9 exited");
    assertThat(report.steps().getLast().afterMillis()).isEqualTo(10_003);
    assertThat(world.acts)
        .containsExactly(
            "hold 10",
            "hold 11",
            "hold 12",
            "signal 10 15",
            "signal 11 15",
            "signal 12 15",
            "signal 11 9");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 500, 60_000})
  void theGraceIsWhatWasSaid(long grace) {
    world.listens(100, 10).obeys(10, 9, 0);

    Report report = fake.run(Allow.times(Duration.ofMillis(grace), SETTLE, Optional.empty()));

    fake.assertEnded(report, Outcome.FORCED, "kill 10 9 exited");
    assertThat(report.steps().getFirst().afterMillis()).isEqualTo(grace);
  }

  @Test
  void withNoKillWhoSurvivesHoldsIt() {
    world.listens(100, 10);

    Report report = fake.run(Allow.noKill());

    fake.assertEnded(report, Outcome.STILL_HELD, "terminate 10 15 survived");
    assertThat(report.proof()).isEqualTo(AddressMonitor.Proof.NONE);
    assertThat(report.after()).isPresent();
    assertThat(world.acts).containsExactly("hold 10", "signal 10 15");
  }

  @Test
  void whoSurvivesEvenSigkillHoldsItAndIsWaitedForSomeSecondsOnly() {
    world.listens(100, 10);

    Report report = fake.run();

    fake.assertEnded(report, Outcome.STILL_HELD, "kill 10 9 survived");
    assertThat(report.steps().getFirst().afterMillis()).isEqualTo(15_000);
  }

  @Test
  void aFirstSignalOfSigkillIsNotSentTwice() {
    world.listens(100, 10).obeys(10, 9, 1);

    fake.assertEnded(fake.run(Allow.signal(9)), Outcome.FORCED, "kill 10 9 exited");
    assertThat(world.acts).containsExactly("hold 10", "signal 10 9");
  }

  @Test
  void anotherFirstSignalIsSent() {
    world.listens(100, 10).obeys(10, 2, 1);

    fake.assertEnded(fake.run(Allow.signal(2)), Outcome.FREED, "terminate 10 2 exited");
  }

  @Test
  void whoLetsGoAndLivesOnIsNotKilled() {
    world.listens(100, 10).on("signal 10 15", () -> world.in(30, () -> world.close(100)));

    Report report = fake.run();

    fake.assertEnded(report, Outcome.FREED, "terminate 10 15 released");
    assertThat(world.acts).doesNotContain("signal 10 9");
    assertThat(report.steps().getFirst().afterMillis()).isBetween(30L, 80L);
  }

  @Test
  void aStoppedProcessIsWokenAfterItsSignal() {
    world.listens(100, 10).stopped(10).obeys(10, 18, 5);

    fake.assertEnded(fake.run(), Outcome.FREED, "resume-then-terminate 10 15 exited");
    assertThat(world.acts).containsExactly("hold 10", "signal 10 15", "signal 10 18");
  }

  @Test
  void whoForksWhenAskedIsKilledInTheThirdRound() {
    world
        .listens(100, 10)
        .on(
            "signal 10 15",
            () -> {
              world.listens(100, 11);
              world.in(1, () -> world.exit(10));
            })
        .on(
            "signal 11 15",
            () -> {
              world.listens(100, 12);
              world.in(1, () -> world.exit(11));
            })
        .on("signal 12 9", () -> world.in(1, () -> world.exit(12)));

    fake.assertEnded(
        fake.run(),
        Outcome.FORCED,
        "terminate 10 15 exited",
        "terminate 11 15 exited",
        "kill 12 9 exited");
    assertThat(world.acts).doesNotContain("signal 12 15");
  }

  @Test
  void whoForksForEverIsNotChasedForEver() {
    for (int pid = 10; pid < 40; pid++) {
      int child = pid + 1;
      int parent = pid;
      for (int signal : new int[] {9, 15}) {
        world.on(
            "signal " + pid + " " + signal,
            () -> {
              world.listens(100, child);
              world.in(1, () -> world.exit(parent));
            });
      }
    }
    world.listens(100, 10);

    Report report = fake.run();

    assertThat(report.outcome()).isEqualTo(Outcome.STILL_HELD);
    assertThat(report.steps()).hasSize(6);
  }
}
