package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The zoo's own tools, without inuse: what the scenarios rely on. */
final class HarnessTest extends Scenarios {
  HarnessTest() {
    super(Way.EXECUTABLE);
  }

  private VerdictAssert proven(String protocol, String address, int port) {
    return new Oracle(lab, List.of(), OptionalInt.empty(), List.of())
        .verdictOn(protocol, address, port);
  }

  @Test
  void theOracleTellsTheVerdictsApart() {
    lab.listener(8080);
    lab.hold("socket s tcp4", "set s reuseaddr", "bind s 127.0.0.1 8081");
    lab.hold("socket s tcp6", "set s v6only", "bind s :: 8082", "listen s");

    assertThat(proven("tcp", "*", 8080)).isEqualTo(VerdictAssert.BLOCKED);
    assertThat(proven("udp", "*", 8080)).isEqualTo(VerdictAssert.FREE);
    assertThat(proven("tcp", "*", 8081)).isEqualTo(VerdictAssert.FREE_WITH_REUSEADDR);
    assertThat(proven("tcp", "127.0.0.2", 8081)).isEqualTo(VerdictAssert.FREE);
    assertThat(proven("tcp", "*", 8082)).isEqualTo(VerdictAssert.BLOCKED);
    assertThat(proven("tcp", "0.0.0.0", 8082)).isEqualTo(VerdictAssert.FREE);
    assertThat(proven("tcp", "192.0.2.1", 8080)).isEqualTo(VerdictAssert.NOT_LOCAL);
  }

  @Test
  void theOracleIsDeniedAPrivilegedPortAsAnOrdinaryUser() {
    Lab.requireRoot("cannot bind as another user");
    assertThat(
            new Oracle(lab, List.of(), OptionalInt.of(Lab.NOBODY), List.of())
                .verdictOn("tcp", "*", 80))
        .isEqualTo(VerdictAssert.DENIED);
  }

  @Test
  void theOracleDoesNotCountAFamilyThatIsNotThere() {
    List<String> withoutIpv6 = List.of("--no-family", "inet6", "EAFNOSUPPORT");
    assertThat(
            new Oracle(lab, withoutIpv6, OptionalInt.empty(), List.of())
                .verdictOn("tcp", "*", 8080))
        .isEqualTo(VerdictAssert.FREE);
    assertThat(lab.tryBind(withoutIpv6, List.of("tcp", "::", "8080"))).isEqualTo("EAFNOSUPPORT");
  }

  @Test
  void aStepThatFailsIsSaidWithItsErrno() {
    lab.hold("socket s tcp4", "bind s 0.0.0.0 8080");

    assertThatThrownBy(() -> lab.hold("socket s tcp4", "bind s 0.0.0.0 8080"))
        .hasMessageContaining("failed: bind s 0.0.0.0 8080: EADDRINUSE");
    assertThatThrownBy(() -> lab.hold("frobnicate s"))
        .hasMessageContaining("failed: frobnicate s: EINVAL");
  }

  @Test
  void everythingThatWasStartedEndsWithTheScenarioAlsoTheChildrenAndTheNamespace() {
    Lab another = new Lab(Way.EXECUTABLE);
    Running server = another.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "fork");
    long child = server.awaitFork();
    Running sleeper =
        another.startForeign("/bin/sh", "-c", "echo ready; while :; do read line; done");
    sleeper.awaitReady();
    another.close();

    assertThat(List.of(server.pid(), child, sleeper.pid())).noneMatch(Running::isAlive);
  }

  @Test
  void twoLabsHaveTheSamePortEach() {
    Lab another = new Lab(Way.EXECUTABLE);
    try {
      another.listener(8080);
      assertThat(proven("tcp", "*", 8080)).isEqualTo(VerdictAssert.FREE);
    } finally {
      another.close();
    }
  }
}
