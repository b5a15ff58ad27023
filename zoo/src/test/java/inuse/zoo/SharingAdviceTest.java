package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Advice about who may have an address beside whom, and about having another. */
final class SharingAdviceTest extends AdviceScenarios {
  private static final String SOMEBODY = "12345";

  @TempDir private Path directory;

  @Test
  void aPlainListenerLetsNobodyElseBindItsAddress() {
    plainListener();

    assertThat(bind()).isEqualTo(IN_USE);
  }

  @ParameterizedTest
  @CsvSource({
    "# no option, bind s 127.0.0.1 8080, tcp 127.0.0.2 8080",
    "# no option, bind s 0.0.0.0 8080, tcp :: 8080 v6only",
    "# no option, bind s 0.0.0.0 8080, udp 0.0.0.0 8080",
    "set s reuseport, bind s 0.0.0.0 8080, tcp 0.0.0.0 8080 reuseport"
  })
  void twoListenersHaveOnePort(String option, String bind, String second) {
    lab.hold("socket s tcp4", option, bind, "listen s");

    assertThat(bindOf(second.split(" ", -1))).isEqualTo(OK);
  }

  @Test
  void twoProcessesHaveOneListener() {
    Running server = listener("# no option", "fork");

    lab.ask("8080").says(BLOCKED).because("listener").heldBy(server.pid(), server.awaitFork());
  }

  @Test
  void reuseportJoinsAGroupOfTheSameUser() {
    listener("set s reuseport");

    assertThat(bind("reuseport")).isEqualTo(OK);
  }

  @Test
  void reuseportOnOneSideIsNotEnough() {
    plainListener();

    assertThat(bind("reuseport")).isEqualTo(IN_USE);
  }

  @Test
  void reuseportDoesNotJoinAnotherUsersGroup() {
    Lab.requireRoot("two users are needed");
    lab.hold(
        "uid " + SOMEBODY, "socket s tcp4", "set s reuseport", "bind s 0.0.0.0 8080", "listen s");

    assertThat(bind("reuseport")).isEqualTo(IN_USE);
    assertThat(bind("reuseport", "uid", SOMEBODY)).isEqualTo(OK);
  }

  @Test
  void anAddressOfOnesOwnIsFreeBesideAnother() {
    lab.listener("127.0.0.1", 8080);

    assertThat(bind()).isEqualTo(IN_USE);
    assertThat(bindOf("tcp", "127.0.0.2", "8080")).isEqualTo(OK);
  }

  @ParameterizedTest
  @CsvSource({"tcp4, 0.0.0.0", "tcp6, ::"})
  void noAddressIsFreeBesideAWildcard(String family, String wildcard) {
    lab.hold("socket s " + family, "bind s " + wildcard + " 8080", "listen s");

    assertThat(bindOf("tcp", "127.0.0.1", "8080")).isEqualTo(IN_USE);
  }

  @Test
  void portZeroIsAnyFreePort() {
    plainListener();

    assertThat(bindOf("tcp", "0.0.0.0", "0")).isEqualTo(OK);
    lab.ask("0").says(FREE);
  }

  @Test
  void portZeroIsNothingWhereAllAreTaken() {
    lab.sysctl("net/ipv4/ip_local_port_range", "8080 8081");
    plainListener();
    lab.hold("socket s tcp4", "bind s 0.0.0.0 8081");

    assertThat(bindOf("tcp", "0.0.0.0", "0")).isEqualTo(IN_USE);
    lab.ask("0").says(BLOCKED).because("ephemeral-exhausted");
  }

  @Test
  void rootMayBindALowPort() {
    Lab.requireRoot("two users are needed");

    assertThat(bindOf("tcp", "0.0.0.0", "80", "uid", SOMEBODY)).isEqualTo("EACCES");
    assertThat(bindOf("tcp", "0.0.0.0", "80")).isEqualTo(OK);
  }

  @Test
  void rootMayNotBindAHeldPortEither() {
    Lab.requireRoot("root is who may not");
    plainListener();

    assertThat(bind()).isEqualTo(IN_USE);
  }

  private static final String[] TWO_CLIENTS = {
    "socket s tcp4",
    "bind s 127.0.0.1 9090",
    "listen s",
    "socket c tcp4",
    "connect c 127.0.0.1 9090",
    "socket d tcp4",
    "connect d 127.0.0.1 9090"
  };

  @Test
  void reservedPortsAreNotGivenToClients() {
    lab.sysctl("net/ipv4/ip_local_port_range", "8080 8083");
    lab.sysctl("net/ipv4/ip_local_reserved_ports", "8080-8081");

    lab.hold(TWO_CLIENTS);

    assertThat(bind()).isEqualTo(OK);
    assertThat(bindOf("tcp", "127.0.0.1", "8082")).isEqualTo(IN_USE);
  }

  @Test
  void reservingDoesNotEndAClientThatHasThePort() {
    lab.sysctl("net/ipv4/ip_local_port_range", "8080 8081");
    Running client = lab.hold(TWO_CLIENTS);
    assertThat(bind("reuseaddr")).isEqualTo(IN_USE);

    sysctlNow("ip_local_reserved_ports", "8080");

    assertThat(bind("reuseaddr")).isEqualTo(IN_USE);
    lab.ask("8080").because("outgoing-connection").heldBy(client);
  }

  private String bindUnix(Path path) {
    return lab.tryBindUnix(List.of(), List.of(path.toString()));
  }

  @Test
  void removingAStaleSocketFileGivesThePathBack() {
    Path path = directory.resolve("a.sock");
    lab.holdUnix("socket s stream", "bind s " + path, "listen s 5", "kill");
    assertThat(bindUnix(path)).isEqualTo(IN_USE);

    lab.run("rm", path.toString());

    assertThat(bindUnix(path)).isEqualTo(OK);
  }

  @Test
  void removingALiveSocketFileCutsOffItsServer() {
    Path path = directory.resolve("a.sock");
    Running server = lab.holdUnix("socket s stream", "bind s " + path, "listen s 5");

    lab.run("rm", path.toString());

    assertThat(server.isAlive()).isTrue();
    assertThat(Files.exists(path)).isFalse();
    assertThat(output(Programs.HOLDUNIX.toString(), "socket c stream", "connect c " + path))
        .satisfies(output -> assertThat(output.exitCode()).as("%s", output).isEqualTo(1));
  }
}
