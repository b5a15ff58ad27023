package inuse.kernel.proc;

import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One socket of /proc/net/unix (proc_net(5)) that has a name; the fallback where the kernel lacks
 * sock_diag.
 *
 * @param type SOCK_STREAM and so on
 * @param state TCP_LISTEN, TCP_ESTABLISHED, else TCP_CLOSE, as unix_diag has them
 * @param name as bind(2) was given it; an abstract one begins with {@code @}, and its NULs are
 *     {@code @} too
 */
public record NetUnix(int type, int state, long inode, String name) {
  /** __SO_ACCEPTCON: it listens. */
  private static final int LISTENS = 0x10000;

  /** SS_CONNECTED. */
  private static final int CONNECTED = 3;

  /** Fields before the name: Num, RefCount, Protocol, Flags, Type, St, Inode. */
  private static final int FIELDS = 7;

  /**
   * The sockets of the file that have that name. Names may contain line feeds, so a line that does
   * not parse is part of a name and not an error.
   */
  public static List<NetUnix> parse(String text, String name) {
    List<NetUnix> sockets = new ArrayList<>();
    String ending = " " + name;
    for (String line : Fields.split(text, '\n')) {
      if (line.endsWith(ending)) {
        line(line, name).ifPresent(sockets::add);
      }
    }
    return sockets;
  }

  private static Optional<NetUnix> line(String line, String name) {
    String[] fields = line.split(" +", FIELDS + 1);
    if (fields.length <= FIELDS || !fields[FIELDS].equals(name)) {
      return Optional.empty();
    }
    OptionalLong flags = hex(fields[3]);
    OptionalLong type = hex(fields[4]);
    OptionalLong stage = hex(fields[5]);
    OptionalLong inode = Numeral.decimal(fields[6]);
    if (flags.isEmpty() || type.isEmpty() || stage.isEmpty() || inode.isEmpty()) {
      return Optional.empty();
    }
    int state = stage.getAsLong() == CONNECTED ? TCP_ESTABLISHED : TCP_CLOSE;
    if ((flags.getAsLong() & LISTENS) != 0) {
      state = TCP_LISTEN;
    }
    return Optional.of(new NetUnix((int) type.getAsLong(), state, inode.getAsLong(), name));
  }

  private static OptionalLong hex(String field) {
    return Numeral.parse(field, 0, field.length(), 16);
  }
}
