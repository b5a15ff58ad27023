package inuse.core.ask;

import inuse.core.ask.holders.CgroupNames;
import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderSource;
import inuse.core.ask.holders.UserNames;
import inuse.core.ask.sockets.SocketRecords;
import inuse.core.ask.sockets.SocketTable;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.TakenPort;
import inuse.core.io.Deadline;
import inuse.core.io.DeviceNames;
import inuse.core.io.Host;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The ports on which processes listen, with one owner each: a quick list without a diagnosis. */
public final class BoundPorts {
  private final Host host;
  private final HolderSource search;
  private final SystemCalls calls;
  private final Proc proc;

  public BoundPorts(Host host, HolderSource search) {
    this.search = search;
    this.host = host;
    calls = host.calls();
    proc = host.proc();
  }

  /** The ports of this network namespace, each once per protocol. */
  public List<TakenPort> look() {
    Deadline deadline = host.deadline();
    List<BoundSocket> sockets = new ArrayList<>();
    UserNames users = new UserNames(proc);
    NetlinkSocket netlink = new NetlinkSocket(calls);
    SocketRecords records = new SocketRecords(users, new CgroupNames(host), new DeviceNames(calls));
    for (Protocol protocol : Protocol.values()) {
      sockets.addAll(
          new SocketTable(netlink, proc, records, deadline).listeners(protocol, new Port(0)));
    }
    Set<Inode> inodes = new HashSet<>();
    sockets.forEach(socket -> socket.inode().ifPresent(inodes::add));
    Map<Inode, List<Pid>> pids = search.find(inodes, deadline).byInode();
    HolderFacts facts = new HolderFacts(host, users);
    List<TakenPort> taken = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (BoundSocket socket : sockets) {
      Port port = socket.local().port();
      if (seen.add(socket.protocol().word() + port.number())) {
        Optional<Ancestor> owner =
            socket
                .inode()
                .flatMap(one -> pids.getOrDefault(one, List.of()).stream().findFirst())
                .flatMap(facts::name);
        taken.add(new TakenPort(socket.protocol(), port, owner));
      }
    }
    taken.sort(
        Comparator.comparing(TakenPort::protocol).thenComparingInt(one -> one.port().number()));
    return taken;
  }
}
