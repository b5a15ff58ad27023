package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_IP;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPT_SO_GET_ENTRIES;
import static inuse.kernel.abi.Constants.IPT_SO_GET_INFO;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Reading;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.netfilter.XTables;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tables of iptables-legacy that may send packets elsewhere. A table is asked for only where it
 * is: to ask for another one has the kernel make it.
 */
final class LegacyTables {
  /** Bytes of a table that fit into one answer of getsockopt(2): some 4,000 rules. */
  static final int MAX_BYTES = 1_000_000;

  private static final String V4_TABLES = "/proc/net/ip_tables_names";
  private static final String V6_TABLES = "/proc/net/ip6_tables_names";

  /** A table's size may change between the two questions. */
  private static final int MAX_ATTEMPTS = 4;

  private final SystemCalls calls;
  private final Proc proc;
  private final List<Gap> gaps = new ArrayList<>();

  LegacyTables(SystemCalls calls, Proc proc) {
    this.calls = calls;
    this.proc = proc;
  }

  List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  /** Each that is there. */
  List<PacketFilter> read() {
    List<PacketFilter> filters = new ArrayList<>();
    for (boolean v6 : List.of(false, true)) {
      String names =
          proc.text(v6 ? V6_TABLES : V4_TABLES) instanceof CallResult.Ok<String>(String text)
              ? text
              : "";
      for (String name : List.of("nat", "mangle")) {
        if (names.contains(name + "\n")) {
          table(v6, name)
              .ifPresentOrElse(
                  one ->
                      filters.add(
                          new PacketFilter(
                              one.chains(), one.rules(), (family, table, set) -> Optional.empty())),
                  () -> gaps.add(NatRules.gap(Reading.Why.UNREADABLE)));
        }
      }
    }
    return filters;
  }

  private Optional<XTables.Table> table(boolean v6, String name) {
    int fd = calls.socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      return Optional.empty();
    }
    try {
      Optional<XTables.Table> table = Optional.empty();
      for (int i = 0; i < MAX_ATTEMPTS && table.isEmpty(); i++) {
        table = table(fd, v6, name);
      }
      return table;
    } finally {
      calls.close(fd);
    }
  }

  private Optional<XTables.Table> table(int fd, boolean v6, String name) {
    int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;
    byte[] info = named(name, XTables.INFO_BYTES);
    if (calls.getSocketOption(fd, level, IPT_SO_GET_INFO, info) != XTables.INFO_BYTES) {
      return Optional.empty();
    }
    long size = XTables.size(info);
    if (size > MAX_BYTES) {
      return Optional.empty();
    }
    byte[] entries = named(name, XTables.ENTRIES_AT + (int) size);
    Bytes.putInt(entries, XTables.NAME_BYTES, (int) size);
    return calls.getSocketOption(fd, level, IPT_SO_GET_ENTRIES, entries) == entries.length
        ? Optional.of(XTables.table(v6, name, info, entries))
        : Optional.empty();
  }

  private static byte[] named(String name, int length) {
    byte[] bytes = new byte[length];
    System.arraycopy(Bytes.of(name), 0, bytes, 0, name.length());
    return bytes;
  }
}
