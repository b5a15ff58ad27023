package inuse.core.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A process with a descriptor of at least one of the sockets.
 *
 * @param invocation the program that it runs
 * @param sockets its descriptors of sockets that have the port, by the inode of the socket
 * @param ancestry its parent first, PID 1 last
 * @param lineage empty where not all of it can be seen
 * @param context what is in charge of it
 * @param references sockets that it keeps alive without a descriptor in its own table
 * @param reparented present where it, or a process above it in its session, lost its parent
 */
public record Holder(
    ProcessIdentity identity,
    Invocation invocation,
    Reading<Account> account,
    Optional<ProcessState> state,
    Reading<Moment> startedAt,
    List<OpenSocket> sockets,
    List<Ancestor> ancestry,
    Optional<Lineage> lineage,
    Context context,
    List<Reference> references,
    Optional<Reparented> reparented) {

  public Holder {
    if (!isSorted(sockets)) {
      sockets = new ArrayList<>(sockets);
      sockets.sort(Comparator.comparingLong(one -> one.inode().number()));
    }
    sockets = List.copyOf(sockets);
    ancestry = List.copyOf(ancestry);
    references = List.copyOf(references);
  }

  private static boolean isSorted(List<OpenSocket> sockets) {
    for (int i = 1; i < sockets.size(); i++) {
      if (sockets.get(i - 1).inode().number() > sockets.get(i).inode().number()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The program that a process runs, and with what.
   *
   * @param command the name of its main thread, which the process chooses
   * @param ours whether it runs the very program that asks, which is inuse
   */
  public record Invocation(
      Untrusted command,
      Reading<List<Untrusted>> arguments,
      Reading<Untrusted> executable,
      Reading<Untrusted> workingDirectory,
      boolean ours) {
    /**
     * The arguments without the empty ones that end them where a program wrote a title over them:
     * sshd, nginx and PostgreSQL fill the rest of that memory with zeros. One empty argument of a
     * program without a title was given.
     */
    public List<Untrusted> shownArguments() {
      List<Untrusted> all = arguments.toOptional().orElse(List.of());
      int end = all.size();
      while (end > 1 && all.get(end - 1).bytes().isEmpty()) {
        end--;
      }
      boolean titled = !all.isEmpty() && all.getFirst().bytes().indexOf(' ') >= 0;
      return titled || all.size() - end > 1 ? all.subList(0, end) : all;
    }

    /** The name of its executable where that is known, else the process's own name for itself. */
    public Untrusted program() {
      return program(command, executable);
    }

    /** The same of a process of which no more is known. */
    public static Untrusted program(Untrusted command, Reading<Untrusted> executable) {
      return executable.toOptional().map(Untrusted::baseName).orElse(command).withoutDeleted();
    }
  }

  /**
   * What is in charge of a process.
   *
   * @param cgroup path of its control group
   * @param unit the systemd unit it belongs to
   * @param container the container it runs in
   * @param supervision what else is in charge of it
   */
  public record Context(
      Reading<Untrusted> cgroup,
      Optional<Statement<Unit>> unit,
      Optional<Statement<Container>> container,
      Supervision supervision) {}

  /** One descriptor. */
  public record OpenSocket(int fd, Inode inode) {}

  /**
   * A socket that the process keeps alive, though /proc/PID/fd does not list it.
   *
   * @param sure whether it is proven, or no other process can be the holder
   */
  public record Reference(Inode inode, Via via, boolean sure) {}

  /** This process with what is in charge of it. */
  public Holder with(
      Optional<Statement<Unit>> unit,
      Optional<Statement<Container>> container,
      Supervision others) {
    return new Holder(
        identity,
        invocation,
        account,
        state,
        startedAt,
        sockets,
        ancestry,
        lineage,
        new Context(context.cgroup, unit, container, others),
        references,
        reparented);
  }

  /** This process with some of its sockets only. */
  public Holder withSockets(List<OpenSocket> some) {
    return new Holder(
        identity,
        invocation,
        account,
        state,
        startedAt,
        some,
        ancestry,
        lineage,
        context,
        references,
        reparented);
  }

  public Pid pid() {
    return identity.pid();
  }

  public Untrusted command() {
    return invocation.command;
  }

  public Reading<List<Untrusted>> arguments() {
    return invocation.arguments;
  }

  public Reading<Untrusted> executable() {
    return invocation.executable;
  }

  public Reading<Untrusted> workingDirectory() {
    return invocation.workingDirectory;
  }

  /** The program that it runs, by name. */
  public Untrusted program() {
    return invocation.program();
  }

  public Reading<Untrusted> cgroup() {
    return context.cgroup;
  }

  public Optional<Statement<Unit>> unit() {
    return context.unit;
  }

  public Optional<Statement<Container>> container() {
    return context.container;
  }

  public Supervision supervision() {
    return context.supervision;
  }

  /** The user it runs as, where that is known. */
  public Optional<Uid> user() {
    return account.toOptional().map(Account::uid);
  }

  /** What is said of it, where whoever asks may act on it. */
  public <T> Optional<Statement.Trusted<T>> trusted(Optional<Statement<T>> said, Uid asker) {
    return said.flatMap(one -> one.trusted(asker, user()));
  }

  /** Whether it has that socket open, or keeps it alive. */
  public boolean holds(BoundSocket socket) {
    if (socket.inode().isEmpty()) {
      return false;
    }
    int first = first(socket.inode().get());
    if (first < sockets.size() && sockets.get(first).inode().equals(socket.inode().get())) {
      return true;
    }
    return !references.isEmpty() && reference(socket).isPresent();
  }

  /** Its descriptors of that socket. */
  public List<OpenSocket> descriptors(BoundSocket socket) {
    if (socket.inode().isEmpty()) {
      return List.of();
    }
    int first = first(socket.inode().get());
    int end = first;
    while (end < sockets.size() && sockets.get(end).inode().equals(socket.inode().get())) {
      end++;
    }
    return sockets.subList(first, end);
  }

  /** The place of the first descriptor that is not of a lower inode. */
  private int first(Inode wanted) {
    // Halves: a busy server has thousands of sockets, and each cause asks this for each of them.
    int low = 0;
    int high = sockets.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sockets.get(middle).inode().number() < wanted.number()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether the socket is among its own open files, as /proc/PID/fd lists them. */
  public boolean hasOpen(BoundSocket socket) {
    return sockets.stream().anyMatch(one -> socket.inode().filter(one.inode()::equals).isPresent());
  }

  /** How it keeps a socket alive without a descriptor of it. */
  public Optional<Reference> reference(BoundSocket socket) {
    return references.stream()
        .filter(one -> socket.inode().filter(one.inode()::equals).isPresent())
        .findFirst();
  }

  /** Whether that process is an ancestor. */
  public boolean isBelow(Pid pid) {
    return ancestry.stream().anyMatch(one -> one.pid().equals(pid));
  }

  /** Whether its main thread has ended while others live on. */
  public boolean isLeaderless() {
    return state.equals(Optional.of(ProcessState.ZOMBIE)) && !references.isEmpty();
  }
}
