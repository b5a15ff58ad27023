package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_DIAG_BY_FAMILY;
import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static inuse.kernel.abi.Constants.UDIAG_SHOW_NAME;
import static inuse.kernel.abi.Constants.UDIAG_SHOW_RQLEN;
import static inuse.kernel.abi.Constants.UDIAG_SHOW_UID;
import static inuse.kernel.abi.Constants.UDIAG_SHOW_VFS;

import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Inode;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Deadline;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import inuse.kernel.SyscallFailed;
import inuse.kernel.netlink.DumpEnd;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.netlink.UnixDiag;
import inuse.kernel.proc.NetUnix;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The unix sockets of this network namespace: by unix_diag, or by /proc/net/unix where the kernel
 * has none.
 */
public final class UnixTable {
  private static final int SHOW =
      UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID;

  private final NetlinkSocket netlink;
  private final Proc proc;
  private final UserNames users;
  private final Deadline deadline;
  private final List<Gap> gaps = new ArrayList<>();

  public UnixTable(NetlinkSocket netlink, Proc proc, UserNames users, Deadline deadline) {
    this.netlink = netlink;
    this.proc = proc;
    this.users = users;
    this.deadline = deadline;
  }

  /** What could not be read so far. */
  public List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  /**
   * The sockets that are bound to that file, under any name.
   *
   * @param names what it may be called, for kernels that do not report files
   */
  public List<UnixSocket> boundTo(FileStatus file, List<String> names) {
    long inode = file.inode() & 0xffffffffL;
    long device = (file.major() << 20) | file.minor();
    return find(
        socket -> socket.file().filter(new UnixDiag.File(inode, device)::equals).isPresent(),
        names);
  }

  /** The sockets that were bound with one of these names, regardless of the file there now. */
  public List<UnixSocket> named(List<String> names) {
    return find(socket -> socket.name().filter(names::contains).isPresent(), names);
  }

  /** The sockets of type SOCK_STREAM with that abstract name. */
  public List<UnixSocket> abstractly(String name) {
    return find(
        socket ->
            socket.type() == SOCK_STREAM && socket.name().filter(("\0" + name)::equals).isPresent(),
        List.of("@" + name));
  }

  /** The sockets that have a name and are no connections. */
  public List<UnixSocket> servers() {
    return find(
        socket ->
            socket.state() != TCP_ESTABLISHED
                && socket.name().filter(name -> !name.isEmpty()).isPresent(),
        List.of());
  }

  private List<UnixSocket> find(NetlinkSocket.Filter<UnixDiag.Socket> wanted, List<String> names) {
    Room room = new Room(wanted);
    NetlinkSocket.Dump<UnixDiag.Socket> dump =
        netlink.dump(
            SOCK_DIAG_BY_FAMILY,
            UnixDiag.query(SHOW),
            UnixDiag::decode,
            room,
            deadline.soonerNanos(Deadline.OF_A_DUMP));
    if (room.tooMany > 0) {
      gaps.add(
          new Gap(
              Gap.Subject.SOCKETS,
              room.tooMany + " more unix sockets of that name",
              Reading.Why.TOO_MANY,
              "ss -xa shows them"));
    }
    return switch (dump.end()) {
      case DumpEnd.Whole whole -> sockets(dump.records());
      case DumpEnd.Refused(SyscallFailed why) -> readProcNet(names, why);
      case DumpEnd.Torn(DumpEnd.Reason reason) -> {
        gaps.add(
            new Gap(
                Gap.Subject.SOCKETS,
                "some unix sockets",
                reason == DumpEnd.Reason.SILENT ? Reading.Why.TIMED_OUT : Reading.Why.UNREADABLE,
                "ask again"));
        yield sockets(dump.records());
      }
    };
  }

  private List<UnixSocket> sockets(List<UnixDiag.Socket> raw) {
    return raw.stream().map(this::socket).toList();
  }

  /** Keeps the wanted sockets while there is room, and counts the rest. */
  private static final class Room implements NetlinkSocket.Filter<UnixDiag.Socket> {
    private final NetlinkSocket.Filter<UnixDiag.Socket> wanted;
    private int kept;
    private int tooMany;

