package inuse.core.ask;

import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderSource;
import inuse.core.ask.namespaces.Namespaces;
import inuse.core.ask.sockets.SocketRecords;
import inuse.core.ask.sockets.SocketTable;
import inuse.core.ask.supervision.Containers;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Inode;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.NamespaceContext;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Reading;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.core.io.NamespaceSwitch;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Proc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The search for a port that is free in the namespace asked about but taken in another one, which
 * the user may have meant.
 *
 * <p>From our own namespace only those with a file are searched: one read of a table, where reading
 * every process would cost a fifth of a plain question.
 */
final class OtherNamespaces {
  /** Maximum namespaces that are searched. */
  static final int MAX = 64;

  /** Maximum namespaces that are reported; the rest is only counted. */
  static final int MAX_TOLD = 3;

  private static final Duration TIME = Duration.ofMillis(250);

  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;
  private final HolderSource search;
  private final NetlinkSocket netlink;
  private final SocketRecords records;
  private final HolderFacts facts;
  private final NamespaceSwitch door;

  OtherNamespaces(
      Host host,
      HolderSource search,
      NetlinkSocket netlink,
      SocketRecords records,
      HolderFacts facts) {
    this.host = host;
    this.search = search;
    calls = host.calls();
    proc = host.proc();
    this.netlink = netlink;
    this.records = records;
    this.facts = facts;
    door = new NamespaceSwitch(host);
  }

  /** A namespace and the sockets that listen there. */
  private record Taken(Namespace where, List<BoundSocket> sockets) {}

  /** Searches the namespaces that have a file, which only root may enter. */
  PortSnapshot around(PortSnapshot snapshot) {
    if (calls.getEffectiveUid() != 0) {
      return snapshot;
    }
    Deadline deadline = new Deadline(calls, TIME);
    List<Taken> taken = new ArrayList<>();
    List<Namespace> others = new Namespaces(host).mounted();
    int looked = 0;
    for (Namespace other : others) {
      if (looked == MAX || deadline.isOver()) {
        break;
      }
      looked++;
      if (door.within(other.path(), () -> listeners(snapshot, deadline))
              instanceof CallResult.Ok<List<BoundSocket>>(List<BoundSocket> sockets)
          && !sockets.isEmpty()) {
        taken.add(new Taken(other, sockets));
      }
    }
    List<Gap> gaps = new ArrayList<>(snapshot.gaps());
    if (looked < others.size()) {
      gaps.add(
          new Gap(
              Gap.Subject.NAMESPACES,
              others.size() - looked + " more network namespaces",
              looked == MAX ? Reading.Why.TOO_MANY : Reading.Why.TIMED_OUT,
              Phrase.of(
                      InuseCommand.of(InuseCommand.Verb.ASK)
                          .with(InuseCommand.Choice.ALL_NAMESPACES)
                          .about(snapshot.target().toString()))
                  .then(" asks in all of them")));
    }
    return snapshot.with(told(snapshot.namespaceContext(), taken), gaps);
  }

  /** Searches the namespace that we came from. */
  PortSnapshot atHome(PortSnapshot snapshot, Namespace own) {
    List<BoundSocket> sockets = listeners(snapshot, new Deadline(calls, TIME));
    return sockets.isEmpty()
        ? snapshot
        : snapshot.with(
            told(snapshot.namespaceContext(), List.of(new Taken(own, sockets))), snapshot.gaps());
  }

  private List<BoundSocket> listeners(PortSnapshot snapshot, Deadline deadline) {
    return new SocketTable(netlink, proc, records, deadline)
        .listeners(snapshot.target().protocol(), snapshot.target().port());
  }

  private NamespaceContext told(NamespaceContext before, List<Taken> taken) {
    List<Taken> told = taken.subList(0, Math.min(taken.size(), MAX_TOLD));
    Set<Inode> wanted = new HashSet<>();
    told.forEach(one -> one.sockets().forEach(socket -> socket.inode().ifPresent(wanted::add)));
    Map<Inode, List<Pid>> holding = search.find(wanted, new Deadline(calls, TIME)).byInode();
    List<NamespaceContext.OtherNamespaceHolder> held = new ArrayList<>();
    for (Taken one : told) {
      Set<Pid> pids = new HashSet<>();
      one.sockets()
          .forEach(socket ->
              socket
                  .inode()
                  .ifPresent(inode -> pids.addAll(holding.getOrDefault(inode, List.of()))));
      List<Pid> sorted = pids.stream().sorted().toList();
      List<Ancestor> holders = sorted.stream().flatMap(pid -> facts.name(pid).stream()).toList();
      held.add(
          new NamespaceContext.OtherNamespaceHolder(
              one.where(), one.sockets(), holders, container(sorted)));
    }
    return new NamespaceContext(before.asked(), before.refusal(), held, taken.size() - told.size());
  }

  private Optional<Container> container(List<Pid> pids) {
    Containers containers = new Containers(host);
    return pids.stream().flatMap(pid -> containers.of(pid).stream()).findFirst();
  }
}
