package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.SOCK_DIAG_BY_FAMILY;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.UDIAG_SHOW_RQLEN;

import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.netlink.UnixDiag;
import java.util.Arrays;

/**
 * The unix stream sockets of this network namespace to which nothing was sent that they have not
 * read. No descriptor is in flight to them: on a stream it comes with at least one byte. Nearly all
 * unix sockets are of these, and one dump costs less than asking each of a few of them.
 */
final class IdleStreams {
  private long[] inodes = new long[64];
  private int count;

  /** Asks the kernel; what it does not tell counts as not idle. */
  IdleStreams(Host host, Deadline deadline) {
    var _ =
        new NetlinkSocket(host.calls())
            .dump(
                SOCK_DIAG_BY_FAMILY,
                UnixDiag.query(UDIAG_SHOW_RQLEN),
                UnixDiag::decode,
                new NetlinkSocket.Filter<UnixDiag.Socket>() {
                  @Override
                  public void begin() {
                    count = 0;
                  }

                  @Override
                  public boolean keeps(UnixDiag.Socket socket) {
                    if (socket.type() == SOCK_STREAM
                        && socket.queue().filter(one -> one.receive() == 0).isPresent()) {
                      add(socket.inode());
                    }
                    return false;
                  }
                },
                deadline.soonerNanos(Deadline.OF_A_DUMP));
    inodes = Arrays.copyOf(inodes, count);
    Arrays.sort(inodes);
  }

  private void add(long inode) {
    if (count == inodes.length) {
      inodes = Arrays.copyOf(inodes, 2 * count);
    }
    inodes[count] = inode;
    count++;
  }

  boolean has(long inode) {
    return Arrays.binarySearch(inodes, inode) >= 0;
  }
}
