package inuse.zoo;

import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.FREE_WITH_REUSEADDR;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ports that are held for a command: what it gets, and what ends with what. */
final class HoldForCommandTest extends Scenarios {
  private static final String STAYS = "echo \"pid $$\"; exec cat";

  HoldForCommandTest() {
    super(Way.EXECUTABLE);
  }

  private Running held() {
    Running hold = lab.startThrough("hold", "8080", "--", "sh", "-c", STAYS);
    hold.awaitLine("pid");
    return hold;
  }

  @Test
  void theNumbersAndTheStatusAreTheCommands() {
    Output output =
        lab.runThrough(
            "hold",
            "8080",
            "8081",
            "--",
            "sh",
            "-c",
            "echo $PORT $PORT2 $0 $1; exit 7",
            "{port}",
            "{port2}");

    assertThat(output.exitCode()).as("%s", output).isEqualTo(7);
    assertThat(output.standardOutput()).isEqualTo("8080 8081 8080 8081\n");
    lab.ask("8080").says(FREE).becauseNothing();
  }

  @Test
  void whatCannotBeStartedSaysWhy() {
    lab.runThrough("hold", "--", "no-such-program").assertRefused(127);
    lab.runThrough("hold", "--", "/etc/passwd").assertRefused(126);
    lab.runThrough("hold", "--").assertRefused(125);
    lab.runThrough("hold", "udp/53", "--", "true").assertRefused(125);
  }

  @Test
  void theAnswerSaysForWhat() {
    Running hold = held();

    lab.ask("8080")
        .says(FREE_WITH_REUSEADDR)
        .because("held-port")
        .heldBy(hold)
        .cause("held-port")
        .summary(") for sh -c ");
  }

  @Test
  void signalsReachTheCommandAndItsEndIsTheirs() {
    Running hold = held();

    hold.signal("TERM");

    assertThat(hold.awaitExit()).isEqualTo(143);
    lab.ask("8080").says(FREE).becauseNothing();
  }

  @Test
  void freeEndsTheHolderAndItsCommand() {
    Running hold = held();
    long command = Long.parseLong(hold.awaitLine("pid"));

    assertThat(lab.runThrough("free", "--dry-run", "8080").standardOutput())
        .contains("with it may go its child cat (pid " + command + ")");
    lab.free("8080").outcome("freed").provedByBind();

    assertThat(hold.awaitExit()).isEqualTo(143);
    assertThat(ProcessHandle.of(command)).isEmpty();
  }

  @Test
  void oneThatIsKilledGivesItsPortUpAndItsCommandIsAskedToEnd() {
    Running hold = held();
    ProcessHandle command = ProcessHandle.of(Long.parseLong(hold.awaitLine("pid"))).orElseThrow();

    hold.signal("KILL");
    hold.awaitExit();

    Running.await("the end of the command", () -> !command.isAlive());
    lab.ask("8080").says(FREE).becauseNothing();
  }

  @Test
  void theCommandInheritsNoHeldPort() {
    Output output = lab.runThrough("hold", "8080", "--", "sh", "-c", "ls -l /proc/self/fd");

    assertThat(output.standardOutput()).contains(" 2 -> ").doesNotContain("socket:");
  }

  @Test
  void twoThousandAreHeldAtOnceAndTheCommandKeepsItsOwnLimit() {
    Output output =
        lab.output(
            "sh",
            "-c",
            "ulimit -S -n 1024; exec "
                + Programs.EXECUTABLE
                + " hold --count 2000 -- sh -c 'ulimit -S -n; env | grep -c \"^PORT[0-9]*=\"'");

    assertThat(output.exitCode()).as("%s", output).isZero();
    // PORT and PORT1 are the same.
    assertThat(output.standardOutput()).isEqualTo("1024\n2001\n");
  }

  @Test
  void whereMoreDescriptorsAreNotAllowedThatIsSaid() {
    Output output =
        lab.output("sh", "-c", "ulimit -n 100; exec " + Programs.EXECUTABLE + " hold --count 200");

    assertThat(output.exitCode()).as("%s", output).isEqualTo(1);
    assertThat(output.standardError()).contains("EMFILE").contains("ulimit -n");
  }

  @Test
  void whatTheFormerServerLeftInTimeWaitIsNoObstacle() {
    lab.leaveTimeWait("set s reuseaddr");

    Running hold = held();

    lab.ask("8080").because("held-port", "time-wait").heldBy(hold);
    assertThat(lab.runThrough("hold", "8080", "--", "true").exitCode()).isEqualTo(125);
  }

  @Test
  void aServiceKeepsItsPortBetweenTwoRuns() {
    Running run =
        lab.startThrough(
            "run",
            "--hold",
            "-p",
            "8080",
            "--restart",
            "always",
            "-q",
            "--",
            "sh",
            "-c",
            "echo port $PORT; echo \"pid $$\"; exec cat");
    long first = Long.parseLong(run.awaitLine("pid"));
    ProcessHandle.of(first).orElseThrow().destroyForcibly();

    assertThat(Long.parseLong(run.awaitNext("pid"))).isNotEqualTo(first);
    assertThat(run.said("port")).containsExactly("8080");
    lab.ask("8080").because("held-port").heldBy(run);
  }

  @Test
  void aServerWithoutTheOptionGetsItUnderTheGuard() {
    String[] server = {
      Programs.HOLD.toString(), "socket s tcp4", "bind s 0.0.0.0 8080", "listen s"
    };

    Output refused = lab.runThrough(line(server, "run", "--hold", "-p", "8080", "--"));
    Running served =
        lab.startThrough(
            line(server, "run", "--hold", "-p", "8080", "--guard", "--reuseaddr", "--"));

    assertThat(refused.standardOutput()).contains("EADDRINUSE");
    served.awaitReady();
  }

  private static String[] line(String[] more, String... words) {
    return Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(String[]::new);
  }
}
