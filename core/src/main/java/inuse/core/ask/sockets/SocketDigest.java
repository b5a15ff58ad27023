package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.SOCK_DIAG_BY_FAMILY;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;

import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.netlink.DumpEnd;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.NetlinkSocket;
import java.util.OptionalLong;

/**
 * A number for all sockets that are bound and no connections: it is another one as soon as one of
 * them comes, goes, listens or moves. Far cheaper than to find out what they are.
 */
public final class SocketDigest {
  private static final int OF_TCP = (1 << TCP_LISTEN) | (1 << TCP_BOUND_INACTIVE);
  private static final int OF_UDP = (1 << TCP_CLOSE) | (1 << TCP_ESTABLISHED);

  /** An odd number with as many ones as zeros, which spreads a difference over all bits. */
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private final Host host;
  private final NetlinkSocket netlink;

  public SocketDigest(Host host) {
    this.host = host;
    netlink = new NetlinkSocket(host.calls());
  }

  /** The number now; empty where the kernel did not tell all of them. */
  public OptionalLong read() {
    Sum sum = new Sum();
    for (int family : new int[] {AF_INET, AF_INET6}) {
      sum.add(family, IPPROTO_TCP, OF_TCP);
      sum.add(family, IPPROTO_UDP, OF_UDP);
    }
    return sum.isWhole ? OptionalLong.of(sum.all) : OptionalLong.empty();
  }

  /** Without an order: the kernel has none. */
  private final class Sum implements NetlinkSocket.Filter<InetDiag.Socket> {
    private boolean isWhole = true;
    private long all;
    private long before;

    void add(int family, int protocol, int states) {
      before = all;
      byte[] query =
          new InetDiag.Query(family, protocol, states, 0, 0, InetDiag.Filter.HEADER).encode();
      long end = new Deadline(host.calls(), Deadline.OF_A_DUMP).soonerNanos(Deadline.OF_A_DUMP);
      isWhole &=
          netlink.dump(SOCK_DIAG_BY_FAMILY, query, InetDiag::decode, this, end).end()
              instanceof DumpEnd.Whole;
    }

    @Override
    public void begin() {
      all = before;
    }

    @Override
    public boolean keeps(InetDiag.Socket socket) {
      long one = socket.cookie() * SPREAD + socket.state();
      one = one * SPREAD + socket.sourcePort();
      all += (one ^ (one >>> 32)) * SPREAD;
      return false;
    }
  }
}
