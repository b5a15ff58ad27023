package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.F_GETFL;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_ACCEPTCONN;
import static inuse.kernel.abi.Constants.SO_DOMAIN;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static inuse.kernel.abi.Constants.SO_PROTOCOL;
import static inuse.kernel.abi.Constants.SO_TYPE;

import inuse.core.evidence.ProcessIdentity;
import inuse.core.io.Host;
import inuse.core.io.ProcessNumbers;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import inuse.kernel.proc.ProcessFiles.SocketFile;
import inuse.kernel.proc.ProcessStat;
import inuse.run.process.PollHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Gives the listeners of a program without a supervisor to the supervisor of its successor, as far
 * as this user may access its processes (pidfd_getfd(2), which requires root where Yama's
 * ptrace_scope is not 0).
 */
public final class HandoverStandIn {
  private static final int V6_BYTES = 28;
  private static final long FOR_EVER = Duration.ofDays(1).toNanos();

  private final SystemCalls calls;
  private final Proc proc;
  private final BindRegistry bound = new BindRegistry();
  private final HandoverServer server;
  private boolean ready;

  /** Whether a descriptor is the connection to a successor's supervisor. */
  public static boolean isLine(Host host, int descriptor) {
    return SocketOption.number(host.calls(), descriptor, SOL_SOCKET, SO_TYPE) == SOCK_SEQPACKET;
  }

  /**
   * A stand-in for one successor.
   *
   * @param line connection to its supervisor
   * @param holders the program's processes
   */
  public HandoverStandIn(Host host, int line, List<ProcessIdentity> holders) {
    calls = host.calls();
    proc = host.proc();
    server =
        new HandoverServer(
            host, new HandoverDirectories(host, Optional.empty()), bound, () -> false);
    List<Integer> pids = new ArrayList<>();
    OptionalLong namespace = SocketOption.ownNamespace(calls);
    for (ProcessIdentity holder : holders) {
      pids.add(holder.pid().number());
      look(host, holder, namespace);
    }
    server.serve(pids.getFirst(), () -> pids, () -> ready = true);
    server.serve(line);
  }

  private void look(Host host, ProcessIdentity holder, OptionalLong namespace) {
    int pid = holder.pid().number();
    int pidfd = calls.pidfdOpen(pid, 0);
    boolean same =
        new ProcessNumbers(host).isOf(pidfd, holder.pid())
            && ProcessStat.read(proc, pid) instanceof CallResult.Ok<ProcessStat>(var now)
            && now.startTicks() == holder.startTicks();
    if (same
        && ProcessFiles.sockets(proc, pid, inode -> true)
            instanceof CallResult.Ok<List<SocketFile>>(List<SocketFile> sockets)) {
      for (SocketFile socket : sockets) {
        int copy = calls.pidfdGetFd(pidfd, socket.fd());
        if (copy >= 0) {
          look(copy, namespace);
          calls.close(copy);
        }
      }
    }
    calls.close(pidfd);
  }

  private void look(int socket, OptionalLong namespace) {
    int domain = SocketOption.number(calls, socket, SOL_SOCKET, SO_DOMAIN);
    byte[] address = new byte[V6_BYTES];
    if ((domain == AF_INET || domain == AF_INET6)
        && SocketOption.number(calls, socket, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP
        && SocketOption.number(calls, socket, SOL_SOCKET, SO_ACCEPTCONN) > 0
        && SocketOption.cookie(calls, socket, SO_NETNS_COOKIE).equals(namespace)
        && calls.getSocketName(socket, address) > 0) {
      long inode = FileStatus.inode(calls, socket);
      // The flags with which it was bound are not known.
      int flags = calls.fileControl(socket, F_GETFL, 0);
      bound.bound(inode, BindKey.of(calls, socket, address), flags);
      bound.listens(inode, Handover.BACKLOG);
    }
  }

  /** Waits until the successor is ready; false where it has failed. */
  public boolean awaitReady() {
    while (!ready && !server.watched().isEmpty()) {
      PollHandler.await(calls, server.watched(), FOR_EVER);
    }
    return ready;
  }
}
