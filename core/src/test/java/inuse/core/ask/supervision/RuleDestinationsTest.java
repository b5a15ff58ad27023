package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeSockets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a socket takes what a rule of the packet filter sends to this host. */
final class RuleDestinationsTest {
  private static final PortTarget TARGET =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private final FakeSockets sockets = new FakeSockets();
  private final FakeKernel kernel =
      new FakeKernel().dumps(sockets).file("/proc/sys/kernel/osrelease", "6.18.44\n");

  private Optional<String> unserved(String rule) {
    return new RuleDestinations(Host.of(kernel)).unserved(rule, TARGET).map(Endpoint::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "tcp dport 8080 counter packets 0 bytes 0 dnat to 172.17.0.2:80, 172.17.0.2:80",
    "tcp dport 8080 dnat to 10.0.0.1, 10.0.0.1:8080",
    "tcp dport 8080 dnat ip6 to [::1]:90, [::1]:90",
    "tcp dport 8080 dnat to ::1, [::1]:8080",
    "tcp dport 8080 redirect to :90, 0.0.0.0:90",
    "tcp dport 8080 redirect, 0.0.0.0:8080",
    "-A A -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.0.1:81, 10.0.0.1:81",
    "-A A -p tcp -m tcp --dport 8080 -j REDIRECT --to-ports 90, 0.0.0.0:90",
    "-A A -p tcp -m tcp --dport 8080 -j REDIRECT, 0.0.0.0:8080",
    "tcp dport 8080 tproxy to :90, 0.0.0.0:90",
    "tcp dport 8080 jump other, ''",
    "dnat to tcp dport map { 8080 : 10.3.3.3 }, ''",
    "tcp dport 8080 dnat to 10.0.0.1-10.0.0.9, ''",
    "tcp dport 8080 redirect to :90-95, ''",
    "tcp dport 8080 redirect to :70000, ''",
    "tcp dport 8080 dnat to :, ''",
    "tcp dport 8080 dnat to, ''"
  })
  void whatARuleNamesIsReadFromIt(String rule, String place) {
    assertThat(RuleDestinations.destination(rule, TARGET).map(Endpoint::toString).orElse(""))
        .isEqualTo(place);
  }

  @Test
  void aPortOfThisHostThatNoServerHasIsUnserved() {
    assertThat(unserved("tcp dport 8080 redirect to :90")).contains("0.0.0.0:90");
    assertThat(unserved("tcp dport 8080 dnat to 127.0.0.1:90")).contains("127.0.0.1:90");
  }

  @Test
  void aServerThereTakesIt() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100).local(0x7f000001, 90);

    assertThat(unserved("tcp dport 8080 redirect to :90")).isEmpty();
    assertThat(unserved("tcp dport 8080 dnat to 127.0.0.1:90")).isEmpty();
    assertThat(unserved("tcp dport 8080 dnat to 127.0.0.2:90")).contains("127.0.0.2:90");
  }

  @Test
  void ofAnotherHostNothingIsSaid() {
    assertThat(unserved("tcp dport 8080 dnat to 172.17.0.2:80")).isEmpty();
  }

  @Test
  void whereSocketsCannotBeReadNothingIsSaid() {
    kernel.refuse("socket", "16", Errno.EPERM);

    assertThat(unserved("tcp dport 8080 redirect to :90")).isEmpty();
  }
}
