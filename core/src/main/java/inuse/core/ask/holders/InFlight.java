package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.MSG_CMSG_CLOEXEC;
import static inuse.kernel.abi.Constants.MSG_DONTWAIT;
import static inuse.kernel.abi.Constants.MSG_PEEK;
import static inuse.kernel.abi.Constants.SCM_RIGHTS;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_PEEK_OFF;

import inuse.core.evidence.Pid;
import inuse.core.io.Host;
import inuse.core.io.ProcessNumbers;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import java.util.ArrayList;
import java.util.List;

/**
 * Descriptors in flight to a unix socket, read with MSG_PEEK through a duplicate of the receiver's
 * descriptor, which leaves the queue as it is; a socket with SO_PEEK_OFF set, of which that is not
 * true, is left alone. The kernel shows the descriptors of the first message that has any.
 */
final class InFlight {
  /** Maximum bytes of data before that message. */
  private static final int MAX_DATA = 256 * 1024;

  /** Room for 253 descriptors, the most of one message (SCM_MAX_FD), and for credentials. */
  private static final int CONTROL_BYTES = 2048;

  /** sizeof(struct cmsghdr). */
  private static final int HEADER_BYTES = 16;

  /** SCM_PIDFD of linux/socket.h, which passes a descriptor too. */
  private static final int SCM_PIDFD = 4;

  private final SystemCalls calls;
  private final Proc proc;
  private final ProcessNumbers numbers;

  InFlight(Host host) {
    calls = host.calls();
    proc = host.proc();
    numbers = new ProcessNumbers(host);
  }

  /** The inodes of the sockets in flight to a process's descriptor; zero for other files. */
  List<Long> sentTo(int pid, int fd) {
    int pidfd = calls.pidfdOpen(pid, 0);
    if (pidfd < 0) {
      return List.of();
    }
    try {
      // Reading the queue of another process would tell nothing about this one.
      int copy =
          numbers.isOf(pidfd, new Pid(pid)) ? calls.pidfdGetFd(pidfd, fd) : -Errno.ESRCH.code();
      if (copy < 0) {
        return List.of();
      }
      try {
        if (!isUnmovedByPeeking(copy)) {
          return List.of();
        }
        byte[] control = new byte[CONTROL_BYTES];
        int flags = MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
        int length = calls.receiveMessage(copy, new byte[MAX_DATA], control, flags);
        return length < 0 ? List.of() : inodes(control);
      } finally {
        calls.close(copy);
      }
    } finally {
      calls.close(pidfd);
    }
  }

  /** Whether its owner has not asked the kernel to count what was peeked at (SO_PEEK_OFF). */
  private boolean isUnmovedByPeeking(int fd) {
    byte[] offset = new byte[4];
    return calls.getSocketOption(fd, SOL_SOCKET, SO_PEEK_OFF, offset) == offset.length
        && Bytes.getInt(offset, 0) < 0;
  }

  /** Closes every descriptor that was received. */
  private List<Long> inodes(byte[] control) {
    List<Long> inodes = new ArrayList<>();
    int at = 0;
    while (at + HEADER_BYTES <= control.length) {
      long length = Bytes.getLong(control, at);
      if (length < HEADER_BYTES || length > control.length - at) {
        break;
      }
      int type = Bytes.getInt(control, at + 12);
      boolean descriptors =
          Bytes.getInt(control, at + 8) == SOL_SOCKET && (type == SCM_RIGHTS || type == SCM_PIDFD);
      int end = at + (int) length;
      for (int one = at + HEADER_BYTES; descriptors && one + 4 <= end; one += 4) {
        int fd = Bytes.getInt(control, one);
        if (fd >= 0) {
          if (type == SCM_RIGHTS) {
            inodes.add(inode(fd));
          }
          calls.close(fd);
        }
      }
      at += ((int) length + 7) & ~7;
    }
    return inodes;
  }

  private long inode(int fd) {
    return switch (proc.link("/proc/self/fd/" + fd)) {
      case CallResult.Failed<String> failed -> 0;
      case CallResult.Ok<String>(String target) -> ProcessFiles.socketInode(target);
    };
  }
}
