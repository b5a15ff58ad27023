package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPV6_V6ONLY;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_BINDTODEVICE;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.Bytes;
import inuse.kernel.SocketOption;
import inuse.kernel.fake.FakeKernel;
import inuse.run.RunHost;
import org.junit.jupiter.api.Test;

final class BindKeyTest {
  private final FakeKernel kernel = new FakeKernel();

  private String key(int socket, byte[] address) {
    return BindKey.of(kernel, socket, address).text();
  }

  @Test
  void itIsProtocolPortAndAddress() {
    int socket = kernel.socket(AF_INET, SOCK_STREAM, 6);
    assertThat(key(socket, RunHost.v4(8080))).isEqualTo("6/8080/7f000001");
  }

  @Test
  void mptcpIsAnotherProtocol() {
    int socket = kernel.socket(AF_INET, SOCK_STREAM, 262);
    assertThat(key(socket, RunHost.v4(8080))).isEqualTo("262/8080/7f000001");
  }

  @Test
  void ofIpv6AWholeAddressAndWhetherItIsThatFamilysAlone() {
    int socket = kernel.socket(AF_INET6, SOCK_STREAM, 6);
    String both = key(socket, RunHost.v6(8080, 3));
    assertThat(both).isEqualTo("6/8080/" + "0".repeat(31) + "1" + "03000000");
    SocketOption.set(kernel, socket, IPPROTO_IPV6, IPV6_V6ONLY, true);
    assertThat(key(socket, RunHost.v6(8080, 3))).isEqualTo(both + "/only");
  }

  @Test
  void aDeviceIsPartOfIt() {
    int socket = kernel.socket(AF_INET, SOCK_STREAM, 6);
    kernel.setSocketOption(socket, SOL_SOCKET, SO_BINDTODEVICE, Bytes.of("eth0\0"));
    assertThat(key(socket, RunHost.v4(80))).isEqualTo("6/80/7f000001%eth0");
  }
}
