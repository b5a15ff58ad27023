package inuse.run;

import static inuse.kernel.abi.Constants.SI_KERNEL;
import static inuse.run.RunHost.MILLI;
import static inuse.run.RunHost.PROGRAM;
import static inuse.run.RunHost.SECOND;
import static inuse.run.RunHost.SELF;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Errno;
import inuse.kernel.abi.Constants;
import inuse.run.guard.GuardOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SupervisorTest {
  private static final int HUP = 1;
  private static final int INT = 2;
  private static final int KILL = 9;
  private static final int TERM = 15;
  private static final int CONT = 18;
  private static final int BIND = 49;

  private final RunHost host = new RunHost();
  private final OptionsBuilder options = new OptionsBuilder();

  /** What is open when inuse exits: its signals, the last program, and nothing of former ones. */
  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(host.kernel.openDescriptors())
        .filteredOn(one -> !one.equals("signalfd") && !one.startsWith("pidfd "))
        .isEmpty();
    assertThat(host.kernel.openDescriptors())
        .filteredOn(one -> one.startsWith("pidfd "))
        .hasSizeLessThan(2);
  }

  private int run() {
    return new Supervisor(host.machine, options.build()).run();
  }

  private void after(long millis, Runnable action) {
    host.kernel.later(millis * MILLI, action);
  }

  private void exits(int pid, int status) {
    host.kernel.processes().ends(pid, status);
  }

  private void comes(int signal) {
    host.kernel.processes().raise(signal, 0);
  }

  private long now() {
    return host.kernel.clockNanos(Constants.CLOCK_MONOTONIC);
  }

  @Test
  void itsStatusIsThatOfTheProgram() {
    after(1_000, () -> exits(PROGRAM, 3));
    assertThat(run()).isEqualTo(3);
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void aProgramThatCannotBeStartedIsAnErrno() {
    host.kernel.refuse("launch", "/bin/server", Errno.EACCES);
    assertThat(run()).isEqualTo(-Errno.EACCES.code());
  }

  @Test
  void whereNoSignalCanBeHeardNothingIsStarted() {
    host.kernel.refuse("signalfd", "", new Errno(24));
    assertThat(run()).isEqualTo(-24);
    assertThat(host.kernel.processes().launches()).isEmpty();
  }

  @Test
  void signalsAreForwarded() {
    after(100, () -> comes(HUP));
    host.kernel.onSignal(PROGRAM, HUP, () -> exits(PROGRAM, 0));
    assertThat(run()).isZero();
    assertThat(host.kernel.signals()).containsExactly(PROGRAM + " " + HUP);
  }

  @Test
  void whatTheTerminalSendsHasReachedTheProgramAlready() {
    after(100, () -> host.kernel.processes().raise(INT, SI_KERNEL));
    after(200, () -> exits(PROGRAM, 130));
    assertThat(run()).isEqualTo(130);
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void whatIsLeftBehindIsStopped() {
    host.orphan(9500);
    host.kernel.onSignal(9500, TERM, () -> exits(9500, 0));
    after(100, () -> exits(PROGRAM, 4));
    assertThat(run()).isEqualTo(4);
    assertThat(host.kernel.signals()).containsExactly("9500 " + TERM, "9500 " + CONT);
  }

  @Test
  void whatDoesNotEndInItsGraceIsKilled() {
    host.orphan(9500);
    host.kernel.onSignal(9500, KILL, () -> exits(9500, 0));
    long before = now();
    after(100, () -> exits(PROGRAM, 0));
    assertThat(run()).isZero();
    assertThat(host.kernel.signals())
        .containsExactly("9500 " + TERM, "9500 " + CONT, "9500 " + KILL, "9500 " + CONT);
    assertThat(now() - before).isBetween(3 * SECOND, 4 * SECOND);
  }

  @Test
  void whatSurvivesEvenThatIsNotWaitedForForEver() {
    host.orphan(9500);
    long before = now();
    after(100, () -> exits(PROGRAM, 5));
    assertThat(run()).isEqualTo(5);
    assertThat(now() - before).isBetween(8 * SECOND, 9 * SECOND);
  }

  @Test
  void daemonsAreWaitedForWhereTheyAreToBeKept() {
    options.keepDaemons();
    host.orphan(9500);
    after(100, () -> exits(PROGRAM, 0));
    after(60_000, () -> exits(9500, 0));
    long before = now();
    assertThat(run()).isZero();
    assertThat(now() - before).isGreaterThanOrEqualTo(60 * SECOND);
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void aSignalToEndReachesDaemonsWhenTheProgramHasEnded() {
    options.keepDaemons();
    host.orphan(9500);
    host.kernel.onSignal(9500, TERM, () -> exits(9500, 0));
    after(100, () -> exits(PROGRAM, 0));
    after(200, () -> comes(TERM));
    assertThat(run()).isZero();
    assertThat(host.kernel.signals()).startsWith("9500 " + TERM);
  }

  @Test
  void aProgramThatFailsIsStartedAgainAtOnceAndThenAfterPauses() {
    options.restart(Restart.ON_FAILURE);
    after(100, () -> exits(9000, 1));
    after(200, () -> exits(9001, 2));
    after(1_000, () -> exits(9002, 0));
    assertThat(run()).isZero();
    assertThat(options.told)
        .containsExactly("restarts after 1 in 0 ms", "restarts after 2 in 100 ms");
    assertThat(host.kernel.processes().launches()).hasSize(3);
  }

  @Test
  void aProgramThatIsToldToEndIsNotStartedAgain() {
    options.restart(Restart.ALWAYS);
    after(100, () -> comes(TERM));
    host.kernel.onSignal(9000, TERM, () -> exits(9000, 0));
    assertThat(run()).isZero();
    assertThat(host.kernel.processes().launches()).hasSize(1);
  }

  @Test
  void aSignalToEndIsHeardInThePauseToo() {
    options.restart(Restart.ALWAYS);
    after(100, () -> exits(9000, 1));
    after(200, () -> exits(9001, 1));
    after(250, () -> comes(TERM));
    assertThat(run()).isEqualTo(1);
    assertThat(host.kernel.processes().launches()).hasSize(2);
  }

  @Test
  void aProgramThatCannotBeStartedAgainIsTriedAgain() {
    options.restart(Restart.ON_FAILURE);
    after(
        100,
        () -> {
          exits(9000, 1);
          host.kernel.refuse("launch", "/bin/server", new Errno(12));
        });
    after(150, () -> host.kernel.allow("launch", "/bin/server"));
    after(1_000, () -> exits(9001, 0));
    assertThat(run()).isZero();
    assertThat(options.told)
        .containsExactly("restarts after 1 in 0 ms", "restarts after 126 in 100 ms");
  }

  @Test
  void whatTheFormerRunLeftBehindIsStoppedBeforeTheNext() {
    options.restart(Restart.ON_FAILURE);
    host.orphan(9500);
    host.kernel.onSignal(
        9500,
        TERM,
        () -> {
          assertThat(host.kernel.processes().launches()).hasSize(1);
          exits(9500, 0);
        });
    after(100, () -> exits(9000, 1));
    after(200, () -> exits(9001, 0));
    assertThat(run()).isZero();
    assertThat(host.kernel.signals()).startsWith("9500 " + TERM);
  }

  @Test
  void aHundredRestartsLeaveNoDescriptorBehind() {
    options.restart(Restart.ALWAYS);
    for (int i = 0; i < 100; i++) {
      int pid = 9000 + i;
      after(20_000L * (i + 1), () -> exits(pid, 0));
    }
    after(20_000L * 100 + 10_000, () -> comes(TERM));
    host.kernel.onSignal(9100, TERM, () -> exits(9100, 0));
    assertThat(run()).isZero();
    assertThat(host.kernel.processes().launches()).hasSize(101);
  }

  @Test
  void theManagerHearsWhenTheProgramIsReadyAndWhenItStops() {
    options
        .readyAfter(Duration.ofSeconds(2))
        .manager(new NotifySocket(host.machine, "/run/notify"));
    after(1_900, () -> assertThat(host.kernel.datagrams()).isEmpty());
    after(2_100, () -> assertThat(host.kernel.datagrams()).hasSize(1));
    after(3_000, () -> comes(TERM));
    host.kernel.onSignal(PROGRAM, TERM, () -> exits(PROGRAM, 0));
    assertThat(run()).isZero();
    assertThat(host.kernel.datagrams())
        .containsExactly("/run/notify READY=1\nMAINPID=" + SELF + "\n", "/run/notify STOPPING=1\n");
  }

  @Test
  void withoutAGuardAProgramIsReadyWhenItIsStarted() {
    options.manager(new NotifySocket(host.machine, "/run/notify"));
    after(100, () -> assertThat(host.kernel.datagrams()).hasSize(1));
    after(200, () -> exits(PROGRAM, 0));
    assertThat(run()).isZero();
  }

  @Test
  void whereBindsCannotBeLookedAtTheProgramRunsAllTheSame() {
    options.guarded(new GuardOptions(false, false, false, (refusal, binder) -> 0));
    host.kernel.refuse("seccomp", "", new Errno(16));
    after(100, () -> exits(PROGRAM, 0));
    assertThat(run()).isZero();
    assertThat(options.told).containsExactly("unguarded OtherSupervisor[]");
  }

  @Test
  void bindsAreLookedAtUntilNothingRunsUnderTheFilter() {
    options.guarded(new GuardOptions(false, false, false, (refusal, binder) -> 0));
    after(100, () -> host.kernel.seccomp().calls(PROGRAM, BIND, 3, 0x7000, 16));
    after(200, host.kernel.seccomp()::hangUp);
    after(300, () -> exits(PROGRAM, 0));
    assertThat(run()).isZero();
    assertThat(host.kernel.seccomp().answers()).containsExactly("1 goes on");
  }

  @Test
  void aCallThatWaitsGoesOnWhenItsConflictProcessEnds() {
    options.guarded(new GuardOptions(false, false, false, (refusal, binder) -> conflict()));
    host.socket(PROGRAM, 3, 300);
    host.process(PROGRAM, SELF);
    host.kernel.binds((socket, address) -> -Errno.EADDRINUSE.code());
    host.kernel.seccomp().memory(PROGRAM, 0x7000, RunHost.v4(8080));
    after(100, () -> host.kernel.seccomp().calls(PROGRAM, BIND, 3, 0x7000, 16));
    after(500, () -> assertThat(host.kernel.seccomp().answers()).isEmpty());
    after(600, () -> exits(9700, 0));
    after(700, () -> assertThat(host.kernel.seccomp().answers()).containsExactly("1 goes on"));
    after(800, host.kernel.seccomp()::hangUp);
    after(900, () -> exits(PROGRAM, 0));
    assertThat(run()).isZero();
  }

  @Test
  void aSignalToEndLetsWaitingCallsGoOnAndEndsTheConflictProcess() {
    options.guarded(new GuardOptions(false, false, false, (refusal, binder) -> conflict()));
    host.socket(PROGRAM, 3, 300);
    host.process(PROGRAM, SELF);
    host.kernel.binds((socket, address) -> -Errno.EADDRINUSE.code());
    host.kernel.seccomp().memory(PROGRAM, 0x7000, RunHost.v4(8080));
    host.kernel.onSignal(9700, TERM, () -> exits(9700, 0));
    after(100, () -> host.kernel.seccomp().calls(PROGRAM, BIND, 3, 0x7000, 16));
    after(200, () -> comes(TERM));
    after(300, host.kernel.seccomp()::hangUp);
    after(400, () -> exits(PROGRAM, 0));
    assertThat(run()).isZero();
    assertThat(host.kernel.seccomp().answers()).containsExactly("1 goes on");
    assertThat(host.kernel.signals()).contains("9700 " + TERM, PROGRAM + " " + TERM);
  }

  private int conflict() {
    host.orphan(9700);
    return 9700;
  }
}
