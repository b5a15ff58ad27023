package inuse.kernel.proc;

import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** /proc/net/unix, in which a name may hold anything. */
final class NetUnixTest {
  private static final String HEADER = "Num       RefCount Protocol Flags    Type St Inode Path\n";
  private static final String LISTENS = "f45: 00000002 00000000 00010000 0001 01 2478 ";
  private static final String BOUND = "f46: 00000002 00000000 00000000 0002 01 2479 ";
  private static final String CONNECTED = "f47: 00000003 00000000 00000000 0001 03  1212 ";

  @Test
  void socketsOfThatNameAreFoundInEachState() {
    assertThat(
            NetUnix.parse(
                HEADER
                    + LISTENS
                    + "/run/a.sock\n"
                    + BOUND
                    + "/run/a.sock\n"
                    + CONNECTED
                    + "/run/a.sock\n"
                    + BOUND
                    + "/run/b.sock\n"
                    + "f48: 00000003 00000000 00000000 0001 03  1213\n",
                "/run/a.sock"))
        .containsExactly(
            new NetUnix(SOCK_STREAM, TCP_LISTEN, 2478, "/run/a.sock"),
            new NetUnix(2, TCP_CLOSE, 2479, "/run/a.sock"),
            new NetUnix(SOCK_STREAM, TCP_ESTABLISHED, 1212, "/run/a.sock"));
  }

  @Test
  void aNameThatEndsLikeOursIsAnother() {
    assertThat(NetUnix.parse(HEADER + BOUND + "x /run/a.sock\n", "/run/a.sock")).isEmpty();
  }

  @Test
  void aLineThatIsPartOfSomebodysNameIsPassedOver() {
    assertThat(
            NetUnix.parse(
                HEADER + BOUND + "one\ntwo three /run/a.sock\n" + BOUND + "/run/a.sock\n",
                "/run/a.sock"))
        .hasSize(1);
    assertThat(NetUnix.parse(HEADER + "a b c zzz 1 1 1 /run/a.sock\n", "/run/a.sock")).isEmpty();
  }
}
