package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Advice that ends processes. */
final class KillAdviceTest extends AdviceScenarios {
  /** A client, connected to a listener of its own process, whose own port is 8080. */
  private Running clientFromThePort() {
    return lab.hold(
        "socket s tcp4",
        "bind s 127.0.0.1 9090",
        "listen s",
        "socket c tcp4",
        "bind c 127.0.0.1 8080",
        "connect c 127.0.0.1 9090");
  }

  @Test
  void killNineEndsAServerThatIgnoresSigterm() {
    Running server = listener("ignore term");
    server.signal("TERM");
    server.awaitLine("term");
    assertThat(bind()).isEqualTo(IN_USE);

    server.signal("KILL");

    assertThat(server.awaitExit()).isEqualTo(KILLED);
    assertThat(bind()).isEqualTo(OK);
  }

  @Test
  void killNineLeavesOpenConnectionsBehind() {
    Running server =
        lab.startHold(
            "socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "say listening", "accept a s");
    server.awaitLine("listening");
    lab.hold("socket c tcp4", "connect c 127.0.0.1 8080");
    server.awaitReady();

    server.signal("KILL");

    assertThat(server.awaitExit()).isEqualTo(KILLED);
    lab.awaitState(8080, "FIN_WAIT2");
    assertThat(bind()).isEqualTo(IN_USE);
    assertThat(bind("reuseaddr")).isEqualTo(IN_USE);
  }

  @Test
  void killingTheParentEndsAChildThatAskedForIt() {
    Running server = listener("# no option", "fork");
    long child = server.awaitFork();

    server.killAlone();

    ProcessHandle.of(child).ifPresent(Running::awaitEnd);
    assertThat(bind()).isEqualTo(OK);
  }

  @Test
  void killingTheParentLeavesTheSocketWithItsChild() {
    Running session =
        lab.startHold(
            "session", "maker", "socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "orphan");
    long child = session.awaitFork();

    assertThat(bind()).isEqualTo(IN_USE);
    lab.ask("8080").says(BLOCKED).because("orphaned-child").heldBy(child);
  }

  @Test
  void lsofAndKillEndAListenerWithoutClients() {
    Lab.requireProgram("lsof");
    Running server = plainListener();

    lab.run("sh", "-c", "lsof -w -ti :8080 | xargs kill -9");

    assertThat(server.awaitExit()).isEqualTo(KILLED);
    assertThat(bind()).isEqualTo(OK);
  }

  @Test
  void lsofAndKillEndTheClientsToo() {
    Lab.requireProgram("lsof");
    Running server = plainListener();
    Running browser = lab.hold("socket c tcp4", "connect c 127.0.0.1 8080");

    lab.run("sh", "-c", "lsof -w -ti :8080 | xargs kill -9");

    assertThat(server.awaitExit()).isEqualTo(KILLED);
    assertThat(browser.awaitExit()).isEqualTo(KILLED);
  }

  @Test
  void fuserEndsAListener() {
    Lab.requireProgram("fuser");
    Running server = plainListener();

    lab.run("fuser", "-k", "8080/tcp");

    assertThat(server.awaitExit()).isEqualTo(KILLED);
    assertThat(bind()).isEqualTo(OK);
  }

  @Test
  void fuserEndsAClientThatMerelyHasThePort() {
    Lab.requireProgram("fuser");
    Running client = clientFromThePort();
    assertThat(bind("reuseaddr")).isEqualTo(IN_USE);

    lab.run("fuser", "-k", "8080/tcp");

    assertThat(client.awaitExit()).isEqualTo(KILLED);
  }

  @Test
  void fuserFindsNobodyInsideAnIoUring() {
    Lab.requireProgram("fuser");
    Running server = listener("# no option", "hides s ring");

    assertThat(output("fuser", "-k", "8080/tcp").exitCode()).isEqualTo(1);

    assertThat(server.isAlive()).isTrue();
    assertThat(bind()).isEqualTo(IN_USE);
    lab.ask("8080").says(BLOCKED).because("unlisted-reference").heldBy(server);
  }

  @Test
  void aZombieWhoseThreadsLiveHoldsThePort() {
    Running server = listener("# no option", "hides s zombie");

    assertThat(bind()).isEqualTo(IN_USE);
    lab.ask("8080").says(BLOCKED).because("zombie-leader").heldBy(server);

    server.signal("KILL");
    assertThat(server.awaitExit()).isEqualTo(KILLED);
    assertThat(bind()).isEqualTo(OK);
  }

  @Test
  void aTrueZombieHoldsNothing() {
    Running parent =
        lab.startHold("maker", "socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "child");
    String server = Long.toString(parent.awaitFork());
    assertThat(bind()).isEqualTo(IN_USE);

    lab.run("sh", "-c", "kill -9 " + server);

    lab.run(
        "timeout",
        "60",
        "sh",
        "-c",
        "until grep -q '^State:.Z' /proc/" + server + "/status; do sleep 0.01; done");
    assertThat(bind()).isEqualTo(OK);
  }
}
