package inuse.run;

import static inuse.kernel.abi.Constants.POLLHUP;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.kernel.Errno;
import inuse.run.handover.RefusedBind;
import inuse.run.process.TaskRights;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HelperProcessTest {
  private static final String INUSE = "/proc/self/exe";
  private static final HelperCommand COMMAND =
      new HelperCommand(
          HelperCommand.Task.RESOLVE,
          "replace",
          new RefusedBind(
              Protocol.TCP,
              new Endpoint(IpAddress.parse("127.0.0.1").orElseThrow(), new Port(8080)),
              false,
              false,
              false,
              Optional.empty(),
              new Uid(1000)),
          Optional.empty(),
          Optional.empty(),
          false,
          false,
          false,
          List.of("server"));

  private static final int BINDER = 77;

  private static final TaskRights RIGHTS = TaskRights.read("33 34 400 4,27").orElseThrow();

  private final RunHost host = new RunHost();
  private final HelperProcess helper = new HelperProcess(host.machine, List.of("PATH=/bin", "A=1"));

  HelperProcessTest() {
    host.kernel.file("/dev/null", "").program(INUSE, line -> Optional.empty());
  }

  private boolean isHungUp(int line) {
    int[] events = new int[1];
    host.kernel.awaitInputs(new int[] {line}, events, 0);
    return (events[0] & POLLHUP) != 0;
  }

  @Test
  void itIsThisInuseWithTheWordsOfTheCommand() {
    assertThat(helper.resolve(COMMAND, BINDER, RIGHTS, Optional.empty()))
        .isEqualTo(RunHost.PROGRAM);
    assertThat(host.kernel.spawned()).containsExactly(String.join(" ", COMMAND.words()));
  }

  @Test
  void itHasOurEnvironmentAndKnowsItsSupervisorAndTheRightsOfTheTask() {
    helper.resolve(COMMAND, BINDER, RIGHTS, Optional.empty());
    assertThat(host.kernel.environments())
        .containsExactly(
            List.of(
                "PATH=/bin",
                "A=1",
                "INUSE_RIGHTS=33 34 400 4,27",
                "INUSE_SUPERVISOR=" + RunHost.SELF,
                "INUSE_BINDER=77"));
  }

  @Test
  void whatOurOwnEnvironmentSaysOfThatIsOfNoAccount() {
    HelperProcess other =
        new HelperProcess(
            host.machine,
            List.of("INUSE_RIGHTS=0 0 ffff 0", "INUSE_SUPERVISOR=1", "INUSE_BINDER=2", "B=2"));
    other.resolve(COMMAND, BINDER, RIGHTS, Optional.empty());
    assertThat(host.kernel.environments().getFirst())
        .containsExactly(
            "B=2",
            "INUSE_RIGHTS=33 34 400 4,27",
            "INUSE_SUPERVISOR=" + RunHost.SELF,
            "INUSE_BINDER=77");
  }

  @Test
  void itReadsNothingAndWhatItSaysIsAmongOurErrors() {
    int pid = helper.resolve(COMMAND, BINDER, RIGHTS, Optional.empty());
    assertThat(host.kernel.streams(pid)).containsExactly("/dev/null", "copy of 2", "copy of 2");
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  @Test
  void whatCannotBeStartedIsAnErrnoAndNothingStaysOpen() {
    host.kernel.refuse("posix_spawn", INUSE, Errno.EAGAIN);
    assertThat(helper.resolve(COMMAND, BINDER, RIGHTS, Optional.empty()))
        .isEqualTo(-Errno.EAGAIN.code());
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  @Test
  void whatLendsAListenerHasTheOtherEndOfTheLineForItsInput() {
    int line = helper.lend(COMMAND, RIGHTS);
    assertThat(host.kernel.streams(RunHost.PROGRAM))
        .containsExactly("unix pair", "copy of 2", "copy of 2");
    assertThat(host.kernel.openDescriptors()).containsExactly("unix pair");
    assertThat(isHungUp(line)).isFalse();
    host.kernel.endChild("");
    assertThat(isHungUp(line)).isTrue();
  }

  @Test
  void theLineToWhatCannotBeStartedIsHungUp() {
    host.kernel.refuse("posix_spawn", INUSE, Errno.EAGAIN);
    assertThat(isHungUp(helper.lend(COMMAND, RIGHTS))).isTrue();
    assertThat(host.kernel.openDescriptors()).containsExactly("unix pair");
  }

  @Test
  void withoutALineNothingIsStarted() {
    host.kernel.refuse("socketpair", "", Errno.EMFILE);
    assertThat(helper.lend(COMMAND, RIGHTS)).isNegative();
    assertThat(host.kernel.spawned()).isEmpty();
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }
}
