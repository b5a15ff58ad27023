package inuse.run;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.CLD_EXITED;
import static inuse.kernel.abi.Constants.CLD_STOPPED;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.ChildChange;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.run.guard.GuardOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SupervisedProgramTest {
  private static final int CLD_KILLED = 2;
  private static final GuardOptions GUARD =
      new GuardOptions(false, false, false, (refusal, binder) -> 0);

  private final FakeKernel kernel = new FakeKernel();

  @AfterEach
  void nothingButThePidfdIsOpen() {
    assertThat(kernel.openDescriptors()).isSubsetOf("pidfd 9000", "seccomp", "socket 2");
  }

  private SupervisedProgram started(OptionsBuilder options) {
    SupervisedProgram program = new SupervisedProgram(kernel, options.build());
    assertThat(program.start()).isEqualTo(9000);
    return program;
  }

  @Test
  void itGetsItsWordsItsEnvironmentAndItsSockets() {
    int socket = kernel.socket(AF_INET, SOCK_STREAM, 0);
    started(new OptionsBuilder().sockets(socket).environment("A=1"));
    assertThat(kernel.processes().launches()).hasSize(1);
    assertThat(kernel.processes().launches().getFirst().path()).isEqualTo("/bin/server");
    assertThat(kernel.processes().launches().getFirst().arguments())
        .containsExactly("server", "-v");
    assertThat(kernel.processes().launches().getFirst().environment()).containsExactly("A=1");
    assertThat(kernel.processes().launches().getFirst().sockets())
        .containsExactly(kernel.socketOf(socket).inode());
  }

  @Test
  void itRunsUnderNoFilterUnlessItIsGuarded() {
    assertThat(started(new OptionsBuilder()).listener()).isNegative();
    assertThat(kernel.processes().launches().getFirst().filtered()).isFalse();
  }

  @Test
  void aGuardedOneRunsUnderAFilterThatTellsOfItsCalls() {
    assertThat(started(new OptionsBuilder().guarded(GUARD)).listener()).isPositive();
    assertThat(kernel.processes().launches().getFirst().filtered()).isTrue();
    assertThat(kernel.openDescriptors()).containsExactlyInAnyOrder("pidfd 9000", "seccomp");
  }

  @Test
  void aKernelWithoutNotificationsSaysSo() {
    kernel.refuse("seccomp", "", new Errno(16));
    assertThat(started(new OptionsBuilder().guarded(GUARD)).listener()).isEqualTo(-16);
  }

  @Test
  void socketsThatAServiceManagerPassedToInuseAreTheProgramsOwn() {
    started(new OptionsBuilder().environment("LISTEN_FDS=1", "LISTEN_PID=4242"));
    assertThat(kernel.processes().launches().getFirst().ownListenPid()).isTrue();
  }

  @Test
  void aListenPidOfAnotherProcessIsLeftAlone() {
    started(new OptionsBuilder().environment("LISTEN_FDS=1", "LISTEN_PID=42"));
    assertThat(kernel.processes().launches().getFirst().ownListenPid()).isFalse();
  }

  @Test
  void aProgramThatCannotBeStartedSaysWhyAndOpensNothing() {
    kernel.refuse("launch", "/bin/server", Errno.EACCES);
    assertThat(new SupervisedProgram(kernel, new OptionsBuilder().build()).start())
        .isEqualTo(-Errno.EACCES.code());
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void itsStatusIsItsExitStatus() {
    SupervisedProgram program = started(new OptionsBuilder());
    assertThat(program.status()).isEmpty();
    program.changed(new ChildChange(9000, CLD_EXITED, 7));
    assertThat(program.status()).hasValue(7);
  }

  @Test
  void orAsInAShell128AndTheSignalThatEndedIt() {
    SupervisedProgram program = started(new OptionsBuilder());
    program.changed(new ChildChange(9000, CLD_KILLED, 9));
    assertThat(program.status()).hasValue(137);
  }

  @Test
  void whatCannotBeStartedAgainHasTheStatusOfEnv() {
    SupervisedProgram program = new SupervisedProgram(kernel, new OptionsBuilder().build());
    program.failed();
    assertThat(program.status()).hasValue(126);
  }

  @Test
  void aStopStopsTheSupervisorTooAndBothGoOnTogether() {
    started(new OptionsBuilder()).changed(new ChildChange(9000, CLD_STOPPED, 20));
    assertThat(kernel.signals()).isEqualTo(List.of("4242 19", "9000 18"));
  }

  @Test
  void aStopByAnotherProcessIsLeftAlone() {
    started(new OptionsBuilder()).changed(new ChildChange(9000, CLD_STOPPED, 19));
    assertThat(kernel.signals()).isEmpty();
  }

  @Test
  void onlyItsOwnPidIsItself() {
    SupervisedProgram program = started(new OptionsBuilder());
    assertThat(program.is(9000)).isTrue();
    assertThat(program.is(9001)).isFalse();
  }
}
