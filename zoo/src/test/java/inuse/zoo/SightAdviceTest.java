package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Advice about how to see who has the port, and about the network. */
final class SightAdviceTest extends AdviceScenarios {
  private final Lab other = new Lab(Way.EXECUTABLE);

  @AfterEach
  void endTheOther() {
    other.close();
  }

  private String says(String... command) {
    Lab.requireProgram(command[0]);
    return output(command).standardOutput();
  }

  private String netstat() {
    return says("netstat", "-tulpn");
  }

  @Test
  void netstatShowsAListenerAndItsProcess() {
    Running server = plainListener();

    assertThat(netstat()).contains("0.0.0.0:8080", server.pid() + "/hold");
  }

  @Test
  void netstatDoesNotShowASocketThatDoesNotListen() {
    Running server = lab.hold("socket s tcp4", "bind s 0.0.0.0 8080");

    assertThat(netstat()).doesNotContain("8080");
    assertThat(bind()).isEqualTo(IN_USE);
    lab.ask("8080").says(BLOCKED).because("bound-not-listening").heldBy(server);
  }

  @Test
  void netstatDoesNotShowATimeWait() {
    lab.leaveTimeWait("# no option");

    assertThat(netstat()).doesNotContain("8080");
    lab.ask("8080").says(BLOCKED).because("time-wait");
  }

  @Test
  void ssShowsAListenerAndItsProcess() {
    Running server = plainListener();

    assertThat(says("ss", "-ltnp")).contains("0.0.0.0:8080", "pid=" + server.pid());
  }

  @Test
  void ssOfListenersDoesNotShowAClientWithThePort() {
    Running client =
        lab.hold(
            "socket s tcp4",
            "bind s 127.0.0.1 9090",
            "listen s",
            "socket c tcp4",
            "bind c 127.0.0.1 8080",
            "connect c 127.0.0.1 9090");

    assertThat(says("ss", "-ltnp")).doesNotContain("8080");
    assertThat(bind("reuseaddr")).isEqualTo(IN_USE);
    lab.ask("8080").says(BLOCKED).because("outgoing-connection").heldBy(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"thread", "accept", "unix", "ring", "zombie"})
  void ssNamesNobodyWhereNoDescriptorIs(String how) {
    Running server = listener("# no option", "hides s " + how);

    assertThat(says("ss", "-ltnp")).contains("0.0.0.0:8080").doesNotContain("pid=");
    lab.ask("8080").says(BLOCKED).heldBy(server);
  }

  @Test
  void lsofShowsOnesOwnListener() {
    Running server = plainListener();

    assertThat(says("lsof", "-w", "-nP", "-i:8080")).contains(" " + server.pid() + " ", "LISTEN");
  }

  @Test
  void lsofOfAnOrdinaryUserSaysNothingOfOthers() {
    Lab.requireProgram("lsof");
    plainListener();

    Output output = lab.question().by(Lab.NOBODY).outputOf(List.of("lsof", "-w", "-nP", "-i:8080"));

    assertThat(output.standardOutput()).isEmpty();
    assertThat(output.exitCode()).as("the same as for a free port").isEqualTo(1);
    assertThat(bind()).isEqualTo(IN_USE);
  }

  private static String within(Lab lab, String... command) {
    Lab.requireRoot("only root may enter a network namespace");
    String[] whole = new String[command.length + 4];
    whole[0] = Lab.requireProgram("nsenter");
    whole[1] = "-t";
    whole[2] = Long.toString(lab.pid());
    whole[3] = "-n";
    System.arraycopy(command, 0, whole, 4, command.length);
    return Output.of(List.of(whole)).standardOutput();
  }

  private static final String[] LSOF = {"lsof", "-w", "-nP", "-iTCP:8080"};

  @Test
  void lsofInTheRightNamespaceShowsTheHolder() {
    Lab.requireProgram("lsof");
    Running server = plainListener();
    other.hold("# an empty namespace");

    assertThat(within(other, LSOF)).isEmpty();
    assertThat(within(lab, LSOF)).contains(" " + server.pid() + " ");
  }

  @Test
  void lsofInTheContainersNamespaceDoesNotShowWhoHasTheHostsPort() {
    Lab.requireProgram("lsof");
    Running forwarder = plainListener();
    other.listener(80);

    assertThat(bind()).isEqualTo(IN_USE);
    assertThat(within(other, LSOF)).isEmpty();
    lab.ask("8080").says(BLOCKED).because("listener").heldBy(forwarder);
  }

  private void ip(String... words) {
    Lab.requireRoot("only root may change the network");
    String[] command = new String[words.length + 1];
    command[0] = Lab.requireProgram("ip");
    System.arraycopy(words, 0, command, 1, words.length);
    lab.run(command);
  }

  @Test
  void anAddressThatWasMissingCanBeBoundOnceTheNetworkIsUp() {
    String[] there = {"tcp", "192.0.2.7", "8080"};
    assertThat(bindOf(there)).isEqualTo("EADDRNOTAVAIL");

    ip("address", "add", "192.0.2.7/32", "dev", "lo");

    assertThat(bindOf(there)).isEqualTo(OK);
  }

  @Test
  void theNetworkGoesDownAndUpAndTheListenerStays() {
    plainListener();

    ip("link", "set", "lo", "down");
    ip("link", "set", "lo", "up");

    assertThat(bind()).isEqualTo(IN_USE);
  }

  @Test
  void theNetworkGoesDownAndUpAndTimeWaitStays() {
    lab.leaveTimeWait("# no option");

    ip("link", "set", "lo", "down");
    ip("link", "set", "lo", "up");

    assertThat(bind()).isEqualTo(IN_USE);
  }
}
