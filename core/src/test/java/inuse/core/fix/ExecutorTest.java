package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.fix.Effects.Result.DENIED;
import static inuse.core.fix.Effects.Result.DONE;
import static inuse.core.fix.Effects.Result.EXITED;
import static inuse.core.fix.Effects.Result.RELEASED;
import static inuse.core.fix.Effects.Result.SURVIVED;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.Self;
import inuse.core.explain.Diagnosis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is done about a port in memory, in which order, and how it ends. */
final class ExecutorTest {
  private static final Self ROOT = SelfBuilder.root().build();

  private final World world = new World();
  private final List<Report.Done> audited = new ArrayList<>();

  private static Limits limits(
      boolean kill, boolean destroy, long settle, Optional<Duration> most) {
    return new Limits(
        Duration.ofSeconds(10),
        15,
        kill,
        destroy,
        8,
        false,
        Optional.empty(),
        Optional.empty(),
        Duration.ofMillis(settle),
        most);
  }

  private static final Limits QUICK = limits(true, false, 0, Optional.empty());

  private Report run(World there, Limits limits) {
    Diagnosis diagnosis = there.diagnose();
    Plan plan = Planner.plan(diagnosis, ROOT, limits);
    assertThat(plan).isInstanceOf(Plan.Steps.class);
    return new Executor(
            there,
            there,
            limits,
            (seen, allowed) -> Planner.plan(seen, ROOT, allowed),
            Waiter.Progress.SILENT,
            audited::add)
        .run(diagnosis, (Plan.Steps) plan);
  }

  private static List<Effects.Result> results(Report report) {
    return report.steps().stream().map(Report.Done::result).toList();
  }

  @Test
  void whoObeysIsNotKilled() {
    Report report = run(world.obedient(10, 100), QUICK);

    assertThat(report.outcome()).isEqualTo(Outcome.FREED);
    assertThat(report.proof()).isEqualTo(Eyes.Proof.BIND);
    assertThat(world.log).containsExactly("TERM 10");
    assertThat(results(report)).containsExactly(EXITED);
    assertThat(audited).isEqualTo(report.steps());
  }

  @Test
  void onlyTheSurvivorsAreKilledAndNotBeforeTheGraceIsOver() {
    world.obedient(10, 100).stubborn(11, 100);
    Report report = run(world, QUICK);

    assertThat(report.outcome()).isEqualTo(Outcome.FORCED);
    assertThat(world.log).startsWith("TERM 10", "TERM 11").contains("KILL 11");
    assertThat(world.log).doesNotContain("KILL 10");
    assertThat(world.now).isEqualTo(10_000);
    assertThat(report.steps().getLast().signal()).contains(9);
  }

  @Test
  void allAreAskedBeforeAnyIsWaitedFor() {
    world.process(10, 100, _ -> {});
    world.process(11, 100, _ -> {});
    world.in(5, () -> world.ends(10)).in(6, () -> world.ends(11));

    assertThat(run(world, QUICK).outcome()).isEqualTo(Outcome.FREED);
    assertThat(world.log).containsExactly("TERM 10", "TERM 11", "await", "await");
    assertThat(world.now).isEqualTo(6);
  }

  @Test
  void withoutKillItIsStillHeld() {
    Report report = run(world.stubborn(10, 100), limits(false, false, 0, Optional.empty()));

    assertThat(report.outcome()).isEqualTo(Outcome.STILL_HELD);
    assertThat(world.log).doesNotContain("KILL 10");
    assertThat(results(report)).containsExactly(SURVIVED);
    assertThat(report.after()).isPresent();
    assertThat(world.runs(10)).isTrue();
  }

  @Test
  void whoLetsGoMayLive() {
    world.process(10, 100, _ -> world.letsGo(10));
    Report report = run(world, QUICK);

    assertThat(report.outcome()).isEqualTo(Outcome.FREED);
    assertThat(results(report)).containsExactly(RELEASED);
    assertThat(world.runs(10)).isTrue();
  }

  @Test
  void aPidThatIsNotThatProcessAnyMoreGetsNoSignal() {
    world.obedient(10, 100);
    Diagnosis diagnosis = world.diagnose();
    Plan.Steps plan = (Plan.Steps) Planner.plan(diagnosis, ROOT, QUICK);
    world.ends(10);
    Report report =
        new Executor(world, world, QUICK, (_, _) -> plan, Waiter.Progress.SILENT, audited::add)
            .run(diagnosis, plan);

    assertThat(report.outcome()).isEqualTo(Outcome.FREED);
    assertThat(world.log).isEmpty();
    assertThat(results(report)).containsExactly(RELEASED);
  }

