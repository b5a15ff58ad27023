package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code inuse free} does besides the first remedy of every other scenario, which {@link
 * FirstRemedy} carries out by it.
 */
abstract class FreeScenarios extends Scenarios {
  FreeScenarios(Way way) {
    super(way);
  }

  @Test
  void aListenerIsAskedToEndAndTheBindProvesIt() {
    Running server = lab.listener(8080);
    Bystanders bystanders = new Bystanders(lab);

    lab.free("8080")
        .outcome("freed")
        .did("terminate " + server.pid() + " SIGTERM exited")
        .provedByBind();
    bystanders.assertUnharmed();
  }

  @Test
  void whatIsFreeIsLeftAlone() {
    lab.free("8080").outcome("already-free").didNothing().provedByBind();
  }

  @Test
  void aClientOfThePortIsNoHolder() {
    lab.listener(8080);
    Running client = lab.hold("socket c tcp4", "connect c 127.0.0.1 8080");

    lab.question("--reuseaddr", "8080").free("--yes", "--destroy").outcome("freed");
    assertThat(client.isAlive()).isTrue();
  }

  @Test
  void aDryRunHarmsNobody() {
    Running server = lab.listener(8080);

    lab.question("8080")
        .free("--dry-run")
        .planned()
        .did("terminate " + server.pid() + " SIGTERM planned");
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void withoutATerminalItWantsYes() {
    Running server = lab.listener(8080);

    lab.question("8080")
        .free()
        .outcome("refused")
        .didNothing()
        .says("there is no terminal to ask on, and --yes was not given")
        .insteadOf("inuse free --yes --json 8080")
        .stillHeld();
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void anotherUsersHolderIsDeniedWithTheLineToRun() {
    Running server = lab.listener(8080);

    FreedAssert freed = lab.question("8080").by(Lab.NOBODY).free("--yes");
    freed.outcome("denied").didNothing().insteadOf("sudo inuse free --json --yes 8080");
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void narrowingRefusesWhateverIsOutside(@TempDir Path directory) {
    Running server = lab.hold("name special", "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");

    lab.question("8080")
        .free("--yes", "--command", "other")
        .outcome("refused")
        .didNothing()
        .says("--command")
        .insteadOfNothing();
    lab.question("8080")
        .free("--yes", "--under", directory.toString())
        .outcome("refused")
        .says("--under");
    assertThat(server.isAlive()).isTrue();
    lab.question("8080").free("--yes", "--command", "special", "--only-mine").outcome("freed");
  }

  /** As WORKDIR /app of a container, beside an /app of the host. */
  @Test
  void aDirectoryOfTheSameNameInAnotherMountNamespaceIsAnother(@TempDir Path directory) {
    Lab.requireRoot("file systems are mounted");
    String name = directory.toString();
    Running server = worksThere(name, "mount -t tmpfs none \"$0\" && cd \"$0\"");

    lab.question("8080").free("--yes", "--under", name).outcome("refused").says("--under");
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void theSameDirectoryInAnotherMountNamespaceIsTheSame(@TempDir Path directory) {
    Lab.requireRoot("file systems are mounted");
    String name = directory.toString();
    worksThere(name, "mount --bind \"$0\" /mnt && cd /mnt");

    lab.question("8080").free("--yes", "--under", name).outcome("freed");
  }

  private Running worksThere(String directory, String mount) {
    return lab.startOwn(
            "unshare",
            "--mount",
            "--propagation=private",
            "sh",
            "-c",
            mount + " && mkdir -p site && cd site && exec \"$@\"",
            directory,
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s")
        .awaitReady();
  }

  @Test
  void moreThanWasAllowedAreNotEnded() {
    String[] sharing = {"socket s tcp4", "set s reuseport", "bind s 0.0.0.0 8080", "listen s"};
    Running one = lab.hold(sharing);
    Running other = lab.hold(sharing);
    lab.question("8080")
        .free("--yes", "--max", "1")
        .outcome("refused")
        .didNothing()
        .says("2 processes would be ended", "--max 1")
        .insteadOfNothing();
    assertThat(one.isAlive()).isTrue();
    assertThat(other.isAlive()).isTrue();
  }

  @Test
  void aMasterAndItsWorkersCountOnce() {
    Running server = lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "fork", "fork");

    lab.question("8080")
        .free("--yes", "--max", "1")
        .outcome("freed")
        .did("terminate " + server.pid() + " SIGTERM exited")
        .provedByBind();
  }

  @Test
  void anAncestorIsNeverEnded() {
    String inuse = String.join(" ", lab.way().command());
    Running server =
        lab.startOwn(
            "python3",
            "-c",
            """
            import socket, subprocess, sys
            s = socket.socket()
            s.bind(("0.0.0.0", 8080))
            s.listen()
            done = subprocess.run(sys.argv[1].split() + ["free", "--yes", "8080"],
                                  capture_output=True, text=True)
            print("exit", done.returncode)
            print("said", done.stdout.replace("\\n", " "), flush=True)
            print("ready", flush=True)
            sys.stdin.read()
            """,
            inuse);

    assertThat(server.awaitLine("exit")).isEqualTo("4");
    assertThat(server.awaitLine("said")).contains("this very program runs below it");
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void anOutgoingConnectionIsEndedOnlyWhenThatWasSaid() {
    lab.sysctl("net/ipv4/ip_local_port_range", "8080 8080");
    Running client =
        lab.hold(
            "socket l tcp4",
            "bind l 127.0.0.1 9090",
            "listen l",
            "socket c tcp4",
            "connect c 127.0.0.1 9090");

    lab.question("8080")
        .free("--yes")
        .outcome("refused")
        .didNothing()
        .says("--destroy")
        .insteadOf("inuse free --destroy 8080")
        .stillHeld();
    lab.question("8080")
        .free("--yes", "--destroy")
        .outcome("freed")
        .did("destroy-socket done")
        .provedByBind();
    assertThat(client.isAlive()).isTrue();
  }

  @Test
  void timeWaitIsWaitedForOrDestroyed() {
    lab.sysctl("net/ipv4/tcp_fin_timeout", "20");
    orphan();
    lab.free("8080").outcome("freed").did("wait done").provedByBind();

    orphan();
    lab.question("8080")
        .free("--yes", "--destroy")
        .outcome("freed")
        .did("destroy-socket done")
        .provedByBind();
  }

  /** In FIN_WAIT2, which the kernel times. */
  private void orphan() {
    acceptedThen("close a", "close l");
    lab.awaitState(8080, "FIN_WAIT2");
  }

  private void acceptedThen(String... more) {
    List<String> steps =
        new ArrayList<>(
            List.of(
                "socket l tcp4",
                "bind l 127.0.0.1 8080",
                "listen l",
                "socket c tcp4",
                "connect c 127.0.0.1 8080",
                "accept a l"));
    steps.addAll(List.of(more));
    lab.hold(steps.toArray(String[]::new));
  }

  @Test
  void theTimeMayBeOver() {
    acceptedThen("close a", "close c", "close l");
    lab.awaitState(8080, "TIME_WAIT");

    lab.question("8080")
        .free("--yes", "--timeout", "300ms")
        .outcome("timed-out")
        .did("wait survived")
        .says("TIME_WAIT")
        .stillHeld();
  }

  @Test
  void whatComesBackIsSaidToBeBack() {
    Running supervisor =
        lab.startOwn(
            "python3",
            "-c",
            """
            import subprocess, sys
            server = '''
            import socket, time
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("0.0.0.0", 8080))
            s.listen()
            print("ready", flush=True)
            time.sleep(1000)
            '''
            import threading
            current = None
            def serve():
                global current
                while True:
                    current = subprocess.Popen([sys.executable, "-c", server])
                    current.wait()
            threading.Thread(target=serve, daemon=True).start()
            sys.stdin.read()
            current.kill()
            """);
    supervisor.awaitReady();

    lab.question("8080")
        .free("--yes", "--settle", "60s")
        .outcome("respawned")
        .says("python3 (pid " + supervisor.pid() + ") started it again")
        .insteadOf("--with " + supervisor.pid())
        .stillHeld();
  }

  @Test
  void aStaleSocketFileIsRemovedAndNothingElse(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("a.sock");
    Path other = directory.resolve("b.sock");
    lab.holdUnix("socket s stream", "bind s " + other, "listen s 5");
    lab.holdUnix("socket s stream", "bind s " + file, "close s");

    lab.free(file.toString()).outcome("freed").did("remove-socket-file done").provedByBind();
    assertThat(Files.exists(file)).isFalse();
    try (var left = Files.list(directory)) {
      assertThat(left).containsExactly(other);
    }
  }

  @Test
  void aServedSocketFileIsRemovedAfterItsServer(@TempDir Path directory) {
    Path file = directory.resolve("a.sock");
    Running server = lab.holdUnix("socket s stream", "bind s " + file, "listen s 5");

    lab.free(file.toString())
        .outcome("freed")
        .did("terminate " + server.pid() + " SIGTERM exited", "remove-socket-file done")
        .provedByBind();
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void whatIsNoSocketIsNotRemoved(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("a.sock"), "precious");

    lab.free(file.toString()).outcome("refused").didNothing().stillHeld();
    assertThat(file).hasContent("precious");
  }

  @Test
  void theKernelsSocketIsNotTouched() {
    Lab.requireRoot("cannot make a tunnel");
    lab.run(
        "ip",
        "link",
        "add",
        "tunnel",
        "type",
        "vxlan",
        "id",
        "7",
        "dstport",
        "4789",
        "local",
        "127.0.0.1");
    lab.run("ip", "link", "set", "tunnel", "up");

    lab.free("udp/4789")
        .outcome("refused")
        .didNothing()
        .says("vxlan")
        .insteadOf("ip link del tunnel")
        .stillHeld();
  }

  @Test
  void waitReturnsWhenThePortIsGivenBack() {
    Running server = lab.listener(8080);
    Running waiting =
        lab.startForeign(
            "sh",
            "-c",
            "echo ready; "
                + String.join(" ", lab.way().command())
                + " wait --timeout 60s 8080; echo status $?");
    waiting.awaitReady();
    server.close();

    assertThat(waiting.awaitLine("status")).isEqualTo("0");
    assertThat(lab.question("8080").run("wait", "--timeout", "60s").exitCode()).isZero();
  }

  @Test
  void waitGivesUpWhenTheTimeIsOver() {
    lab.listener(8080);

    Output output = lab.question("8080").run("wait", "--timeout", "200ms");
    assertThat(output.exitCode()).isEqualTo(1);
    assertThat(output.standardError()).contains("hold", "0.0.0.0:8080");
    assertThat(lab.question("8080").run("wait", "--until", "listening").exitCode()).isZero();
  }

  @Test
  void nextIsTheFirstPortThatCanBeBound() {
    lab.sysctl("net/ipv4/ip_local_port_range", "8082 8089");
    lab.listener(8080);

    assertThat(lab.question("8080").run("next", "--count", "3").standardOutput())
        .isEqualTo("8081\n8090\n8091\n");
    assertThat(lab.question("8083").run("next").standardOutput()).isEqualTo("8083\n");
    Output none = lab.question("8080-8080").run("next");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(List.of(none.standardOutput())).containsExactly("");
  }
}
