package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPPROTO_MPTCP;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPV6_V6ONLY;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_BINDTOIFINDEX;
import static inuse.kernel.abi.Constants.SO_COOKIE;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static inuse.kernel.abi.Constants.SO_PROTOCOL;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_INFO;

import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Device;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.io.Addresses;
import inuse.core.io.Deadline;
import inuse.core.io.DeviceNames;
import inuse.core.io.Host;
import inuse.core.io.LookingRights;
import inuse.core.io.Readings;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.RawAddress;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * TCP sockets that are bound without listening, on kernels whose tables do not show them: Linux
 * before 6.8, and any that refuses sock_diag. Every socket that a process has open and no table
 * lists is queried through a duplicate, taken with pidfd_getfd(2) and closed at once.
 *
 * <p>A socket whose port the kernel chose, and whose connection the peer reset, still reports that
 * port although it no longer holds it: such a socket is reported here wrongly. No option
 * distinguishes it.
 */
public final class BoundUnlistenedSearch {
  /** Maximum sockets that are queried. */
  static final int MAX_ASKED = 50_000;

  /** Processes that are searched between two checks of the deadline. */
  private static final int DEADLINE_STRIDE = 32;

  /** sizeof(struct sockaddr_in6), and offsets in it and in struct sockaddr_in. */
  private static final int NAME_BYTES = 28;

  private static final int ADDRESS_V4 = 4;
  private static final int ADDRESS_V6 = 8;

  private static final String WHAT = "sockets that are bound but do not listen";

  private final SystemCalls calls;
  private final Proc proc;
  private final UserNames users;
  private final DeviceNames devices;
  private final Deadline deadline;
  private final Set<Long> known = new HashSet<>();
  private final List<BoundSocket> sockets = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private OptionalLong namespace = OptionalLong.empty();
  private int asked;
  private int denied;

  public BoundUnlistenedSearch(Host host, UserNames users, DeviceNames devices, Deadline deadline) {
    calls = host.calls();
    proc = host.proc();
    this.users = users;
    this.devices = devices;
    this.deadline = deadline;
  }

  /** The table, completed by the sockets of that port that it does not show. */
  public SocketTable.Found complete(SocketTable.Found table, Port port) {
    table.sockets().forEach(socket -> socket.inode().ifPresent(one -> known.add(one.number())));
    namespace = SocketOption.ownNamespace(calls);
    switch (ProcessFiles.processes(proc)) {
      case CallResult.Failed<ProcessFiles.Processes>(var why) ->
          gaps.add(
              new Gap(
                  Gap.Subject.SOCKETS,
                  WHAT,
                  Readings.of(why.errno()),
                  "mount /proc, or run as root"));
      case CallResult.Ok<ProcessFiles.Processes>(var processes) -> search(processes.own(), port);
    }
    if (denied > 0) {
      gaps.add(
          new Gap(
              Gap.Subject.SOCKETS,
              WHAT + ", of " + (denied == 1 ? "one process" : denied + " processes"),
              Reading.Why.DENIED,
              LookingRights.whatShowsFiles(calls) + "; Linux 6.8 or newer tells of them at once"));
    }
    List<BoundSocket> all = new ArrayList<>(table.sockets());
    all.addAll(sockets);
    all.sort((one, other) -> one.state().compareTo(other.state()));
    List<Gap> allGaps = new ArrayList<>(table.gaps());
    allGaps.addAll(gaps);
    return new SocketTable.Found(
        List.copyOf(all), table.uncounted(), List.copyOf(allGaps), table.hidesBound());
  }

  private void search(List<Integer> pids, Port port) {
    for (int i = 0; i < pids.size(); i++) {
      boolean late = i % DEADLINE_STRIDE == 0 && deadline.isOver();
      if (late || asked >= MAX_ASKED) {
        gaps.add(
            new Gap(
                Gap.Subject.SOCKETS,
                WHAT + ", of " + (pids.size() - i) + " processes",
                late ? Reading.Why.TIMED_OUT : Reading.Why.TOO_MANY,
                "Linux 6.8 or newer tells of them at once"));
        return;
      }
      Optional<Errno> refusal = searchProcess(pids.get(i), port);
      if (refusal.filter(Errno.ENOSYS::equals).isPresent()) {
        gaps.add(
            new Gap(
                Gap.Subject.SOCKETS,
                WHAT,
                Reading.Why.UNSUPPORTED,
                "Linux 6.8 or newer tells of them"));
        return;
      }
      if (refusal.filter(Errno::isDenied).isPresent()) {
        denied++;
      }
    }
  }

