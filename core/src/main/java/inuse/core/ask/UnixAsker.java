package inuse.core.ask;

import static inuse.kernel.abi.Constants.AT_EACCESS;
import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.S_IFBLK;
import static inuse.kernel.abi.Constants.S_IFCHR;
import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.kernel.abi.Constants.S_IFIFO;
import static inuse.kernel.abi.Constants.S_IFLNK;
import static inuse.kernel.abi.Constants.S_IFREG;
import static inuse.kernel.abi.Constants.S_IFSOCK;
import static inuse.kernel.abi.Constants.S_ISVTX;
import static inuse.kernel.abi.Constants.W_OK;
import static inuse.kernel.abi.Constants.X_OK;

import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderSource;
import inuse.core.ask.holders.SharedFacts;
import inuse.core.ask.holders.UserNames;
import inuse.core.ask.sockets.NamespaceView;
import inuse.core.ask.sockets.UnixProbes;
import inuse.core.ask.sockets.UnixTable;
import inuse.core.ask.supervision.Engines;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.FileKind;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PathState;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Question;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixProbe;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Deadline;
import inuse.core.io.DirectoryPath;
import inuse.core.io.Host;
import inuse.core.io.NamespaceSwitch;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Asks the kernel about a unix socket's path or name, within {@link Host#deadline()}. */
public final class UnixAsker {
  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;
  private final NetlinkSocket netlink;
  private final HolderSource search;
  private final UserNames users;
  private final HolderFacts facts;
  private final Engines engines;
  private final UnixProbes probes;

  /** An asker for this host, with the source of its holders. */
  public UnixAsker(Host host, HolderSource search) {
    this.host = host;
    this.search = search;
    calls = host.calls();
    proc = host.proc();
    netlink = new NetlinkSocket(calls);
    users = new UserNames(proc);
    facts = new HolderFacts(host, users);
    engines = new Engines(host);
    probes = new UnixProbes(calls);
  }

  /** Looks until probe and table agree, or {@link Asker#MAX_LOOKS} times. */
  public UnixSnapshot ask(Question<UnixTarget> question, Predicate<UnixSnapshot> agrees) {
    Deadline deadline = host.deadline();
    int looks = 1;
    UnixSnapshot snapshot = look(question, deadline, looks);
    while (looks < Asker.MAX_LOOKS && !deadline.isOver() && !agrees.test(snapshot)) {
      looks++;
      snapshot = look(question, deadline, looks);
    }
    return snapshot;
  }

  /** A quick check: nothing is at the path, or a bind to the name succeeds. */
  public boolean mayBeFree(UnixTarget target) {
    return switch (target) {
      case UnixTarget.Path path ->
          FileStatus.read(calls, Bytes.of(path.path().bytes()))
              instanceof CallResult.Failed<FileStatus>;
      case UnixTarget.Abstract named ->
          probes.bind(target).getFirst().result() instanceof Probe.Result.Allowed;
    };
  }

  /** The sockets of the target: its owners, and mere connections to it. */
  private record Sockets(List<UnixSocket> owners, int connections, Reading<Boolean> served) {}

  private UnixSnapshot look(Question<UnixTarget> question, Deadline deadline, int looks) {
    UnixTarget target = question.target();
    Newcomer newcomer = question.newcomer();
    boolean probe = question.probe();
    UnixTable table = new UnixTable(netlink, proc, users, deadline);
    Optional<PathState> file = Optional.empty();
    List<UnixProbe> binds = List.of();
    Sockets sockets = new Sockets(List.of(), 0, Reading.unknown(Reading.Why.NOT_ASKED));
    switch (target) {
      case UnixTarget.Abstract(Untrusted name) -> {
        binds = probe ? probes.bind(target) : List.of();
        sockets = owners(table.abstractly(name.bytes()), Reading.known(true));
      }
      case UnixTarget.Path path -> {
        switch (FileStatus.read(calls, Bytes.of(path.path().bytes()))) {
          case CallResult.Failed<FileStatus>(var why) ->
              file = Optional.of(nothing(path, why.errno()));
          case CallResult.Ok<FileStatus>(FileStatus status) -> {
            binds = probe ? probes.bind(target) : List.of();
            sockets = status.kind() == S_IFSOCK ? sockets(path, status, table) : sockets;
            file = Optional.of(found(path, status, newcomer, sockets.served()));
          }
        }
      }
    }
    List<Gap> gaps = new ArrayList<>(table.gaps());
    List<Holder> holders = holders(sockets.owners(), deadline, gaps);
    return new UnixSnapshot(
        target,
        newcomer,
        host.now(),
        NamespaceSwitch.networkNamespace(proc, NamespaceView.HERE.file()),
        file,
        probe,
        binds,
        sockets.owners(),
        sockets.connections(),
        holders,
        gaps,
        looks);
  }

  /**
   * Accepted connections carry the name of their listener, and do not hold it. A socket that bound
   * the path and then connected looks the same; then connect(2) tells.
   */
  private Sockets sockets(UnixTarget.Path path, FileStatus status, UnixTable table) {
    List<String> names = names(path);
    List<UnixSocket> bound = table.boundTo(status, names);
    if (bound.stream().anyMatch(socket -> socket.state() != SocketState.ESTABLISHED)) {
      return owners(bound, Reading.known(true));
    }
    Reading<Boolean> served = probes.isServed(path);
    if (served.is(true) && bound.isEmpty()) {
      // Some file systems report another inode or device to stat(2) than to unix_diag.
      bound = table.named(names);
    }
    return served.is(true) ? owners(bound, served) : new Sockets(List.of(), bound.size(), served);
  }

