package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only what was agreed to is ever done. */
final class ExecutorConsentTest {
  private final FakeRun fake = new FakeRun();
  private final FakeWorld world = fake.world;

  /** On SIGTERM pid 10 passes its socket on and ends. */
  private void passesItTo(int... pids) {
    world
        .listens(100, 10)
        .on(
            "signal 10 15",
            () -> {
              world.listens(100, pids);
              world.in(1, () -> world.exit(10));
            });
  }

  private static Stream<UnaryOperator<HolderBuilder>> strangers() {
    return Stream.of(
        one -> one.startedAtTick(FakeWorld.SINCE - 1),
        one -> one.owner(1000, "alice").group(690, 696),
        one -> one.group(11, 11),
        HolderBuilder::executed,
        HolderBuilder::unseenLineage);
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void whoGetsTheSocketInsteadIsReportedAndNotSignalled(UnaryOperator<HolderBuilder> stranger) {
    passesItTo(11);
    world.known(11, stranger);

    Report report = fake.run();

    fake.assertEnded(report, Outcome.STILL_HELD, "terminate 10 15 exited");
    assertThat(world.acts).containsExactly("hold 10", "signal 10 15");
    assertThat(report.left().map(Told::plan)).contains("end 11 3:100:100");
    assertThat(report.after()).isPresent();
  }

  @Test
  void oneStrangerAmongChildrenStopsTheRound() {
    passesItTo(11, 12);
    world.known(12, one -> one.group(12, 12));

    Report report = fake.run();

    fake.assertEnded(report, Outcome.STILL_HELD, "terminate 10 15 exited");
    assertThat(report.left().map(Told::plan)).contains("end 11 3:100:100, 12 3:100:100");
  }

  @Test
  void aStrangerThatLetsGoSoonIsNoObstacle() {
    passesItTo(11);
    world.known(11, one -> one.group(11, 11)).in(500, () -> world.exit(11));

    fake.assertEnded(fake.run(), Outcome.FREED, "terminate 10 15 exited");
  }

  /** Sent to another process the socket is nobody's until that one takes it. */
  @Test
  void whoTakesASocketThatWasOnItsWayIsReported() {
    passesItTo();
    world.sent(100).known(11, one -> one.group(11, 11)).in(500, () -> world.listens(100, 11));

    Report report = fake.run();

    fake.assertEnded(report, Outcome.STILL_HELD, "terminate 10 15 exited");
    assertThat(report.left().map(Told::plan)).contains("end 11 3:100:100");
    assertThat(report.after().map(SteadyLook::holders).orElseThrow())
        .extracting(Holder::pid)
        .containsExactly(new Pid(11));
  }

  @Test
  void aUnitThatTurnsOutToBeInChargeIsNotStoppedUnasked() {
    passesItTo(11);
    world.known(11, one -> one.userUnit("app.service").below(800, 1));

    Report report = fake.run();

    fake.assertEnded(report, Outcome.STILL_HELD, "terminate 10 15 exited");
    assertThat(report.left().map(Told::plan))
        .hasValueSatisfying(
            left -> assertThat(left).startsWith("run systemctl --user stop app.service"));
  }

  @Test
  void whoTurnsOutToBeProtectedIsLeftWithTheRule() {
    passesItTo(4500);

    assertThat(fake.run().left().map(Told::plan))
        .hasValueSatisfying(left -> assertThat(left).contains("this very program runs below it"));
  }

  /** Each of the first of these processes forks when it gets SIGTERM. */
  private void hydra(int heads) {
    int[] first = IntStream.range(10, 10 + heads).toArray();
    world.listens(100, first);
    for (int pid : first) {
      world.on(
          "signal " + pid + " 15",
          () -> {
            world.listens(100, pid + heads);
            world.in(1, () -> world.exit(pid));
          });
      world.obeys(pid + heads, 15, 1);
    }
  }

  @Test
  void theLimitIsThatOfTheWholeRun() {
    hydra(4);

    Report report = fake.run(Allow.most(7));

    assertThat(report.outcome()).isEqualTo(Outcome.STILL_HELD);
    assertThat(report.signalled()).hasSize(4);
    assertThat(report.left().map(Told::plan))
        .contains(
            "refused: 8 processes would be ended, with the 4 before, more than MAX_PROCESSES 7"
                + " allows | ");
    assertThat(world.acts).filteredOn(act -> act.startsWith("signal")).hasSize(4);
  }

  @Test
  void withinTheLimitChildrenAreEndedToo() {
    hydra(4);

    Report report = fake.run(Allow.most(8));

    assertThat(report.outcome()).isEqualTo(Outcome.FREED);
    assertThat(report.signalled()).hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void whatWasDoneBeforeCounts(int most) {
    Set<ProcessIdentity> before = Set.of(holder(30, "app").build().identity());
    hydra(1);

    Report report = fake.run(Allow.most(most), before);

    assertThat(report.outcome()).isEqualTo(most == 3 ? Outcome.FREED : Outcome.STILL_HELD);
    assertThat(report.signalled()).hasSize(most);
  }

  @Test
  void whoWasNotSignalledDoesNotCount() {
    world.listens(100, 10).replaced(10).on("hold 10", () -> world.exit(10));

    assertThat(fake.run().signalled()).isEmpty();
  }

  @Test
  void whoSurvivesAndIsSignalledAgainCountsOnce() {
    world.listens(100, 10, 11).obeys(11, 15, 1);

    assertThat(fake.run(Allow.most(2)).signalled())
        .extracting(one -> one.pid().number())
        .isEqualTo(List.of(10, 11));
  }
}
