package inuse.core.ask.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rules send the traffic of a port elsewhere. */
final class RuleSetTest {
  /** As iptables-save writes what kube-proxy makes. */
  private static final String KUBE =
      """
      *nat
      :PREROUTING ACCEPT [0:0]
      -A PREROUTING -j KUBE-NODEPORTS
      -A KUBE-NODEPORTS -p tcp -m tcp --dport 30443 -j KUBE-SVC-A
      -A KUBE-NODEPORTS -p tcp -m tcp --dport 30444 -j KUBE-MARK
      -A KUBE-SVC-A -j KUBE-SEP-A
      -A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.244.1.7:8080
      -A KUBE-MARK -j KUBE-MARK
      COMMIT
      """;

  /** As nft writes kube-proxy's maps, and others. */
  private static final String MAPS =
      """
      table ip k {
      \tmap service-nodeports {
      \t\ttype inet_proto . inet_service : verdict
      \t\telements = { tcp . 30555 : goto svc,
      \t\t\t     udp . 30556 : goto svc, tcp . 30557 : goto none }
      \t}
      \tchain svc {
      \t\tmeta l4proto 6 dnat to 10.1.1.2:8080
      \t}
      \tchain none {
      \t\taccept
      \t}
      \tchain pre {
      \t\ttype nat hook prerouting priority -100; policy accept;
      \t\tmeta l4proto . th dport vmap @service-nodeports
      \t\ttcp dport vmap { 30666 : goto svc }
      \t\tdnat to tcp dport map { 31000 : 10.3.3.3, 31001 : 10.3.3.4 }
      \t\tip daddr 10.55.0.99 tcp dport 18100 counter packets 0 bytes 0 dnat to 10.88.0.5:80
      \t\tip daddr 10.66.0.0/16 tcp dport 18101 dnat to 10.88.0.5:80
      \t}
      }
      """;

  private static boolean forwards(String rules, String address, int port) {
    return RuleSet.parse(rules)
        .forwarding(
            new PortTarget(
                Protocol.TCP,
                address.isEmpty() ? Optional.empty() : IpAddress.parse(address),
                new Port(port)))
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chain c {\ntcp dport 8080 counter packets 0 bytes 0 dnat to 172.17.0.2:80\n}",
        "chain c {\ntcp dport { 80, 8080 } redirect to :90\n}",
        "chain c {\ntcp dport 8000-8090 dnat to 10.0.0.1\n}",
        "chain c {\ntcp dport 8080 tproxy to :90\n}",
        "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to 172.17.0.2:80",
        "-A DOCKER -p tcp -m tcp --dport 8000:8090 -j REDIRECT --to-ports 9"
      })
  void aRuleIsFoundByItsPort(String rule) {
    assertThat(forwards(rule, "", 8080)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chain c {\nudp dport 8080 dnat to 172.17.0.2:80\n}",
        "chain c {\ntcp dport 18080 dnat to 172.17.0.2:80\n}",
        "chain c {\ntcp dport 8080 accept\n}",
        "chain c {\ntcp dport { 80, 81 } dnat to 1.2.3.4:8080\n}",
        "-A DOCKER -p udp -m udp --dport 8080 -j DNAT --to 172.17.0.2:80",
        "chain c {\ntcp dport { dnat to\n}",
        "chain c {\ntcp dport vmap\n}",
        ""
      })
  void anyOtherIsNot(String rule) {
    assertThat(forwards(rule, "", 8080)).isFalse();
  }

  @Test
  void aRuleThatJumpsToATranslationForwards() {
    assertThat(forwards(KUBE, "", 30_443)).isTrue();
    assertThat(forwards(KUBE, "", 30_444)).isFalse();
    assertThat(forwards(KUBE, "", 8080)).isFalse();
  }

  @Test
  void thePortIsLookedUpInMaps() {
    assertThat(forwards(MAPS, "", 30_555)).isTrue();
    assertThat(forwards(MAPS, "", 30_556)).isFalse();
    assertThat(forwards(MAPS, "", 30_557)).isFalse();
    assertThat(forwards(MAPS, "", 30_666)).isTrue();
    assertThat(forwards(MAPS, "", 31_001)).isTrue();
    assertThat(forwards(MAPS, "", 31_002)).isFalse();
  }

  @Test
  void aRuleOfAnotherAddressIsNotAboutThisOne() {
    assertThat(forwards(MAPS, "10.55.0.99", 18_100)).isTrue();
    assertThat(forwards(MAPS, "10.55.0.2", 18_100)).isFalse();
    assertThat(forwards(MAPS, "", 18_100)).isTrue();
    assertThat(forwards(MAPS, "10.66.7.7", 18_101)).isTrue();
    assertThat(forwards(MAPS, "10.67.7.7", 18_101)).isFalse();
    String old = "-A PREROUTING -d 10.55.0.99/32 -p tcp --dport 80 -j DNAT --to 1.1.1.1";
    assertThat(forwards(old, "10.55.0.99", 80)).isTrue();
    assertThat(forwards(old, "10.55.0.2", 80)).isFalse();
    assertThat(forwards(old, "::1", 80)).isFalse();
  }
}
