package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.NETLINK_ROUTE;
import static inuse.kernel.abi.Constants.RTM_GETLINK;

import inuse.core.evidence.KernelUser;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.LinkDump;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of the kernel that have sockets of their own: tunnel devices, from rtnetlink, and the
 * NFS server and client.
 */
final class KernelUserSearch {
  /** Kinds of device that hold a UDP port which rtnetlink does not report. */
  private static final Set<String> SILENT_KINDS =
      Set.of("wireguard", "gtp", "l2tpeth", "ovpn", "rxe", "siw");

  /** sunrpc.min_resvport and max_resvport, from which NFS clients take their source ports. */
  private static final int FIRST_RESERVED = 665;

  private static final int LAST_RESERVED = 1023;

  private final SystemCalls calls;
  private final Proc proc;
  private final Deadline deadline;

  KernelUserSearch(Host host, Deadline deadline) {
    calls = host.calls();
    proc = host.proc();
    this.deadline = deadline;
  }

  /** The kernel's users that may have the port, proven ones first. */
  List<KernelUser> find(PortTarget target) {
    List<KernelUser> users = new ArrayList<>();
    int port = target.port().number();
    if (target.protocol() == Protocol.UDP) {
      addDevices(port, users);
    }
    if (proc.text("/proc/fs/nfsd/portlist") instanceof CallResult.Ok<String>(String text)) {
      for (String line : Fields.split(text, '\n')) {
        if (line.trim().equals(target.protocol().word() + " " + port)) {
          users.add(new KernelUser("nfsd", Optional.empty(), true));
        }
      }
    }
    boolean reserved = port >= FIRST_RESERVED && port <= LAST_RESERVED;
    if (reserved && proc.directory("/proc/net/rpc") instanceof CallResult.Ok<List<Proc.Entry>>) {
      users.add(new KernelUser("sunrpc", Optional.empty(), false));
    }
    users.sort(Comparator.comparing(user -> !user.proven()));
    return users;
  }

  private void addDevices(int port, List<KernelUser> users) {
    NetlinkSocket netlink = new NetlinkSocket(calls, NETLINK_ROUTE);
    NetlinkSocket.Dump<LinkDump.Link> dump =
        netlink.dump(
            RTM_GETLINK,
            LinkDump.request(),
            LinkDump::decode,
            link -> link.up() && mayHold(link, port),
            deadline.soonerNanos(Deadline.OF_A_DUMP));
    for (LinkDump.Link link : dump.records()) {
      Optional<Untrusted> device = Optional.of(new Untrusted(link.name()));
      users.add(new KernelUser(link.kind(), device, link.port().isPresent()));
    }
  }

  private static boolean mayHold(LinkDump.Link link, int port) {
    return link.port().isPresent()
        ? link.port().getAsInt() == port
        : SILENT_KINDS.contains(link.kind());
  }
}