  @Test
  void childrenThatInheritTheSocketAreNextAndInTheEndKilled() {
    forking(10, 100);
    Report report = run(world, QUICK);

    assertThat(report.outcome()).isEqualTo(Outcome.FORCED);
    assertThat(world.log)
        .filteredOn(one -> !one.equals("await"))
        .containsExactly("TERM 10", "TERM 11", "KILL 12");
  }

  /** Whoever is asked to end leaves a child behind. */
  private void forking(int pid, long inode) {
    world.process(
        pid,
        inode,
        signal -> {
          if (signal == 15) {
            forking(pid + 1, inode);
          }
          world.ends(pid);
        });
  }

  @Test
  void aNewSocketIsARespawnAndItsHolderLeftAlone() {
    world.process(
        10,
        100,
        _ -> {
          world.ends(10);
          world.obedient(20, 200);
        });
    Report report = run(world, QUICK);

    assertThat(report.outcome()).isEqualTo(Outcome.RESPAWNED);
    assertThat(world.log).doesNotContain("TERM 20", "KILL 20");
    assertThat(report.after().orElseThrow().causes().getFirst().holders())
        .singleElement()
        .satisfies(one -> assertThat(one.pid().number()).isEqualTo(20));
  }

  @Test
  void aFreedPortIsWatchedForWhoComesBack() {
    world.obedient(10, 100).in(300, () -> world.obedient(20, 200));
    Report report = run(world, limits(true, false, 1000, Optional.empty()));
    assertThat(report.outcome()).isEqualTo(Outcome.RESPAWNED);
    assertThat(report.proof()).isEqualTo(Eyes.Proof.NONE);

    World other = new World();
    other.obedient(10, 100).in(300, () -> other.obedient(20, 200));
    assertThat(run(other, QUICK).outcome()).isEqualTo(Outcome.FREED);
  }

  @Test
  void whatIsFreeAlreadyNeedsNobodyElsesEnd() {
    World there =
        new World() {
          @Override
          HolderBuilder describe(int pid) {
            return pid == 10
                ? holder(pid, "nginx").unit("nginx.service").below(1)
                : holder(pid, "helper");
          }
        };
    there.obedient(10, 100).obedient(11, 100);
    Report report = run(there, QUICK);

    assertThat(report.outcome()).isEqualTo(Outcome.FREED);
    assertThat(there.log).containsExactly("systemctl stop nginx.service");
  }

  @Test
  void whereNoApiAnswersTheCommandIsRun() {
    World there =
        new World() {
          @Override
          HolderBuilder describe(int pid) {
            return holder(pid, "node").container(Container.Engine.DOCKER, "ab".repeat(32));
          }
        };
    there.obedient(10, 100);
    there.container = Effects.Result.UNAVAILABLE;
    assertThat(run(there, QUICK).outcome()).isEqualTo(Outcome.FREED);
    assertThat(there.log).containsExactly("api", "docker stop abababababab");
  }

  @Test
  void anInterruptionStopsEverythingElse() {
    world.stubborn(10, 100);
    world.interrupt = true;
    Report report = run(world, QUICK);

    assertThat(report.interrupted()).isTrue();
    assertThat(report.outcome()).isEqualTo(Outcome.STILL_HELD);
    assertThat(world.log).containsExactly("TERM 10", "await");
    assertThat(results(report)).containsExactly(SURVIVED);
  }

  @Test
  void theTimeForAllOfItMayBeOver() {
    Report report =
        run(world.stubborn(10, 100), limits(true, false, 0, Optional.of(Duration.ofSeconds(2))));

    assertThat(report.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(world.log).doesNotContain("KILL 10");
    assertThat(world.now).isEqualTo(2000);
  }

  @Test
  void timeWaitIsWaitedForUntilItIsOver() {
    world.timeWait = Optional.of(Duration.ofMillis(1300));
    Report report = run(world, QUICK);

    assertThat(report.outcome()).isEqualTo(Outcome.FREED);
    assertThat(results(report)).containsExactly(DONE);
    assertThat(world.now).isBetween(1300L, 1320L);
  }

  @Test
  void whatAKilledServerLeavesBehindIsPlannedForToo() {
    world.process(
        10,
        100,
        _ -> {
          world.ends(10);
          world.timeWait = Optional.of(Duration.ofSeconds(60));
        });
    Report report = run(world, limits(true, true, 0, Optional.empty()));

    assertThat(report.outcome()).isEqualTo(Outcome.FREED);
    assertThat(world.log).containsExactly("TERM 10", "destroy");
  }

  @Test
  void whoMayNotIsTold() {
    world.permitted = DENIED;
    Report report = run(world.obedient(10, 100), QUICK);

    assertThat(report.outcome()).isEqualTo(Outcome.DENIED);
    assertThat(world.log).isEmpty();
    assertThat(world.runs(10)).isTrue();
  }
}