  private static Sockets owners(List<UnixSocket> all, Reading<Boolean> served) {
    List<UnixSocket> owners =
        all.stream().filter(socket -> socket.state() != SocketState.ESTABLISHED).toList();
    return owners.isEmpty()
        ? new Sockets(all, 0, served)
        : new Sockets(owners, all.size() - owners.size(), served);
  }

  /** The names that a server may have bound for the path: as given, or absolute. */
  private List<String> names(UnixTarget.Path path) {
    String text = path.path().bytes();
    if (text.startsWith("/")) {
      return List.of(text);
    }
    String relative = text.startsWith("./") ? text.substring(2) : text;
    return proc.link("/proc/self/cwd") instanceof CallResult.Ok<String>(String directory)
        ? List.of(text, relative, directory + "/" + relative)
        : List.of(text, relative);
  }

  private PathState nothing(UnixTarget.Path path, Errno errno) {
    if (!errno.equals(Errno.ENOENT)) {
      return new PathState.Unreachable(new ErrnoName(errno.toString()));
    }
    // bind(2) does not create directories, and treats a final slash as a request for one.
    return path.path().bytes().endsWith("/")
        ? new PathState.Nothing(Optional.of(ErrnoName.ENOENT))
        : new PathState.Nothing(refusal(path));
  }

  /** The errno with which creating a file beside the path would fail. */
  private Optional<ErrnoName> refusal(UnixTarget.Path path) {
    int result =
        calls.access(AT_FDCWD, Bytes.of(path.directory().bytes() + "/."), W_OK | X_OK, AT_EACCESS);
    return result < 0 ? Optional.of(new ErrnoName(Errno.of(result).toString())) : Optional.empty();
  }

  private PathState found(
      UnixTarget.Path path, FileStatus status, Newcomer newcomer, Reading<Boolean> served) {
    FileKind kind = kind(path, status);
    Optional<Untrusted> leadsTo =
        status.kind() == S_IFLNK
                && proc.link(path.path().bytes()) instanceof CallResult.Ok<String>(String target)
            ? Optional.of(new Untrusted(target))
            : Optional.empty();
    return new PathState.Found(
        kind,
        users.account(status.uid()),
        refusal(path).isEmpty() && !isProtected(path, status, newcomer),
        leadsTo,
        served,
        isLedAstray(path, status));
  }

  /** Whether the same file is not to be had without following other users' links. */
  private boolean isLedAstray(UnixTarget.Path path, FileStatus status) {
    int directory = DirectoryPath.open(calls, path.directory());
    if (directory < 0) {
      return true;
    }
    try {
      return !(FileStatus.in(calls, directory, Bytes.of(path.name().bytes()))
              instanceof CallResult.Ok<FileStatus>(FileStatus straight)
          && straight.isSameFile(status));
    } finally {
      calls.close(directory);
    }
  }

  /** In a directory like /tmp only the owner of a file, and of the directory, may remove it. */
  private boolean isProtected(UnixTarget.Path path, FileStatus status, Newcomer newcomer) {
    long uid = newcomer.uid().number();
    if (newcomer.uid().equals(Uid.ROOT) || status.uid() == uid) {
      return false;
    }
    return FileStatus.follow(calls, Bytes.of(path.directory().bytes()))
            instanceof CallResult.Ok<FileStatus>(FileStatus directory)
        && (directory.mode() & S_ISVTX) != 0
        && directory.uid() != uid;
  }

  private FileKind kind(UnixTarget.Path path, FileStatus status) {
    return switch (status.kind()) {
      case S_IFSOCK -> FileKind.SOCKET;
      case S_IFREG -> FileKind.REGULAR;
      case S_IFDIR -> FileKind.DIRECTORY;
      case S_IFIFO -> FileKind.PIPE;
      case S_IFBLK, S_IFCHR -> FileKind.DEVICE;
      case S_IFLNK ->
          FileStatus.follow(calls, Bytes.of(path.path().bytes()))
                      instanceof CallResult.Failed<FileStatus>(var why)
                  && why.errno().equals(Errno.ENOENT)
              ? FileKind.DANGLING_LINK
              : FileKind.LINK;
      default -> FileKind.OTHER;
    };
  }

  private List<Holder> holders(List<UnixSocket> sockets, Deadline deadline, List<Gap> gaps) {
    Set<Inode> wanted = new HashSet<>();
    sockets.forEach(socket -> socket.inode().ifPresent(wanted::add));
    HolderSource.Found found = search.find(wanted, deadline);
    gaps.addAll(found.gaps());
    engines.begin();
    SharedFacts shared = new SharedFacts();
    List<Holder> holders = new ArrayList<>();
    found
        .byPid()
        .forEach((pid, open) ->
            facts
                .read(pid, open, List.of(), shared)
                .map(engines::confirmed)
                .ifPresent(holders::add));
    shared.leftOut().ifPresent(gaps::add);
    return holders;
  }
}
