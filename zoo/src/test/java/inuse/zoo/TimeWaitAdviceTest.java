package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Advice about connections that are over, and about the sysctls that are said to shorten that. */
final class TimeWaitAdviceTest extends AdviceScenarios {
  private static final String CONNECT = "connect c 127.0.0.1 9090";

  /** How long the TIME_WAIT on the port will still last. */
  private long millisecondsLeft() {
    return lab.ask("8080")
        .because("time-wait")
        .cause("time-wait")
        .sockets()
        .getFirst()
        .get("expires_ms")
        .getAsLong();
  }

  @Test
  void timeWaitCountsDownFromAMinute() {
    lab.leaveTimeWait("# no option");
    long left = millisecondsLeft();
    assertThat(left).isBetween(50_000L, 60_000L);

    Running.await("it counts down", () -> millisecondsLeft() <= left - 100);
  }

  @Test
  void aListenerAndACloseWaitHaveNoTimer() {
    lab.hold(
        "socket s tcp4",
        "bind s 0.0.0.0 8080",
        "listen s",
        "socket c tcp4",
        "connect c 127.0.0.1 8080",
        "accept a s",
        "close c",
        "until 8080 CLOSE_WAIT");

    assertThat(lab.ask("8080").says(BLOCKED).causes())
        .flatExtracting(CauseAssert::sockets)
        .hasSize(2)
        .allSatisfy(socket -> assertThat(socket.get("expires_ms").isJsonNull()).isTrue());
  }

  @Test
  void reuseaddrPassesTimeWaitWhereBothServersSetIt() {
    lab.leaveTimeWait("set s reuseaddr");

    assertThat(bind()).isEqualTo(IN_USE);
    assertThat(bind("reuseaddr")).isEqualTo(OK);
  }

  @Test
  void reuseaddrDoesNotPassTimeWaitOfAServerWithoutIt() {
    lab.leaveTimeWait("# no option");

    assertThat(bind("reuseaddr")).isEqualTo(IN_USE);
  }

  @Test
  void reuseaddrDoesNotPassALiveListener() {
    listener("set s reuseaddr");

    assertThat(bind("reuseaddr")).isEqualTo(IN_USE);
  }

  /** Both ports that clients may have end in TIME_WAIT. */
  private void useUpBothPorts() {
    String[] steps = {
      "socket c tcp4", CONNECT, "accept a s", "close c", "eof a", "close a",
      "socket c tcp4", CONNECT, "accept a s", "close c", "eof a", "close a",
    };
    lab.sysctl("net/ipv4/ip_local_port_range", "8000 8001");
    lab.sysctl("net/ipv4/tcp_tw_reuse", "0");
    String[] all = new String[steps.length + 3];
    all[0] = "socket s tcp4";
    all[1] = "bind s 127.0.0.1 9090";
    all[2] = "listen s";
    System.arraycopy(steps, 0, all, 3, steps.length);
    lab.hold(all);
    lab.awaitState(8000, "TIME_WAIT");
    lab.awaitState(8001, "TIME_WAIT");
  }

  private Output connect() {
    return output(Programs.HOLD.toString(), "socket c tcp4", CONNECT);
  }

  @Test
  void twReuseLetsAClientConnectAgain() {
    useUpBothPorts();
    assertThat(connect().standardOutput()).contains("failed", "EADDRNOTAVAIL");

    sysctlNow("tcp_tw_reuse", "1");

    Running.await("a second after the connection", () -> connect().exitCode() == 0);
  }

  @Test
  void twReuseDoesNotLetAServerBind() {
    lab.leaveTimeWait("# no option");

    sysctlNow("tcp_tw_reuse", "1");

    assertThat(bind()).isEqualTo(IN_USE);
    assertThat(bind("reuseaddr")).isEqualTo(IN_USE);
  }

  @Test
  void finTimeoutShortensFinWait2ThatNobodyOwns() {
    lab.sysctl("net/ipv4/tcp_fin_timeout", "1");
    leaveFinWait();

    lab.awaitNoState(8080, "FIN_WAIT2");

    assertThat(bind()).isEqualTo(OK);
  }

  @Test
  void finTimeoutDoesNotShortenTimeWait() {
    lab.sysctl("net/ipv4/tcp_fin_timeout", "5");
    lab.leaveTimeWait("# no option");

    assertThat(millisecondsLeft()).isBetween(50_000L, 60_000L);
    sysctlNow("tcp_fin_timeout", "1");
    assertThat(millisecondsLeft()).isBetween(50_000L, 60_000L);
    assertThat(bind()).isEqualTo(IN_USE);
  }

  @Test
  void twRecycleDoesNotExist() {
    assertThat(output("test", "-e", "/proc/sys/net/ipv4/tcp_tw_reuse").exitCode()).isZero();
    assertThat(output("test", "-e", "/proc/sys/net/ipv4/tcp_tw_recycle").exitCode()).isEqualTo(1);
  }

  @Test
  void withoutBucketsNoTimeWaitIsMade() {
    lab.sysctl("net/ipv4/tcp_max_tw_buckets", "0");
    listener(
        "# no option",
        "socket c tcp4",
        "connect c 127.0.0.1 8080",
        "accept a s",
        "close s",
        "close a",
        "eof c",
        "close c");

    lab.awaitNoState(8080, "FIN_WAIT2");
    lab.awaitNoState(8080, "TIME_WAIT");
    assertThat(bind()).isEqualTo(OK);
  }

  @Test
  void fewerBucketsDoNotEndATimeWaitThatIsThere() {
    lab.leaveTimeWait("# no option");

    sysctlNow("tcp_max_tw_buckets", "0");

    assertThat(bind()).isEqualTo(IN_USE);
  }

  @Test
  void whoClosesFirstHasTheTimeWaitAndThatMayBeTheServer() {
    lab.leaveTimeWait("# no option");

    assertThat(bind()).isEqualTo(IN_USE);
  }

  @Test
  void whereTheClientClosesFirstTheServersPortIsFree() {
    Running client =
        listener(
            "# no option",
            "socket c tcp4",
            "connect c 127.0.0.1 8080",
            "port c",
            "accept a s",
            "close c",
            "eof a",
            "close a",
            "close s");

    lab.awaitState(client.awaitPort(), "TIME_WAIT");
    assertThat(bind()).isEqualTo(OK);
  }

  private void destroyEverything() {
    Lab.requireRoot("only root may destroy sockets");
    Lab.requireProgram("ss");
    Output done = output("ss", "-K", "-H", "-t", "-a", "-n", "sport = :8080");
    assertThat(done.standardError().toLowerCase(Locale.ROOT)).doesNotContain("not supported");
  }

  @Test
  void ssEndsATimeWait() {
    lab.leaveTimeWait("# no option");

    destroyEverything();

    assertThat(bind()).isEqualTo(OK);
  }

  @Test
  void ssDoesNotGiveBackAListenersPort() {
    Running server = plainListener();

    destroyEverything();

    lab.awaitNoState(8080, "LISTEN");
    assertThat(bind()).isEqualTo(IN_USE);
    lab.ask("8080").says(BLOCKED).because("bound-not-listening").heldBy(server);
  }
}
