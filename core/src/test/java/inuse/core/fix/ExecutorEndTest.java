package inuse.core.fix;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who comes back, what is not permitted, and when it is over. */
final class ExecutorEndTest {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final FakeRun fake = new FakeRun();
  private final FakeWorld world = fake.world;

  @Test
  void somebodyNewIsNotEndedForTheFormerOnesSake() {
    world
        .listens(100, 10)
        .on(
            "signal 10 15",
            () ->
                world.in(
                    5,
                    () -> {
                      world.listens(200, 20);
                      world.exit(10);
                    }));

    Report report = fake.run();

    fake.assertEnded(report, Outcome.RESPAWNED, "terminate 10 15 exited");
    assertThat(report.after()).isPresent();
    assertThat(report.after().get().causes().getFirst().holders())
        .extracting(one -> one.pid().number())
        .containsExactly(20);
    assertThat(world.acts).doesNotContain("hold 20");
  }

  @Test
  void whoComesBackWhileItIsWatchedIsSeen() {
    world
        .listens(100, 10)
        .obeys(10, 15, 5)
        .on(
            "signal 10 15",
            () -> {
              world.in(5, () -> world.exit(10));
              world.in(700, () -> world.listens(200, 20));
            });

    long before = world.nowMillis();

    assertThat(fake.run().outcome()).isEqualTo(Outcome.RESPAWNED);
    assertThat(world.nowMillis() - before).isBetween(700L, 720L);
    assertThat(world.acts).doesNotContain("hold 20");
  }

  @Test
  void whoComesBackLaterOrUnwatchedIsNot() {
    world
        .listens(100, 10)
        .on(
            "signal 10 15",
            () -> {
              world.in(5, () -> world.exit(10));
              world.in(15, () -> world.listens(200, 20));
            });

    assertThat(fake.run(Allow.times(GRACE, Duration.ZERO, Optional.empty())).outcome())
        .isEqualTo(Outcome.FREED);
  }

  private void prefork() {
    world
        .listens(100, 10, 11)
        .known(10, one -> one.executable("/bin/app").below(1))
        .known(11, one -> one.executable("/bin/app").below(10, 1));
  }

  @Test
  void aMasterAloneIsSignalledAndEndsItsWorkers() {
    prefork();
    world.on(
        "signal 10 15",
        () ->
            world.in(
                5,
                () -> {
                  world.exit(11);
                  world.exit(10);
                }));

    fake.assertEnded(fake.run(), Outcome.FREED, "terminate 10 15 exited");
    assertThat(world.acts).containsExactly("hold 10", "signal 10 15");
  }

  /** As every process that ends does, towards what may be ended for the next target. */
  @ParameterizedTest
  @CsvSource({"2, 2", "8, 1"})
  void workersThatEndWithTheirMasterCountUnderALimitOfTheCallerOnly(int most, int counted) {
    prefork();
    world.on(
        "signal 10 15",
        () -> {
          world.exit(11);
          world.exit(10);
        });

    assertThat(fake.run(Allow.most(most)).signalled()).hasSize(counted);
  }

  @Test
  void whereAMasterDoesNotEndItsWorkersAreKilledWithIt() {
    prefork();
    world.obeys(10, 9, 1).obeys(11, 9, 1);

    fake.assertEnded(fake.run(), Outcome.FORCED, "kill 10 9 exited", "kill 11 9 exited");
    assertThat(world.acts)
        .containsExactly("hold 10", "signal 10 15", "hold 11", "signal 10 9", "signal 11 9");
  }

  @Test
  void aWorkerThatOutlivesItsMasterIsEndedInItsTurn() {
    prefork();
    world.obeys(10, 15, 1).obeys(11, 15, 1);

    fake.assertEnded(fake.run(), Outcome.FREED, "terminate 10 15 exited", "terminate 11 15 exited");
  }

  @Test
  void aPidThatIsAnothersNowIsNeverSignalled() {
    world.listens(100, 10, 11).replaced(10).on("hold 10", () -> world.listens(100, 11));
    world.obeys(11, 15, 1).on("signal 11 15", () -> world.in(1, () -> world.close(100)));

    fake.assertEnded(
        fake.run(), Outcome.FREED, "terminate 10 released", "terminate 11 15 released");
    assertThat(world.acts).containsExactly("hold 10", "hold 11", "signal 11 15");
  }

  @Test
  void whoMayNotBeSignalledIsDenied() {
    world.listens(100, 10).foreign(10);

    fake.assertEnded(fake.run(), Outcome.DENIED, "terminate 10 15 denied");
    assertThat(world.acts).containsExactly("hold 10", "signal 10 15");
  }

  @Test
  void whereOneOfTwoIsDeniedItIsStillHeld() {
    world.listens(100, 10, 11).foreign(10).obeys(11, 15, 1);

    Report report = fake.run();

    assertThat(report.outcome()).isEqualTo(Outcome.STILL_HELD);
    assertThat(fake.told(report.steps()))
        .startsWith("terminate 10 15 denied", "terminate 11 15 exited");
  }

  @Test
  void theTimeIsForEverythingAndWhenItIsOverNobodyIsKilled() {
    world.listens(100, 10);

    Report report = fake.run(Allow.times(GRACE, SETTLE, Optional.of(Duration.ofSeconds(2))));

    fake.assertEnded(report, Outcome.TIMED_OUT, "terminate 10 15 survived");
    assertThat(report.steps().getFirst().afterMillis()).isEqualTo(2000);
  }

  @Test
  void whatIsFreeWhenTheTimeIsOverIsFreed() {
    world.listens(100, 10).obeys(10, 15, 2000);

    assertThat(fake.run(Allow.times(GRACE, SETTLE, Optional.of(Duration.ofSeconds(2)))).outcome())
        .isEqualTo(Outcome.FREED);
  }

  @Test
  void anInterruptionBeforeAnythingWasDoneLeavesAllAlone() {
    world.listens(100, 10).interrupt();

    Report report = fake.run();

    fake.assertEnded(report, Outcome.STILL_HELD);
    assertThat(report.interrupted()).isTrue();
    assertThat(world.acts).isEmpty();
  }

  @Test
  void whoeverInterruptsTheGraceSparesTheSurvivors() {
    world.listens(100, 10).on("signal 10 15", () -> world.in(100, world::interrupt));

    Report report = fake.run();

    fake.assertEnded(report, Outcome.STILL_HELD, "terminate 10 15 survived");
    assertThat(report.interrupted()).isTrue();
    assertThat(world.acts).containsExactly("hold 10", "signal 10 15");
  }

  @Test
  void whoeverInterruptsTheWatchingHasItFreed() {
    world
        .listens(100, 10)
        .on(
            "signal 10 15",
            () -> {
              world.in(5, () -> world.exit(10));
              world.in(100, world::interrupt);
            });
    long before = world.nowMillis();

    Report report = fake.run();

    fake.assertEnded(report, Outcome.FREED, "terminate 10 15 exited");
    assertThat(report.interrupted()).isTrue();
    assertThat(world.nowMillis() - before).isEqualTo(100);
  }
}