    Room(NetlinkSocket.Filter<UnixDiag.Socket> wanted) {
      this.wanted = wanted;
    }

    @Override
    public void begin() {
      kept = 0;
      tooMany = 0;
    }

    @Override
    public boolean keeps(UnixDiag.Socket candidate) {
      if (!wanted.keeps(candidate)) {
        return false;
      }
      if (kept == PortSnapshot.MAX_SOCKETS) {
        tooMany++;
        return false;
      }
      kept++;
      return true;
    }
  }

  private UnixSocket socket(UnixDiag.Socket raw) {
    return new UnixSocket(
        type(raw.type()),
        state(raw.state()),
        name(raw.name().orElse("")),
        inode(raw.inode()),
        raw.cookie(),
        raw.uid().isPresent()
            ? Reading.known(users.account(raw.uid().getAsLong()))
            : Reading.unknown(Reading.Why.UNSUPPORTED),
        raw.queue()
            .filter(queue -> raw.state() == TCP_LISTEN)
            .map(queue -> Reading.known(queue.receive()))
            .orElse(Reading.unknown(Reading.Why.UNSUPPORTED)));
  }

  private List<UnixSocket> readProcNet(List<String> names, SyscallFailed why) {
    gaps.add(
        new Gap(
            Gap.Subject.SOCKETS,
            "sock_diag for unix sockets",
            Readings.of(why.errno()),
            "/proc/net/unix was read instead, which tells a socket's name and not its file or"
                + " user"));
    List<UnixSocket> found = new ArrayList<>();
    switch (proc.lines("/proc/net/unix", lines -> addFrom(lines, names, found))) {
      case CallResult.Failed<Boolean>(var failure) ->
          gaps.add(
              new Gap(
                  Gap.Subject.SOCKETS,
                  "/proc/net/unix",
                  Readings.of(failure.errno()),
                  "mount /proc"));
      case CallResult.Ok<Boolean>(Boolean all) when !all ->
          gaps.add(
              new Gap(
                  Gap.Subject.SOCKETS,
                  "the rest of /proc/net/unix",
                  deadline.isOver() ? Reading.Why.TIMED_OUT : Reading.Why.TOO_MANY,
                  "ask again"));
      case CallResult.Ok<Boolean> all -> {}
    }
    return found;
  }

  /** Adds the sockets of some lines; false where the time is over, or there are too many. */
  private boolean addFrom(String lines, List<String> names, List<UnixSocket> found) {
    for (String name : names) {
      for (NetUnix line : NetUnix.parse(lines, name)) {
        found.add(
            new UnixSocket(
                type(line.type()),
                state(line.state()),
                new Untrusted(line.name()),
                inode(line.inode()),
                0,
                Reading.unknown(Reading.Why.UNSUPPORTED),
                Reading.unknown(Reading.Why.UNSUPPORTED)));
      }
    }
    return !deadline.isOver() && found.size() < PortSnapshot.MAX_SOCKETS;
  }

  /** An abstract name begins with NUL, which is written as {@code @} by convention. */
  private static Untrusted name(String raw) {
    return new Untrusted(raw.startsWith("\0") ? "@" + raw.substring(1) : raw);
  }

  private static Optional<Inode> inode(long number) {
    return number == 0 ? Optional.empty() : Optional.of(new Inode(number));
  }

  private static UnixSocket.Type type(int number) {
    return switch (number) {
      case SOCK_STREAM -> UnixSocket.Type.STREAM;
      case SOCK_DGRAM -> UnixSocket.Type.DATAGRAM;
      case SOCK_SEQPACKET -> UnixSocket.Type.SEQPACKET;
      default -> UnixSocket.Type.OTHER;
    };
  }

  private static SocketState state(int number) {
    return switch (number) {
      case TCP_LISTEN -> SocketState.LISTEN;
      case TCP_ESTABLISHED -> SocketState.ESTABLISHED;
      default -> SocketState.BOUND;
    };
  }
}
