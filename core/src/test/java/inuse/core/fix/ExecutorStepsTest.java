package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.SocketBuilder.timeWait;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Explainer;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.RemedyCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps through others, and that no step is taken that is not needed any more. */
final class ExecutorStepsTest {
  private static final Remedy STOP =
      new Remedy(Remedy.Id.STOP_UNIT, List.of("systemctl", "stop", "a"), false, Phrase.of("stops"));
  private static final Remedy DOCKER =
      new Remedy(Remedy.Id.STOP_CONTAINER, List.of("docker", "stop", "a"), false, Phrase.of("s"));
  private static final Step CONTAINER =
      new Step.StopContainer(
          Vouched.by(Uid.ROOT, new Container(Container.Engine.DOCKER, "0123456789ab")), DOCKER);
  private static final Victim VICTIM =
      new Victim(
          holder(10, "app").build().identity(),
          new Untrusted("app"),
          List.of(),
          false,
          Optional.empty(),
          Optional.empty());
  private static final Step END = new Step.EndProcesses(List.of(VICTIM));
  private static final Step REMOVE =
      new Step.RemoveFile(new UnixTarget.Path(new Untrusted("/run/a.sock")));
  private static final Step DESTROY =
      new Step.DestroySockets(List.of(timeWait(9).inode(7).build(), timeWait(9).inode(8).build()));
  private static final String RUN = "run systemctl stop a 15000";

  private final FakeWorld world = new FakeWorld().listens(100, 10);
  private final List<Report.Action> audit = new ArrayList<>();
  private Plan next = new Plan.Refused(Phrase.of("no"), RemedyCommand.NONE);

  private Executor executor(FreeOptions options) {
    return new Executor(
        world,
        world,
        options,
        (now, signalled) -> next,
        Set.of(),
        Waiter.Progress.SILENT,
        audit::add);
  }

  private Report watch() {
    return executor(FreeOptions.DEFAULT).watch();
  }

  private Report run(FreeOptions options, Step... steps) {
    return executor(options).run(world.diagnose(), Consent.to(new Plan.Steps(List.of(steps)), 0));
  }

  private Report run(Step... steps) {
    return run(FreeOptions.DEFAULT, steps);
  }

  private static List<String> told(Report report) {
    return report.steps().stream()
        .map(one -> one.remedy().word() + " " + one.result().word())
        .toList();
  }

  @Test
  void everythingIsDoneInTheOrderOfThePlanAndTold() {
    Report report = run(Allow.noKill(), new Step.Command(STOP), CONTAINER, END, DESTROY, REMOVE);

    assertThat(world.acts)
        .containsExactly(
            RUN,
            "stop 10000",
            "hold 10",
            "signal 10 15",
            "destroy 7",
            "destroy 8",
            "remove /run/a.sock");
    assertThat(told(report))
        .containsExactly(
            "stop-unit done",
            "stop-container done",
            "terminate survived",
            "destroy-socket done",
            "destroy-socket done",
            "remove-socket-file done");
    assertThat(audit).isEqualTo(report.steps());
    assertThat(report.outcome()).isEqualTo(Outcome.STILL_HELD);
  }

  @ParameterizedTest
  @ValueSource(strings = {RUN, "stop 10000", "signal 10 15", "destroy 8"})
  void whatIsFreeAlreadyIsNotFreedAgain(String act) {
    world.on(act, () -> world.close(100));

    Report report = run(Allow.noKill(), new Step.Command(STOP), CONTAINER, END, DESTROY, REMOVE);

    assertThat(world.acts).endsWith(act);
    assertThat(report.outcome()).isEqualTo(Outcome.FREED);
  }

  @ParameterizedTest
  @ValueSource(strings = {RUN, "stop 10000", "signal 10 15", "destroy 8", "remove /run/a.sock"})
  void nothingMoreIsDoneAfterAnInterruption(String act) {
    world.on(act, world::interrupt);

    next = new Plan.Steps(List.of(END));
    Report report = run(new Step.Command(STOP), CONTAINER, END, DESTROY, REMOVE);

    assertThat(world.acts).endsWith(act);
    assertThat(report.interrupted()).isTrue();
    assertThat(report.outcome()).isEqualTo(Outcome.STILL_HELD);
    assertThat(report.steps()).isNotEmpty();
  }

  @Test
  void whereNoEngineAnswersItsCommandIsRun() {
    world.answer = Effects.Result.UNAVAILABLE;

    Report report = run(CONTAINER);

    assertThat(world.acts).containsExactly("stop 10000", "run docker stop a 15000");
    assertThat(told(report)).containsExactly("stop-container unavailable");
    assertThat(report.steps().getFirst().said().bytes()).isEqualTo("said");
  }

  @ParameterizedTest
  @EnumSource(
      value = Effects.Result.class,
      names = {"DENIED", "FAILED", "SURVIVED", "RELEASED"})
  void whatAnEngineSaidIsSaid(Effects.Result result) {
    world.answer = result;

    assertThat(told(run(CONTAINER))).containsExactly("stop-container " + result.word());
    assertThat(world.acts).containsExactly("stop 10000");
  }

