package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Listeners whose parent is gone, and others that only look so. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class OrphanTest extends Scenarios {
  OrphanTest(Way way) {
    super(way);
  }

  private static final String[] LISTENS = {"socket s tcp4", "bind s 0.0.0.0 8080", "listen s"};

  private Running start(String before, String after) {
    String[] steps = new String[5];
    steps[0] = before;
    System.arraycopy(LISTENS, 0, steps, 1, 3);
    steps[4] = after;
    return lab.startHold(steps);
  }

  @Test
  void whatAKilledParentLeftBehindIsAnOrphan() {
    Running session =
        lab.startHold(
            "session", "maker", "socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "orphan");
    long orphan = session.awaitFork();

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("orphaned-child").heldBy(orphan);
    diagnosis.cause("orphaned-child").summary("left over").hasRemedy("terminate");
    diagnosis.notes().firstRemedyGivesItBack();
  }

  @Test
  void anOrphanOfAShellsSessionIsOneToo() {
    Running shell =
        lab.startOwn(
            "setsid",
            "sh",
            "-c",
            "\"$@\"; exit $?",
            "sh",
            Programs.HOLD.toString(),
            "maker",
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s",
            "orphan");
    long orphan = shell.awaitFork();

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("orphaned-child").heldBy(orphan);
    diagnosis.firstRemedyGivesItBack();
  }

  /** As npm starts a shell, and the shell the server. */
  @Test
  void aServerBelowAShellThatLostItsParentIsOneToo() {
    Running shell =
        lab.startOwn(
            "setsid",
            "sh",
            "-c",
            "exec 3<&0; (sh -c '\"$@\" <&3 & echo fork $!; wait' sh \"$@\" &); cat <&3",
            "sh",
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s");
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("orphaned-child").heldBy(shell.awaitFork());
    diagnosis.cause("orphaned-child").summary("left over");
    diagnosis.notes().firstRemedyGivesItBack();
  }

  /** As a test run starts servers, below a script that was put into the background. */
  @Test
  void aServerWhoseStarterLivesIsNoOrphanWhoeverLostItsParentAboveIt() {
    Running shell =
        lab.startOwn(
            "setsid",
            "sh",
            "-c",
            "exec 3<&0; (sh -c '\"$@\"; exit $?' sh \"$@\" <&3 &); cat <&3",
            "sh",
            Programs.python(),
            "-c",
            """
            import subprocess, sys
            server = subprocess.Popen(sys.argv[1:])
            print("fork", server.pid, flush=True)
            server.wait()
            """,
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s");
    lab.awaitState(8080, "LISTEN");

    lab.ask("8080")
        .says(BLOCKED)
        .because("listener")
        .heldBy(shell.awaitFork())
        .notes()
        .firstRemedyGivesItBack();
  }

  @Test
  void everyProcessThatSharesTheOrphansSocketIsAHolder() {
    Running session =
        lab.startHold(
            "session",
            "maker",
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s",
            "pair",
            "orphan");
    long first = session.awaitFork("sibling");
    long second = session.awaitFork();

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("orphaned-child").heldBy(first, second);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void anOrphanThatASubreaperAdoptedIsOneToo() {
    Running reaper =
        lab.startHold(
            "reap",
            "maker",
            "session",
            "maker",
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s",
            "orphan");
    long orphan = reaper.awaitFork();

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("orphaned-child").heldBy(orphan);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aDaemonThatForkedTwiceIsNoOrphan() {
    Running starter = start("maker", "daemon");
    long daemon = starter.awaitFork();

    DiagnosisAssert diagnosis = lab.ask("8080").says(BLOCKED).because("listener").heldBy(daemon);
    diagnosis.notes().firstRemedyGivesItBack();
  }

  @Test
  void aDaemonThatKeptItsStandardStreamsIsInDoubtAndANoteSaysSo() {
    Running starter = start("maker", "astray");
    long daemon = starter.awaitFork();

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(daemon).notes("reparented");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aChildOfASubreaperInASessionOfItsOwnIsNoOrphan() {
    Running manager =
        lab.startHold(
            "session",
            "reap",
            "maker",
            "session",
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s",
            "child");
    long service = manager.awaitFork();

    DiagnosisAssert diagnosis = lab.ask("8080").says(BLOCKED).because("listener").heldBy(service);
    diagnosis.notes().firstRemedyGivesItBack();
  }

  @Test
  void aChildOfThePid1OfAnotherPidNamespaceIsNoOrphan() {
    Lab.requireRoot("a PID namespace is needed");
    Running server =
        lab.startOwn(
            Lab.requireProgram("unshare"),
            "--pid",
            "--fork",
            "--kill-child",
            Programs.HOLD.toString(),
            "maker",
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s",
            "say listening",
            "child");
    server.awaitLine("listening");

    long firstProcess = server.awaitOnlyChild();
    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(Running.onlyChildOf(firstProcess));
    diagnosis.notes().firstRemedyGivesItBack();
  }

  @Test
  void aForkedWorkerWhoseParentLivesIsNoOrphan() {
    Running server = lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "fork");

    lab.ask("8080").because("listener").heldBy(server.pid(), server.awaitFork()).notes();
  }
}
