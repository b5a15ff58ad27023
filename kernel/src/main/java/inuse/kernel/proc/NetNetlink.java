package inuse.kernel.proc;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The table of netlink sockets, /proc/net/netlink (net/netlink/af_netlink.c). */
public final class NetNetlink {
  private static final int PROTOCOL_AT = 1;
  private static final int ID_AT = 2;
  private static final int INODE_AT = 9;

  private NetNetlink() {}

  /** The inode of the socket that has that port id of a protocol; empty where there is none. */
  public static OptionalLong inode(String table, int protocol, long id) {
    for (String line : Fields.split(table, '\n')) {
      List<String> fields =
          Stream.of(Fields.split(line.trim(), ' ')).filter(one -> !one.isEmpty()).toList();
      if (fields.size() > INODE_AT
          && Numeral.decimal(fields.get(PROTOCOL_AT)).equals(OptionalLong.of(protocol))
          && Numeral.decimal(fields.get(ID_AT)).equals(OptionalLong.of(id))) {
        return Numeral.decimal(fields.get(INODE_AT));
      }
    }
    return OptionalLong.empty();
  }
}
