package inuse.kernel.proc;

import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntPredicate;

/**
 * One socket of /proc/net/tcp, tcp6, udp or udp6 (proc_net(5)); the fallback where the kernel lacks
 * sock_diag.
 *
 * @param wide whether the addresses are of 128 bits
 * @param state a TCP state's number
 * @param timer 3 in TIME_WAIT
 * @param expiresTicks clock ticks until the timer fires
 */
public record NetTcp(
    boolean wide,
    RawAddress source,
    int sourcePort,
    RawAddress destination,
    int destinationPort,
    int state,
    int timer,
    long expiresTicks,
    long uid,
    long inode) {

  private static final String FILE = "/proc/net/{tcp,tcp6,udp,udp6}";

  /** What the line above the sockets begins with; the kernel indents that of udp differently. */
  private static final String HEADER = "sl";

  /** The sockets of one file, or of some of its lines, whose local port is the given one. */
  public static List<NetTcp> parse(String text, int localPort) {
    return parse(text, port -> port == localPort);
  }

  /** All sockets of one file, or of some of its lines. */
  public static List<NetTcp> parse(String text) {
    return parse(text, port -> true);
  }

  private static List<NetTcp> parse(String text, IntPredicate wanted) {
    List<NetTcp> sockets = new ArrayList<>();
    for (String line : Fields.split(text, '\n')) {
      if (line.isEmpty() || line.trim().startsWith(HEADER)) {
        continue;
      }
      NetTcp socket = line(line);
      if (wanted.test(socket.sourcePort)) {
        sockets.add(socket);
      }
    }
    return sockets;
  }

  private static NetTcp line(String line) {
    String[] fields = line.trim().split(" +", -1);
    if (fields.length < 10) {
      throw new Unparsable(FILE, line);
    }
    if (fields[1].length() != fields[2].length()) {
      throw new Unparsable(FILE, line);
    }
    int timerEnd = fields[5].indexOf(':');
    return new NetTcp(
        fields[1].length() > 16,
        address(fields[1], line),
        port(fields[1], line),
        address(fields[2], line),
        port(fields[2], line),
        (int) hex(fields[3], line),
        (int) hex(fields[5].substring(0, Math.max(timerEnd, 0)), line),
        hex(fields[5].substring(timerEnd + 1), line),
        checked(Numeral.decimal32(fields[7]), line),
        checked(Numeral.decimal(fields[9]), line));
  }

  /** Words of four bytes, each printed as a number of this (little-endian) machine. */
  private static RawAddress address(String field, String line) {
    int colon = field.indexOf(':');
    if (colon != 8 && colon != 32) {
      throw new Unparsable(FILE, line);
    }
    byte[] address = new byte[colon / 2];
    for (int word = 0; word < colon; word += 8) {
      Bytes.putInt(address, word / 2, (int) hex(field.substring(word, word + 8), line));
    }
    return RawAddress.read(address, 0, address.length);
  }

  private static int port(String field, String line) {
    long port = hex(field.substring(field.indexOf(':') + 1), line);
    if (port > 0xffff) {
      throw new Unparsable(FILE, line);
    }
    return (int) port;
  }

  private static long hex(String field, String line) {
    return checked(Numeral.parse(field, 0, field.length(), 16), line);
  }

  private static long checked(OptionalLong value, String line) {
    return value.orElseThrow(() -> new Unparsable(FILE, line));
  }
}
