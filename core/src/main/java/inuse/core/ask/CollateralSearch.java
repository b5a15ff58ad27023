package inuse.core.ask;

import inuse.core.ask.holders.CgroupNames;
import inuse.core.ask.holders.UserNames;
import inuse.core.ask.sockets.SocketRecords;
import inuse.core.ask.sockets.SocketTable;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Collateral;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Deadline;
import inuse.core.io.DeviceNames;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.Unparsable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds what else ends with a process. Looked for only where something is about to end; what cannot
 * be seen is left out.
 */
public final class CollateralSearch {
  private static final String SOCKET = "socket:[";
  private static final Port ANY = new Port(0);

  private final Host host;
  private final Proc proc;

  public CollateralSearch(Host host) {
    this.host = host;
    proc = host.proc();
  }

  /** What each of these has besides the sockets that it is about. */
  public List<Collateral> of(List<Holder> holders) {
    if (holders.isEmpty()) {
      return List.of();
    }
    List<BoundSocket> servers = new ArrayList<>(table().listeners(Protocol.TCP, ANY));
    servers.addAll(table().listeners(Protocol.UDP, ANY));
    List<BoundSocket> connections = table().connections();
    List<Child> children = children();
    List<Collateral> found = new ArrayList<>();
    for (Holder holder : holders) {
      Set<Inode> known = new HashSet<>();
      holder.sockets().forEach(one -> known.add(one.inode()));
      Set<Inode> others = inodes(holder.pid());
      others.removeAll(known);
      found.add(
          new Collateral(
              holder.pid(),
              servers.stream().filter(one -> isAmong(one, others) && one.isServers()).toList(),
              client(connections.stream().filter(one -> isAmong(one, others)).toList(), servers),
              children.stream()
                  .filter(one -> one.parent.equals(holder.pid()))
                  .map(Child::itself)
                  .toList()));
    }
    return found;
  }

  private record Child(Pid parent, Ancestor itself) {}

  private SocketTable table() {
    UserNames users = new UserNames(proc);
    SocketRecords records =
        new SocketRecords(users, new CgroupNames(host), new DeviceNames(host.calls()));
    Deadline deadline = host.deadline();
    return new SocketTable(new NetlinkSocket(host.calls()), proc, records, deadline);
  }

  private static boolean isAmong(BoundSocket socket, Set<Inode> inodes) {
    return socket.inode().filter(inodes::contains).isPresent();
  }

  /** The far end of the first connection that a server of this host accepted. */
  private static Optional<Endpoint> client(
      List<BoundSocket> connections, List<BoundSocket> servers) {
    return connections.stream()
        .filter(one -> !one.initiated().is(true))
        .filter(one ->
            servers.stream()
                .filter(BoundSocket::isServers)
                .filter(server -> server.protocol() == Protocol.TCP)
                .anyMatch(server -> server.local().port().equals(one.local().port())))
        .flatMap(one -> one.peer().stream())
        .findFirst();
  }

  private Set<Inode> inodes(Pid pid) {
    Set<Inode> inodes = new HashSet<>();
    String directory = "/proc/" + pid + "/fd";
    if (proc.directory(directory) instanceof CallResult.Ok<List<Proc.Entry>>(var entries)) {
      for (Proc.Entry entry : entries) {
        if (proc.link(directory + "/" + entry.name()) instanceof CallResult.Ok<String>(var target)
            && target.startsWith(SOCKET)) {
          Numeral.decimal(target.substring(SOCKET.length(), target.length() - 1))
              .ifPresent(number -> inodes.add(new Inode(number)));
        }
      }
    }
    return inodes;
  }

  private List<Child> children() {
    List<Child> children = new ArrayList<>();
    if (proc.directory("/proc") instanceof CallResult.Ok<List<Proc.Entry>>(var entries)) {
      for (Proc.Entry entry : entries) {
        OptionalLong number = Numeral.decimal(entry.name());
        if (number.isPresent() && number.getAsLong() > 0) {
          child((int) number.getAsLong()).ifPresent(children::add);
        }
      }
    }
    return children;
  }

  private Optional<Child> child(int pid) {
    try {
      return ProcessStat.read(proc, pid) instanceof CallResult.Ok<ProcessStat>(var stat)
              && stat.parent() > 0
              && stat.state() != 'Z'
          ? Optional.of(
              new Child(
                  new Pid(stat.parent()),
                  new Ancestor(new Pid(pid), new Untrusted(stat.command()))))
          : Optional.empty();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }
}
