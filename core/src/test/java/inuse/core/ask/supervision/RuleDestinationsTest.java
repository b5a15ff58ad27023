package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeSockets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether a socket takes what a rule of the packet filter sends to this host. */
final class RuleDestinationsTest {
  private static final PortTarget TARGET =
      new PortTarget(Protocol.TCP, Optional.empty(), new Port(8080));

  private final FakeSockets sockets = new FakeSockets();
  private final FakeKernel kernel =
      new FakeKernel().dumps(sockets).file("/proc/sys/kernel/osrelease", "6.18.44\n");

  private Optional<String> unserved(String... places) {
    List<Endpoint> endpoints =
        Stream.of(places)
            .map(one -> one.split(":", 2))
            .map(one ->
                new Endpoint(
                    IpAddress.parse(one[0]).orElseThrow(), new Port(Integer.parseInt(one[1]))))
            .toList();
    return new RuleDestinations(Host.of(kernel))
        .unserved(endpoints, TARGET)
        .map(Endpoint::toString);
  }

  @Test
  void aPortOfThisHostThatNoServerHasIsUnserved() {
    assertThat(unserved("0.0.0.0:90")).contains("0.0.0.0:90");
    assertThat(unserved("127.0.0.1:90")).contains("127.0.0.1:90");
  }

  @Test
  void aServerThereTakesIt() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100).local(0x7f000001, 90);

    assertThat(unserved("0.0.0.0:90")).isEmpty();
    assertThat(unserved("127.0.0.1:90")).isEmpty();
    assertThat(unserved("127.0.0.2:90")).contains("127.0.0.2:90");
  }

  @Test
  void ofAnotherHostNothingIsSaid() {
    assertThat(unserved("172.17.0.2:80")).isEmpty();
  }

  @Test
  void ofSeveralPlacesOneWithAServerIsEnough() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100).local(0x7f000001, 90);

    assertThat(unserved("127.0.0.1:91", "127.0.0.1:90")).isEmpty();
    assertThat(unserved("127.0.0.1:91", "127.0.0.1:92")).contains("127.0.0.1:91");
    assertThat(unserved("127.0.0.1:91", "172.17.0.2:80")).isEmpty();
    assertThat(unserved()).isEmpty();
  }

  @Test
  void whereSocketsCannotBeReadNothingIsSaid() {
    kernel.refuse("socket", "16", Errno.EPERM);

    assertThat(unserved("0.0.0.0:90")).isEmpty();
  }
}
