package inuse.kernel.bpf;

import static inuse.kernel.abi.Constants.BPF_CGROUP_INET4_BIND;
import static inuse.kernel.abi.Constants.BPF_CGROUP_INET4_POST_BIND;
import static inuse.kernel.abi.Constants.BPF_CGROUP_INET6_BIND;
import static inuse.kernel.abi.Constants.BPF_CGROUP_INET6_POST_BIND;
import static inuse.kernel.abi.Constants.BPF_CGROUP_INET_SOCK_RELEASE;
import static inuse.kernel.abi.Constants.BPF_CGROUP_SOCK_OPS;
import static inuse.kernel.abi.Constants.BPF_PROG_TYPE_CGROUP_SOCK;
import static inuse.kernel.abi.Constants.BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
import static inuse.kernel.abi.Constants.BPF_PROG_TYPE_SOCK_OPS;

import java.util.Map;

/** The six programs of {@link BindTables}, and where the kernel calls each. */
enum BindProgram {
  /** Before bind(2) of IPv4 does anything. */
  ASKED_V4(
      BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
      BPF_CGROUP_INET4_BIND,
      BindTables.COOKIE + BindTables.TIME,
      BindTables.ASKED_V4 + BindTables.KEEP_SOCKET),
  /** Before bind(2) of IPv6 does anything. */
  ASKED_V6(
      BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
      BPF_CGROUP_INET6_BIND,
      BindTables.COOKIE + BindTables.TIME,
      BindTables.ASKED_V6 + BindTables.KEEP_SOCKET),
  /** After bind(2) of IPv4 has the port. */
  BOUND_V4(
      BPF_PROG_TYPE_CGROUP_SOCK,
      BPF_CGROUP_INET4_POST_BIND,
      BindTables.COOKIE + BindTables.TIME,
      BindTables.BOUND_V4),
  /** After bind(2) of IPv6 has the port. */
  BOUND_V6(
      BPF_PROG_TYPE_CGROUP_SOCK,
      BPF_CGROUP_INET6_POST_BIND,
      BindTables.COOKIE + BindTables.TIME,
      BindTables.BOUND_V6),
  /** At the end of listen(2). */
  LISTENING(
      BPF_PROG_TYPE_SOCK_OPS,
      BPF_CGROUP_SOCK_OPS,
      BindTables.ONLY_LISTEN + BindTables.COOKIE + BindTables.TIME,
      BindTables.LISTENING + BindTables.KEEP_SOCKET),
  /** When the last descriptor of a socket is closed. */
  RELEASED(
      BPF_PROG_TYPE_CGROUP_SOCK,
      BPF_CGROUP_INET_SOCK_RELEASE,
      BindTables.COOKIE + BindTables.ONLY_KNOWN + BindTables.TIME,
      BindTables.RELEASED);

  /** The programs call nothing that takes the GPL, and are what the rest of the tree is. */
  static final String LICENCE = "Apache-2.0";

  private final int type;
  private final int attachType;
  private final String begin;
  private final String end;

  BindProgram(int type, int attachType, String begin, String end) {
    this.type = type;
    this.attachType = attachType;
    this.begin = BindTables.HEAD + begin;
    this.end = end + BindTables.TELL;
  }

  /** The table; without the namespace and the process where an older kernel does not say them. */
  String table(boolean saysWho) {
    return begin + (saysWho ? BindTables.WHERE_AND_WHO : "") + end;
  }

  /**
   * The program.
   *
   * @param maps the descriptors of {@code ring}, {@code sockets} and {@code lost}
   */
  Bpf.Program assembled(Map<String, Integer> maps, boolean saysWho) {
    byte[] instructions = new Assembler(maps).assemble(table(saysWho));
    return Bpf.Program.ofGroup(instructions, LICENCE, type, attachType);
  }
}
