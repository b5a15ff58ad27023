package inuse.core;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.SOCK_DIAG_BY_FAMILY;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;

import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Protocol;
import inuse.core.io.Addresses;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.netlink.DumpEnd;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.ProcessFiles;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sockets of this network namespace that have a port and are no connections, one by one as the
 * kernel tells them, and who has them: for a recorder, which keeps what it needs of each itself.
 */
public final class HeldSockets {
  private static final int OF_TCP = (1 << TCP_LISTEN) | (1 << TCP_BOUND_INACTIVE);
  private static final int OF_UDP = (1 << TCP_CLOSE) | (1 << TCP_ESTABLISHED);

  /** How long the search for holders of all sockets may take. */
  private static final Duration SEARCH = Duration.ofSeconds(5);

  private final Host host;
  private final HolderFacts facts;

  HeldSockets(Host host) {
    this.host = host;
    facts = new HolderFacts(host, new UserNames(host.proc()));
  }

  /**
   * One of them.
   *
   * @param cookie SO_COOKIE
   * @param listening of TCP; false of UDP
   */
  public record One(
      long cookie, Inode inode, Protocol protocol, Endpoint local, boolean listening) {}

  /**
   * Looks once. A socket may be told twice where the kernel had to begin anew.
   *
   * @return whether the kernel told all of them
   */
  public boolean look(Consumer<One> each) {
    boolean whole = true;
    for (int family : new int[] {AF_INET, AF_INET6}) {
      whole &= look(Protocol.TCP, family, OF_TCP, each);
      whole &= look(Protocol.UDP, family, OF_UDP, each);
    }
    return whole;
  }

  private boolean look(Protocol protocol, int family, int states, Consumer<One> each) {
    int number = protocol == Protocol.TCP ? IPPROTO_TCP : IPPROTO_UDP;
    InetDiag.Query query = new InetDiag.Query(family, number, states, 0, 0, InetDiag.Filter.HEADER);
    // What is told twice, because the kernel began anew, is the same.
    NetlinkSocket.Filter<InetDiag.Socket> told =
        socket -> {
          if (socket.sourcePort() != 0) {
            each.accept(
                new One(
                    socket.cookie(),
                    new Inode(socket.inode()),
                    protocol,
                    Addresses.endpoint(family == AF_INET6, socket.source(), socket.sourcePort()),
                    protocol == Protocol.TCP && socket.state() == TCP_LISTEN));
          }
          return false;
        };
    long within = new Deadline(host.calls(), SEARCH).soonerNanos(Deadline.OF_A_DUMP);
    return new NetlinkSocket(host.calls())
            .dump(SOCK_DIAG_BY_FAMILY, query.encode(), InetDiag::decode, told, within)
            .end()
        instanceof DumpEnd.Whole;
  }

  /** Takes which process has which socket open. */
  public interface Opened {
    /** Takes one socket of a process; false where no more are wanted. */
    boolean take(int pid, long inode);
  }

  /**
   * Goes through the sockets that are open in each process, of whatever kind, beginning with the
   * lowest pid; what is not read after five seconds is left.
   */
  public void openSockets(Opened each) {
    Walk walk = new Walk(each, new Deadline(host.calls(), SEARCH));
    if (ProcessFiles.processes(host.proc())
        instanceof CallResult.Ok<ProcessFiles.Processes>(ProcessFiles.Processes processes)) {
      processes.own().forEach(walk::of);
      processes.kernel().forEach(walk::of);
    }
  }

  /** From process to process, until it is over. */
  private final class Walk implements ProcessFiles.Table {
    private final Opened each;
    private final Deadline deadline;
    private int pid;
    private boolean enough;

    Walk(Opened each, Deadline deadline) {
      this.each = each;
      this.deadline = deadline;
    }

    void of(int next) {
      if (!isOver()) {
        pid = next;
        // One that has ended or is closed to us has nothing to tell.
        var _ = ProcessFiles.table(host.proc(), "/proc/" + pid, this);
      }
    }

    @Override
    public void socket(int fd, long inode) {
      enough = enough || !each.take(pid, inode);
    }

    @Override
    public boolean isOver() {
      return enough || deadline.isOver();
    }
  }

  /** What is known of a process; empty when it has ended. */
  public Optional<Holder> process(Pid pid) {
    return facts.read(pid, List.of(), List.of());
  }
}
