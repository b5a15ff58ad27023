package inuse.core.fix;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.explain.Diagnosis;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** An executor with the real planner, on a fake host in memory. */
final class FakeRun {
  final FakeWorld world = new FakeWorld();
  private final List<Report.Action> audit = new ArrayList<>();

  /** Agrees to what is planned now, and nothing else. */
  Report run(FreeOptions options) {
    return run(options, Set.of());
  }

  /**
   * The same in a run that has done something before.
   *
   * @param before those that it sent a signal
   */
  Report run(FreeOptions options, Set<ProcessIdentity> before) {
    Diagnosis seen = world.diagnose();
    Plan plan = Planner.plan(seen, Selves.ALICE, options, Set.of(), before);
    assertThat(plan).isInstanceOf(Plan.Steps.class);
    return new Executor(
            world,
            world,
            options,
            (now, signalled) -> Planner.plan(now, Selves.ALICE, options, Set.of(), signalled),
            before,
            Waiter.Progress.SILENT,
            audit::add)
        .run(seen, Consent.to((Plan.Steps) plan, FakeWorld.SINCE));
  }

  Report run() {
    return run(FreeOptions.DEFAULT);
  }

  /** Each act as {@code terminate 10 15 exited}. */
  List<String> told(List<Report.Action> acts) {
    return acts.stream()
        .map(act ->
            act.remedy().word()
                + act.pid().map(Pid::number).map(pid -> " " + pid).orElse("")
                + act.signal().map(signal -> " " + signal.number()).orElse("")
                + " "
                + act.result().word())
        .toList();
  }

  void assertEnded(Report report, Outcome outcome, String... acts) {
    assertThat(told(report.steps())).containsExactly(acts);
    assertThat(report.outcome()).isEqualTo(outcome);
    assertThat(audit).isEqualTo(report.steps());
  }
}