  /**
   * Searches one process; the errno that kept us from querying each of its sockets. A process that
   * has ended is not an error.
   */
  private Optional<Errno> searchProcess(int pid, Port port) {
    // Before Linux 5.14 a socket does not report its network namespace: that of the process counts.
    if (namespace.isEmpty()) {
      CallResult<String> its = proc.link("/proc/" + pid + "/ns/net");
      if (its instanceof CallResult.Failed<String>(var why)) {
        return Optional.of(why.errno());
      }
      if (!its.equals(proc.link("/proc/self/ns/net"))) {
        return Optional.empty();
      }
    }
    return switch (ProcessFiles.sockets(proc, pid, inode -> !known.contains(inode))) {
      case CallResult.Failed<List<ProcessFiles.SocketFile>>(var why) -> Optional.of(why.errno());
      case CallResult.Ok<List<ProcessFiles.SocketFile>>(var files) -> {
        if (files.isEmpty()) {
          yield Optional.empty();
        }
        int pidfd = calls.pidfdOpen(pid, 0);
        if (pidfd < 0) {
          yield Optional.of(Errno.of(pidfd));
        }
        try {
          yield searchFiles(pidfd, files, port);
        } finally {
          calls.close(pidfd);
        }
      }
    };
  }

  private Optional<Errno> searchFiles(int pidfd, List<ProcessFiles.SocketFile> files, Port port) {
    Optional<Errno> refusal = Optional.empty();
    for (ProcessFiles.SocketFile file : files) {
      // A socket that several processes or descriptors share is queried once.
      if (asked >= MAX_ASKED || known.contains(file.inode())) {
        continue;
      }
      int copy = calls.pidfdGetFd(pidfd, file.fd());
      if (copy < 0) {
        refusal = Optional.of(Errno.of(copy));
        continue;
      }
      try {
        asked++;
        known.add(file.inode());
        look(copy, new Inode(file.inode()), port).ifPresent(sockets::add);
      } finally {
        calls.close(copy);
      }
    }
    return refusal;
  }

  /**
   * The socket, if it is bound to the port in our namespace; the cheapest and most selective check
   * comes first.
   */
  private Optional<BoundSocket> look(int copy, Inode inode, Port port) {
    byte[] name = new byte[NAME_BYTES];
    int length = calls.getSocketName(copy, name);
    int family = length < 2 ? 0 : Bytes.getShort(name, 0);
    boolean v6 = family == AF_INET6;
    if ((!v6 && family != AF_INET) || Bytes.getNetworkShort(name, 2) != port.number()) {
      return Optional.empty();
    }
    if (!hasPortsOfTcp(copy) || !isClosed(copy) || !isOurs(copy)) {
      return Optional.empty();
    }
    Account owner = users.account(FileStatus.owner(calls, copy));
    long cookie = SocketOption.cookie(calls, copy, SO_COOKIE).orElse(0);
    int index = SocketOption.number(calls, copy, SOL_SOCKET, SO_BINDTOIFINDEX);
    Optional<Device> device = devices.device(Math.max(index, 0));
    RawAddress address = RawAddress.read(name, v6 ? ADDRESS_V6 : ADDRESS_V4, v6 ? 16 : 4);
    return Optional.of(
        new BoundSocket(
            Protocol.TCP,
            SocketState.BOUND,
            Addresses.endpoint(v6, address, port.number()),
            Optional.empty(),
            owner,
            Optional.of(inode),
            cookie,
            device,
            Reading.unknown(Reading.Why.UNSUPPORTED),
            Optional.empty(),
            options(v6, copy),
            new BoundSocket.Origin(
                Reading.unknown(Reading.Why.UNSUPPORTED), Reading.unknown(Reading.Why.NOT_ASKED))));
  }

  private BoundSocket.Options options(boolean v6, int copy) {
    return new BoundSocket.Options(
        Reading.unknown(Reading.Why.NOT_ASKED),
        Reading.unknown(Reading.Why.NOT_ASKED),
        v6
            ? Reading.known(SocketOption.number(calls, copy, IPPROTO_IPV6, IPV6_V6ONLY) == 1)
            : Reading.unknown(Reading.Why.UNSUPPORTED));
  }

  private boolean hasPortsOfTcp(int copy) {
    int protocol = SocketOption.number(calls, copy, SOL_SOCKET, SO_PROTOCOL);
    return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
  }

  /** Neither listening nor connected: tcpi_state, the first byte of struct tcp_info. */
  private boolean isClosed(int copy) {
    byte[] info = new byte[8];
    return calls.getSocketOption(copy, IPPROTO_TCP, TCP_INFO, info) > 0 && info[0] == TCP_CLOSE;
  }

  /** Whether the socket is of this network namespace. */
  private boolean isOurs(int copy) {
    OptionalLong its = SocketOption.cookie(calls, copy, SO_NETNS_COOKIE);
    return namespace.isEmpty() || its.isEmpty() || its.equals(namespace);
  }
}
