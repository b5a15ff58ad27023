package inuse.core;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static inuse.kernel.abi.Constants.TCP_TIME_WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Port;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetlink.Datagram;
import inuse.kernel.fake.FakeSockets;
import inuse.kernel.netlink.InetDiag;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether sockets have changed, told by the kernel and found by a look. */
final class ChangesTest {
  private final FakeSockets sockets = new FakeSockets();
  private final FakeKernel kernel = new FakeKernel().dumps(sockets);
  private final Changes changes = new Changes(Host.of(kernel));

  @AfterEach
  void nothingStaysOpen() {
    changes.close();
    assertThat(kernel.openDescriptors()).isEmpty();
  }

  @Test
  void theFirstLookIsAChangeAndTheSameAgainIsNone() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    sockets.add(AF_INET6, IPPROTO_UDP, TCP_CLOSE, 101);

    assertThat(changes.areThere()).isTrue();
    assertThat(changes.areThere()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    AF_INET + ", " + IPPROTO_TCP + ", " + TCP_LISTEN,
    AF_INET6 + ", " + IPPROTO_TCP + ", " + TCP_LISTEN,
    AF_INET + ", " + IPPROTO_TCP + ", " + TCP_BOUND_INACTIVE,
    AF_INET + ", " + IPPROTO_UDP + ", " + TCP_CLOSE,
    AF_INET6 + ", " + IPPROTO_UDP + ", " + TCP_ESTABLISHED,
  })
  void whatIsBoundOrGivenUpIsAChange(int family, int protocol, int state) {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    changes.areThere();

    sockets.add(family, protocol, state, 200);
    assertThat(changes.areThere()).isTrue();
    assertThat(changes.areThere()).isFalse();
    sockets.clear();
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    assertThat(changes.areThere()).isTrue();
  }

  @Test
  void anotherSocketInPlaceOfOneIsAChange() {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100);
    changes.areThere();
    sockets.clear();
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 101);

    assertThat(changes.areThere()).isTrue();
  }

  /** They come and go all the time. */
  @ParameterizedTest
  @CsvSource({TCP_ESTABLISHED + "", TCP_TIME_WAIT + ""})
  void connectionsAreNone(int state) {
    changes.areThere();
    sockets.add(AF_INET, IPPROTO_TCP, state, 100);

    assertThat(changes.areThere()).isFalse();
  }

  @Test
  void whatCannotBeSeenMayHaveChanged() {
    changes.areThere();
    kernel.refuse("socket", "16", Errno.EPERM);

    assertThat(changes.areThere()).isTrue();
    assertThat(changes.areThere()).isTrue();
  }

  private static Datagram destroyed(int port) {
    byte[] message = new byte[16 + InetDiag.RECORD_BYTES];
    Bytes.putInt(message, 0, message.length);
    Bytes.putShort(message, 4, 20);
    message[16] = AF_INET;
    Bytes.putNetworkShort(message, 20, port);
    return Datagram.of(message);
  }

  @Test
  void anEndIsToldOfThePortsThatMatter() {
    Set<Port> ports = Set.of(new Port(8080), new Port(53));
    int fd = changes.descriptor().orElseThrow();
    assertThat(kernel.awaitInput(fd, 0)).isZero();

    kernel.news(destroyed(8080));
    assertThat(kernel.awaitInput(fd, 0)).isEqualTo(1);
    assertThat(changes.haveEnded(ports)).isTrue();
    assertThat(kernel.awaitInput(fd, 0)).isZero();
    kernel.news(destroyed(9090));
    kernel.news(destroyed(0));
    assertThat(changes.haveEnded(ports)).isFalse();
    kernel.news(destroyed(53));
    assertThat(changes.haveEnded(Set.of())).isFalse();
    assertThat(changes.haveEnded(ports)).isFalse();
  }

  @Test
  void aKernelThatDoesNotTellIsLookedAt() {
    FakeKernel silent = new FakeKernel().dumps(sockets).refuse("bind", "netlink", Errno.EPERM);
    try (Changes looks = new Changes(Host.of(silent))) {
      assertThat(looks.descriptor()).isEmpty();
      assertThat(looks.haveEnded(Set.of(new Port(8080)))).isFalse();
      assertThat(looks.areThere()).isTrue();
      assertThat(looks.areThere()).isFalse();
    }
  }
}
