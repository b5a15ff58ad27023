package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_LINGER;
import static inuse.kernel.abi.Constants.SO_REUSEPORT;
import static inuse.kernel.abi.Constants.TCP_NODELAY;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.SocketOption;
import inuse.kernel.fake.FakeKernel;
import org.junit.jupiter.api.Test;

final class ListenerOptionsTest {
  private static final int SO_RCVBUF = 8;

  private final FakeKernel kernel = new FakeKernel();
  private final int from = kernel.socket(AF_INET, SOCK_STREAM, 6);
  private final int to = kernel.socket(AF_INET, SOCK_STREAM, 6);

  @Test
  void whatConnectionsInheritIsCopied() {
    SocketOption.set(kernel, from, SOL_SOCKET, SO_REUSEPORT, true);
    SocketOption.set(kernel, from, IPPROTO_TCP, TCP_NODELAY, true);
    ListenerOptions.copy(kernel, from, to);
    assertThat(SocketOption.number(kernel, to, SOL_SOCKET, SO_REUSEPORT)).isEqualTo(1);
    assertThat(SocketOption.number(kernel, to, IPPROTO_TCP, TCP_NODELAY)).isEqualTo(1);
  }

  @Test
  void whatIsOffIsTurnedOffToo() {
    SocketOption.set(kernel, to, IPPROTO_TCP, TCP_NODELAY, true);
    ListenerOptions.copy(kernel, from, to);
    assertThat(SocketOption.number(kernel, to, IPPROTO_TCP, TCP_NODELAY)).isZero();
  }

  @Test
  void aLingerIsCopiedWhole() {
    byte[] linger = {1, 0, 0, 0, 7, 0, 0, 0};
    kernel.setSocketOption(from, SOL_SOCKET, SO_LINGER, linger);
    ListenerOptions.copy(kernel, from, to);
    byte[] copied = new byte[8];
    kernel.getSocketOption(to, SOL_SOCKET, SO_LINGER, copied);
    assertThat(copied).isEqualTo(linger);
  }

  @Test
  void bufferSizesAreLeftAlone() {
    SocketOption.set(kernel, from, SOL_SOCKET, SO_RCVBUF, true);
    ListenerOptions.copy(kernel, from, to);
    assertThat(SocketOption.number(kernel, to, SOL_SOCKET, SO_RCVBUF)).isZero();
  }

  @Test
  void whatIsTheSameIsNotSet() {
    SocketOption.set(kernel, from, SOL_SOCKET, SO_REUSEPORT, true);
    SocketOption.set(kernel, to, SOL_SOCKET, SO_REUSEPORT, true);
    ListenerOptions.copy(kernel, from, to);
    assertThat(kernel.socketOf(to).timesSet()).isEqualTo(1);
  }
}
