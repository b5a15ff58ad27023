package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Services and sockets of a real systemd. */
@Execution(ExecutionMode.SAME_THREAD)
@ParameterizedClass(name = "{0}")
@EnumSource
final class SystemdTest extends Scenarios {
  @RegisterExtension static final SystemdLab SYSTEMD = new SystemdLab();

  private final Way way;

  SystemdTest(Way way) {
    super(way, SYSTEMD);
    this.way = way;
  }

  private static final String SERVICE =
      """
      [Service]
      ExecStart=/usr/bin/python3 -m http.server --bind 127.0.0.1 8080
      WorkingDirectory=/run
      Restart=always
      RestartSec=0
      """;

  private static void startService() {
    Lab.requireProgram("python3");
    SYSTEMD.unit("site.service", SERVICE);
    SYSTEMD.start("site.service");
  }

  @Test
  void aServiceThatIsRestartedForEverIsStoppedThroughItsUnit() {
    startService();
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(SYSTEMD.mainPid("site.service"));
    CauseAssert cause = diagnosis.cause("listener").hasRemedy("stop-unit");
    assertThat(cause.holders().getFirst().get("supervisor").toString()).contains("site.service");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aServiceOfAnotherUserIsNamedWithItsUnit() {
    Lab.requireProgram("python3");
    SYSTEMD.unit("site.service", "[Service]\nUser=nobody\n" + SERVICE.replace("[Service]\n", ""));
    SYSTEMD.start("site.service");
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(SYSTEMD.mainPid("site.service"));
    diagnosis.cause("listener").socketsHave("uid", Lab.NOBODY).hasRemedy("stop-unit");
    diagnosis.firstRemedyGivesItBack();
  }

  /** The job's own parent has ended: PID 1 took the server in. */
  private static final String LEAVES_A_SERVER =
      """
      [Service]
      ExecStart=/usr/bin/python3 -c 'import subprocess, time; \
        subprocess.run("setsid /usr/bin/python3 -m http.server --bind 127.0.0.1 8080 &", \
        shell=True); time.sleep(1000)'
      WorkingDirectory=/run
      """;

  @Test
  void whatAJobOfAServiceLeftBehindIsEndedAndTheServiceGoesOn() {
    Lab.requireProgram("python3");
    SYSTEMD.unit("jobs.service", LEAVES_A_SERVER);
    SYSTEMD.start("jobs.service");
    lab.awaitState(8080, "LISTEN");
    long main = SYSTEMD.mainPid("jobs.service");
    String orphan = orphan();

    lab.free("127.0.0.1:8080").outcome("freed").did("terminate " + orphan + " SIGTERM exited");

    assertThat(SYSTEMD.mainPid("jobs.service")).isEqualTo(main);
  }

  /** The last child of PID 1 in whose command line the server is: the job's own has it too. */
  private static String orphan() {
    return SYSTEMD.run("pgrep", "--newest", "--parent", "1", "--full", "http.server");
  }

  /**
   * Type=forking: systemd reads the main process from its file, and it is PID 1's child as well.
   */
  @Test
  void aDaemonWithAFileOfItsPidIsStoppedThroughItsUnit() {
    Lab.requireProgram("python3");
    SYSTEMD.unit(
        "daemon.service",
        """
        [Service]
        Type=forking
        PIDFile=/run/daemon.pid
        ExecStart=/bin/sh -c 'python3 -m http.server --bind 127.0.0.1 8080 & echo $! > /run/daemon.pid'
        WorkingDirectory=/run
        Restart=always
        """);
    SYSTEMD.start("daemon.service");
    lab.awaitState(8080, "LISTEN");

    lab.free("127.0.0.1:8080").outcome("freed").did("stop-unit done");
  }

  /** A process of an earlier run of the unit, which stopping the unit would not reach. */
  @Test
  void whatAStoppedServiceLeftBehindIsEndedItself() {
    Lab.requireProgram("python3");
    SYSTEMD.unit("left.service", "[Service]\nKillMode=process\n" + LEAVES_A_SERVER.substring(10));
    SYSTEMD.start("left.service");
    lab.awaitState(8080, "LISTEN");
    SYSTEMD.run("systemctl", "stop", "left.service");
    String orphan = orphan();

    lab.free("127.0.0.1:8080").outcome("freed").did("terminate " + orphan + " SIGTERM exited");
  }

  /** Delegate=yes: inuse runs in one group of the unit, the server in another. */
  @Test
  void theUnitInWhoseOtherGroupWeRunIsNotStopped() {
    Lab.requireProgram("python3");
    SYSTEMD.unit(
        "site.service", SERVICE.replace("WorkingDirectory", "Delegate=yes\nWorkingDirectory"));
    SYSTEMD.start("site.service");
    lab.awaitState(8080, "LISTEN");
    String group = "/sys/fs/cgroup/system.slice/site.service";
    SYSTEMD.run("mkdir", group + "/main", group + "/shell");
    SYSTEMD.run(
        "sh",
        "-c",
        "echo " + SYSTEMD.mainPid("site.service") + " > " + group + "/main/cgroup.procs");

    List<String> words =
        new ArrayList<>(
            List.of("sh", "-c", "echo $$ > " + group + "/shell/cgroup.procs; exec \"$@\"", "-"));
    words.addAll(way.command());
    words.addAll(List.of("free", "--yes", "127.0.0.1:8080"));
    Output output = lab.output(words.toArray(String[]::new));

    assertThat(output.exitCode()).as("%s", output).isEqualTo(4);
    assertThat(output.standardOutput()).as("%s", output).contains("runs in the unit");
  }

  /** What the first node of Erlang in a service starts, and leaves to PID 1. */
  @Test
  void aHelperThatAServiceStartedIsEndedItselfAndTheServiceGoesOn() {
    String erl = Lab.requireProgram("erl");
    SYSTEMD.unit(
        "broker.service",
        """
        [Service]
        Environment=HOME=/run
        ExecStart=%s -noinput -sname broker@localhost
        """
            .formatted(erl));
    SYSTEMD.start("broker.service");
    // Before that the node itself would not start without it.
    SYSTEMD.awaitSuccess("sh", "-c", "epmd -names | grep broker");
    long main = SYSTEMD.mainPid("broker.service");
    String epmd = SYSTEMD.run("pgrep", "--exact", "epmd");
    // Debian's own unit, which comes too late.
    SYSTEMD.unit("epmd.socket", "[Socket]\nListenStream=4369\n");
    SYSTEMD.unit("epmd.service", "[Service]\nExecStart=/usr/bin/epmd -systemd\n");
    SYSTEMD.run("systemctl", "daemon-reload");
    SYSTEMD.run("sh", "-c", "! systemctl start epmd.socket");

    lab.free("4369").outcome("freed").did("terminate " + epmd + " SIGTERM exited");

    assertThat(SYSTEMD.mainPid("broker.service")).isEqualTo(main);
    SYSTEMD.start("epmd.socket");
    assertThat(lab.runThrough("4369").firstLine()).contains("epmd.socket");
  }

  /** Accept=yes: a service for each connection, which has the port as well. */
  @Test
  void theSessionsOfASocketThatAcceptsThemItselfGoOn() {
    String sshd = Lab.requireProgram("sshd");
    SYSTEMD.run(
        "sh",
        "-c",
        "mkdir -p /run/sshd && rm -f /run/sshd/host && ssh-keygen -q -N '' -f /run/sshd/host");
    SYSTEMD.unit("door.socket", "[Socket]\nListenStream=127.0.0.1:2222\nAccept=yes\n");
    SYSTEMD.unit(
        "door@.service",
        """
        [Service]
        ExecStart=-%s -i -h /run/sshd/host
        StandardInput=socket
        """
            .formatted(sshd));
    SYSTEMD.start("door.socket");
    Running session =
        lab.startForeign(
            "/usr/bin/python3",
            "-c",
            """
            import socket
            s = socket.create_connection(("127.0.0.1", 2222))
            s.recv(4)
            print("ready", flush=True)
            while s.recv(4096): pass
            """);
    session.awaitReady();
    String served = SYSTEMD.run("pgrep", "--exact", "sshd");

    Output planned = lab.runThrough("free", "--dry-run", "127.0.0.1:2222");
    assertThat(planned.standardOutput())
        .as("%s", planned)
        .contains("systemctl stop door.socket")
        .doesNotContain("with it may go");
    lab.free("127.0.0.1:2222").did("stop-unit done").outcome("freed").isFreeFor("reuseaddr");

    assertThat(session.isAlive()).isTrue();
    assertThat(SYSTEMD.run("pgrep", "--exact", "sshd")).isEqualTo(served);
    lab.free("127.0.0.1:2222").didNothing().outcome("already-free").isFreeFor("reuseaddr");
    assertThat(lab.runThrough("wait", "--timeout=0s", "127.0.0.1:2222").exitCode()).isZero();
    lab.free("127.0.0.1:2222", "--no-reuseaddr").didNothing().outcome("refused");
    SYSTEMD.start("door.socket");
    SYSTEMD.run("systemctl", "stop", "door.socket");
    SYSTEMD.run("kill", served);
  }

  private static final String SOCKET =
      """
      [Socket]
      ListenStream=127.0.0.1:8081
      """;

  private static final String BEHIND_THE_SOCKET =
      """
      [Service]
      ExecStart=/bin/sleep infinity
      """;

  private static void startSocket() {
    SYSTEMD.unit("wake.service", BEHIND_THE_SOCKET);
    SYSTEMD.unit("wake.socket", SOCKET);
    SYSTEMD.start("wake.socket");
  }

  @Test
  void aSocketUnitIsNamedThoughNoServiceRuns() {
    startSocket();

    DiagnosisAssert diagnosis =
        lab.ask("8081").says(BLOCKED).because("socket-activation").heldBy(1);
    assertThat(diagnosis.cause("socket-activation").remedies().getFirst().get("command").toString())
        .contains("wake.socket")
        .contains("wake.service");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void anOrdinaryUserIsToldTheUnitOfAServiceWhoseProcessIsHidden() {
    startService();
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.question("8080")
            .by(Lab.NOBODY)
            .ask()
            .says(BLOCKED)
            .because("hidden-holder")
            .heldByNobody();
    assertThat(diagnosis.cause("hidden-holder").sockets().getFirst().get("cgroup").getAsString())
        .isEqualTo("/system.slice/site.service");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aServiceThatGotItsSocketFromAUnitIsStoppedTogetherWithIt() {
    startSocket();
    SYSTEMD.start("wake.service");

    lab.ask("8081")
        .says(BLOCKED)
        .because("socket-activation")
        .heldBy(1, SYSTEMD.mainPid("wake.service"))
        .firstRemedyGivesItBack();
  }

  @Test
  void anOrdinaryUserIsToldOfTheSocketUnitToo() {
    startSocket();

    lab.question("8081")
        .by(Lab.NOBODY)
        .ask()
        .says(BLOCKED)
        .because("socket-activation")
        .heldByNobody();
  }

  @Test
  void theRestartPolicyOfAServiceIsSaid() {
    startService();
    lab.awaitState(8080, "LISTEN");

    CauseAssert cause = lab.ask("8080").cause("listener");
    assertThat(
            cause.holders().getFirst().getAsJsonObject("supervisor").get("restart").getAsString())
        .isEqualTo("always");
  }

  @Test
  void aServerInTmuxIsSaidToBeThere() {
    Lab.requireProgram("tmux");
    Lab.requireProgram("python3");
    SYSTEMD.run(
        "tmux",
        "-L",
        "zoo",
        "new-session",
        "-d",
        "exec /usr/bin/python3 -m http.server --bind 127.0.0.1 8082");
    lab.awaitState(8082, "LISTEN");

    long server =
        Long.parseLong(
            SYSTEMD.run("tmux", "-L", "zoo", "list-panes", "-a", "-F", "#{pane_pid}").strip());
    DiagnosisAssert diagnosis =
        lab.ask("8082").says(BLOCKED).because("listener").heldBy(server).notes();
    assertThat(
            diagnosis
                .cause("listener")
                .holders()
                .getFirst()
                .getAsJsonObject("supervisor")
                .get("kind")
                .getAsString())
        .isEqualTo("tmux");
    diagnosis.firstRemedyGivesItBack();
  }
}
