package inuse.core.io;

import static inuse.kernel.abi.Constants.IPPROTO_MPTCP;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_COOKIE;
import static inuse.kernel.abi.Constants.SO_PROTOCOL;

import inuse.core.evidence.Inode;
import inuse.kernel.FileStatus;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import java.util.OptionalLong;

/**
 * Whether a descriptor of ours is the socket that the kernel's table told of: by its SO_COOKIE,
 * which no other socket ever has.
 *
 * <p>An MPTCP socket has a cookie of its own, while the table of TCP shows its subflows, each with
 * another. The kernel gives them the inode of the socket that they belong to
 * (mptcp_subflow_create_socket), and an inode is not reused while a descriptor of it is open: that
 * is what they have in common.
 */
public final class SocketIdentity {
  private SocketIdentity() {}

  /**
   * Whether it is that socket.
   *
   * @param cookie of the socket in the table; zero where the table did not tell, and the inode has
   *     to do
   */
  public static boolean is(SystemCalls calls, int fd, Inode inode, long cookie) {
    if (cookie != 0 && SocketOption.cookie(calls, fd, SO_COOKIE).equals(OptionalLong.of(cookie))) {
      return true;
    }
    boolean byInode =
        cookie == 0 || SocketOption.number(calls, fd, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_MPTCP;
    return byInode && FileStatus.inode(calls, fd) == inode.number();
  }
}
