package inuse.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** /proc/net/netlink as Linux writes it. */
final class NetNetlinkTest {
  private static final String TABLE =
      "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n"
          + "00000000e1b1e5e4 0   1234       00000111 0        0        0     2        0       "
          + " 20518   \n"
          + "000000006d5c6e3b 16  4294962895 00000002 0        0        0     2        3        777"
          + "     \n"
          + "0000000000000000 16  0          00000000 0        0        0     2        0        9\n"
          + "cut short\n";

  @Test
  void aSocketIsFoundByItsProtocolAndId() {
    assertThat(NetNetlink.inode(TABLE, 0, 1234)).hasValue(20_518);
    assertThat(NetNetlink.inode(TABLE, 16, 4_294_962_895L)).hasValue(777);
  }

  @Test
  void theSameIdOfAnotherProtocolIsAnotherSocket() {
    assertThat(NetNetlink.inode(TABLE, 16, 1234)).isEmpty();
    assertThat(NetNetlink.inode("", 0, 1234)).isEmpty();
  }
}