  @Test
  void aCommandMayTakeNoLongerThanTheTimeThatIsLeft() {
    run(
        Allow.times(Duration.ofSeconds(10), Duration.ZERO, Optional.of(Duration.ofMillis(700))),
        new Step.Command(STOP));

    assertThat(world.acts).containsExactly("run systemctl stop a 700");
  }

  @ParameterizedTest
  @CsvSource({"41001, 46001", ", 120000"})
  void aTimerIsWaitedForAndALittleLonger(Long timer, long most) {
    world.remains = true;

    Report report = run(new Step.Wait(Optional.ofNullable(timer).map(Duration::ofMillis)));

    assertThat(told(report)).containsExactly("wait survived");
    assertThat(report.outcome()).isEqualTo(Outcome.STILL_HELD);
    assertThat(report.steps().getFirst().afterMillis()).isEqualTo(most);
  }

  @Test
  void whatTimeGaveBackIsFreed() {
    world.remains = true;
    world.in(37_000, () -> world.close(100));

    Report report = run(new Step.Wait(Optional.of(Duration.ofSeconds(37))));

    assertThat(told(report)).containsExactly("wait done");
    assertThat(report.steps().getFirst().afterMillis()).isEqualTo(37_000);
    assertThat(report.outcome()).isEqualTo(Outcome.FREED);
  }

  @Test
  void anInterruptedWaitSaysSo() {
    world.remains = true;
    world.in(300, world::interrupt);

    Report report = run(new Step.Wait(Optional.of(Duration.ofSeconds(37))), END);

    assertThat(told(report)).containsExactly("wait survived");
    assertThat(report.interrupted()).isTrue();
    assertThat(world.acts).isEmpty();
  }

  @Test
  void whereSomebodyHasItTimeIsOfNoUse() {
    Report report = run(new Step.Wait(Optional.of(Duration.ofSeconds(37))));

    assertThat(report.steps()).isEmpty();
    assertThat(report.outcome()).isEqualTo(Outcome.STILL_HELD);
    assertThat(world.awaits).allSatisfy(most -> assertThat(most).isLessThan(3000));
  }

  @Test
  void whoTakesItWhileItIsWaitedForIsNoticed() {
    world.remains = true;
    world.in(
        2000,
        () -> {
          world.remains = false;
          world.close(100);
          world.listens(300, 30);
        });
    long began = world.nowMillis();

    Report report = run(new Step.Wait(Optional.of(Duration.ofSeconds(60))));

    assertThat(report.outcome()).isEqualTo(Outcome.RESPAWNED);
    assertThat(world.nowMillis() - began).isLessThan(5000);
  }

  @Test
  void whatIsFreeAtTheFirstLookIsWatchedAllTheSame() {
    world.close(100);
    world.in(600, () -> world.listens(300, 30));

    assertThat(watch().outcome()).isEqualTo(Outcome.RESPAWNED);
  }

  @Test
  void whatStaysFreeWasFreeAlready() {
    world.close(100);
    long began = world.nowMillis();

    assertThat(watch().outcome()).isEqualTo(Outcome.ALREADY_FREE);
    assertThat(world.nowMillis() - began).isEqualTo(1000);
  }

  @Test
  void howLongItIsRefusedToOthersIsPartOfTheReport() {
    world.close(100);
    world.free = AddressMonitor.Proof.REUSE;
    world.untilNext = Optional.of(Duration.ofSeconds(43));

    Report report = watch();

    assertThat(report.proof()).isEqualTo(AddressMonitor.Proof.REUSE);
    assertThat(report.rest()).contains(Duration.ofSeconds(43));
  }

  @Test
  void theSamePlanAgainIsNotTriedAgain() {
    next = new Plan.Steps(List.of(new Step.Command(STOP)));

    assertThat(run(new Step.Command(STOP)).outcome()).isEqualTo(Outcome.STILL_HELD);
    assertThat(world.acts).hasSize(1);
  }

  @Test
  void aDenialOfAllIsADenial() {
    world.answer = Effects.Result.DENIED;
    next = new Plan.Steps(List.of(DESTROY));

    assertThat(run(DESTROY).outcome()).isEqualTo(Outcome.DENIED);
  }

  @Test
  void whatRemainsAndIsDeniedIsHeldStillWhereSomethingWasDone() {
    next = new Plan.Denied(Phrase.of("no"), true);

    assertThat(run(REMOVE).outcome()).isEqualTo(Outcome.STILL_HELD);
  }

  @Test
  void whatNobodyHoldsAnyMoreAndIsNotFreeIsStillHeld() {
    next = new Plan.Nothing();

    assertThat(run(REMOVE).outcome()).isEqualTo(Outcome.STILL_HELD);
  }

  @Test
  void aListenerThatWasThereBeforeIsNobodyNew() {
    world.listens(200, 20);

    Report report =
        new Executor(
                world,
                world,
                Allow.noKill(),
                (now, signalled) -> next,
                Set.of(),
                Waiter.Progress.SILENT,
                audit::add)
            .run(
                Explainer.explain(
                    snapshot().blocked().sockets(listener(), listener().inode(200)).build()),
                Consent.to(new Plan.Steps(List.of(END)), 0));

    assertThat(report.outcome()).isEqualTo(Outcome.STILL_HELD);
  }
}
