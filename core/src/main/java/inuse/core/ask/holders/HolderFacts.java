package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.CLOCK_BOOTTIME;
import static inuse.kernel.abi.Constants.CLOCK_REALTIME;

import inuse.core.evidence.Account;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Lineage;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Reparented;
import inuse.core.evidence.Supervision;
import inuse.core.evidence.Tie;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Cgroup2;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.ProcessStatus;
import inuse.kernel.proc.Unparsable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads the facts about one process; a process that ends meanwhile is not an error. */
public final class HolderFacts {
  /** Maximum number of ancestors. */
  private static final int MAX_ANCESTORS = 32;

  /** Bytes of a command line that are kept. */
  private static final int MAX_COMMAND_LINE = 4096;

  /** A manager of services, which is a reaper also where it is not PID 1. */
  private static final String SYSTEMD = "systemd";

  /** Standard input, output and error. */
  private static final List<Integer> STREAMS = List.of(0, 1, 2);

  private static final String TERMINALS = "/dev/pts/";
  private static final String DELETED = " (deleted)";

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final SystemCalls calls;
  private final Proc proc;
  private final UserNames users;
  private final CgroupStatements cgroups;
  private final OwnProgram own;

  public HolderFacts(Host host, UserNames users) {
    calls = host.calls();
    proc = host.proc();
    this.users = users;
    cgroups = new CgroupStatements(host, users);
    own = new OwnProgram(host);
  }

  /** The process, or nothing when it has ended. */
  public Optional<Holder> read(
      Pid pid, List<Holder.OpenSocket> sockets, List<Holder.Reference> references) {
    return read(pid, sockets, references, new SharedFacts());
  }

  /**
   * The process, or nothing when it has ended.
   *
   * @param shared by all processes of one answer
   */
  public Optional<Holder> read(
      Pid pid,
      List<Holder.OpenSocket> sockets,
      List<Holder.Reference> references,
      SharedFacts shared) {
    return proc.within("/proc/" + pid, its -> read(its, pid, sockets, references, shared))
            instanceof CallResult.Ok<Optional<Holder>>(Optional<Holder> holder)
        ? holder
        : Optional.empty();
  }

  private Optional<Holder> read(
      Proc its,
      Pid pid,
      List<Holder.OpenSocket> sockets,
      List<Holder.Reference> references,
      SharedFacts shared) {
    Optional<ProcessStat> found = stat(its, pid.number());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    ProcessStat stat = found.get();
    String directory = "/proc/" + pid;
    Reading<Cgroup2.Group> cgroup = cgroup(its, pid);
    List<ProcessStat> line = line(stat, shared);
    Reading<List<Untrusted>> arguments =
        Readings.reading(
            its.start(directory + "/cmdline", MAX_COMMAND_LINE), HolderFacts::arguments);
    Reading<Untrusted> executable = executable(its, directory);
    Holder.Invocation invocation =
        new Holder.Invocation(
            new Untrusted(stat.command()),
            shared.arguments(arguments),
            shared.path(executable),
            shared.path(Readings.reading(its.link(directory + "/cwd"), Untrusted::new)),
            own.isRun(directory + "/exe", executable, arguments));
    Holder.Context context =
        new Holder.Context(
            cgroup.map(one -> shared.group(one.path())),
            cgroup.toOptional().flatMap(cgroups::unit),
            cgroup.toOptional().flatMap(cgroups::container),
            Supervision.NONE);
    List<Ancestor> ancestry = ancestry(line);
    Optional<Reparented> reparented = reparented(line);
    // The last of all: what has ended until then is no holder.
    Reading<Account> account = account(its, pid.number());
    if (!(account instanceof Reading.Known<Account>) && stat(its, pid.number()).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Holder(
            new ProcessIdentity(pid, stat.startTicks()),
            invocation,
            account,
            ProcessState.of(stat.state()),
            startedAt(stat.startTicks()),
            sockets,
            ancestry,
            lineage(stat),
            context,
            references,
            reparented));
  }

  private static Optional<Lineage> lineage(ProcessStat stat) {
    return stat.session() == 0 || stat.group() == 0 || stat.stack() == 0
        ? Optional.empty()
        : Optional.of(new Lineage(new Pid(stat.session()), new Pid(stat.group()), stat.stack()));
  }

  /** The processes above that one, the parent first; none when it has ended. */
  public List<Ancestor> ancestry(Pid pid) {
    return stat(pid.number())
        .map(stat -> ancestry(line(stat, new SharedFacts())))
        .orElse(List.of());
  }

  /** The leader of its session; none when it has ended, or this PID namespace does not see it. */
  public Optional<Pid> session(Pid pid) {
    return stat(pid.number()).map(ProcessStat::session).filter(one -> one > 0).map(Pid::new);
  }

  /** The control group that it is in, and of which hierarchy. */
  public Reading<Cgroup2.Group> cgroup(Pid pid) {
    return cgroup(proc, pid);
  }

  private static Reading<Cgroup2.Group> cgroup(Proc proc, Pid pid) {
    return parsed(() -> Readings.reading(Cgroup2.read(proc, pid.number()), one -> one));
  }

  /** The process with its name only. */
  public Optional<Ancestor> name(Pid pid) {
    return stat(pid.number()).map(stat -> new Ancestor(pid, new Untrusted(stat.command())));
  }

  private Optional<ProcessStat> stat(int pid) {
    return stat(proc, pid);
  }

  private static Optional<ProcessStat> stat(Proc proc, int pid) {
    Reading<ProcessStat> stat =
        parsed(() -> Readings.reading(ProcessStat.read(proc, pid), one -> one));
    return stat.toOptional();
  }

  private Reading<Account> account(Proc proc, int pid) {
    return parsed(() ->
        Readings.reading(
            ProcessStatus.read(proc, pid), status -> users.account(status.effectiveUid())));
  }

  private static <T> Reading<T> parsed(Supplier<Reading<T>> reading) {
    try {
      return reading.get();
    } catch (Unparsable broken) {
      return Reading.unknown(Reading.Why.UNREADABLE);
    }
  }

  /** The process, its parent, and so on. */
  private List<ProcessStat> line(ProcessStat holder, SharedFacts shared) {
    List<ProcessStat> line = new ArrayList<>(List.of(holder));
    Optional<ProcessStat> next = parent(holder, shared);
    while (next.isPresent() && line.size() <= MAX_ANCESTORS) {
      line.add(next.get());
      next = parent(next.get(), shared);
    }
    return line;
  }

  private Optional<ProcessStat> parent(ProcessStat child, SharedFacts shared) {
    return child.parent() > 0 ? shared.above(child.parent(), this::stat) : Optional.empty();
  }

  private static List<Ancestor> ancestry(List<ProcessStat> line) {
    List<Ancestor> ancestry = new ArrayList<>();
    for (int i = 1; i < line.size(); i++) {
      ProcessStat above = line.get(i);
      Untrusted command = new Untrusted(above.command());
      ancestry.add(new Ancestor(new Pid(above.pid()), command, tie(line.get(i - 1), above)));
    }
    return ancestry;
  }

  /**
   * Sessions are inherited: a process that is in another session than its parent, and does not lead
   * it, was started by another process that has gone. Session zero is one that this PID namespace
   * does not see.
   */
  private static boolean isLost(ProcessStat child, ProcessStat parent) {
    int session = child.session();
    return session != 0 && session != child.pid() && session != parent.session();
  }

  /**
   * Only a reaper has children that it did not start. Of those in its own session one that is
   * neither in its process group nor leads one may be what a job left behind.
   */
  private static Tie tie(ProcessStat child, ProcessStat parent) {
    if (isLost(child, parent)) {
      return Tie.ADOPTED;
    }
    boolean isItsOwn =
        child.session() == parent.session()
            && (child.group() == parent.group() || child.group() == child.pid());
    return isReaper(parent) && !isItsOwn ? Tie.EITHER : Tie.STARTED;
  }

  /** Who above it, or whether it itself, lost the parent; up to the leader of its session. */
  private Optional<Reparented> reparented(List<ProcessStat> line) {
    int session = line.getFirst().session();
    for (int i = 0; i + 1 < line.size(); i++) {
      ProcessStat child = line.get(i);
      boolean leads = child.pid() == session;
      if (leads ? hasLostTerminal(child, line.get(i + 1)) : isLost(child, line.get(i + 1))) {
        Pid who = new Pid(child.pid());
        List<Untrusted> through = line.subList(1, i + 1).stream().map(this::program).toList();
        return Optional.of(
            new Reparented(
                who,
                through,
                !leads && isAlive(session),
                detached(child.pid()),
                leads || STREAMS.stream().anyMatch(fd -> isGone(child.pid(), fd))));
      }
      if (leads) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * Whether the leader of a session was adopted, and the terminal was closed that it reads from and
   * writes to. Who left a session on purpose, as by setsid(1), mostly took other streams along.
   */
  private boolean hasLostTerminal(ProcessStat leader, ProcessStat parent) {
    return isReaper(parent) && isGone(leader.pid(), 0) && isGone(leader.pid(), 1);
  }

  /** Whether that stream is on a pseudo-terminal that was closed: its file is removed then. */
  private boolean isGone(int pid, int fd) {
    return proc.link("/proc/" + pid + "/fd/" + fd) instanceof CallResult.Ok<String>(String target)
        && target.startsWith(TERMINALS)
        && target.endsWith(DELETED);
  }

  private static boolean isReaper(ProcessStat parent) {
    return parent.pid() == 1 || parent.command().equals(SYSTEMD);
  }

  private Untrusted program(ProcessStat process) {
    return Holder.Invocation.program(
        new Untrusted(process.command()), executable(proc, "/proc/" + process.pid()));
  }

  private static Reading<Untrusted> executable(Proc proc, String directory) {
    return Readings.reading(proc.link(directory + "/exe"), Untrusted::new);
  }

  private boolean isAlive(int pid) {
    return stat(pid)
        .flatMap(one -> ProcessState.of(one.state()))
        .filter(state -> state != ProcessState.ZOMBIE && state != ProcessState.DEAD)
        .isPresent();
  }

  /** Whether standard input, output and error are all on /dev/null, files, or closed. */
  private Reading<Boolean> detached(int pid) {
    boolean detached = true;
    for (int fd : STREAMS) {
      switch (proc.link("/proc/" + pid + "/fd/" + fd)) {
        case CallResult.Ok<String>(String target) -> detached &= isFile(target);
        case CallResult.Failed<String>(var why) -> {
          if (Readings.of(why.errno()) != Reading.Why.VANISHED) {
            return Reading.unknown(Readings.of(why.errno()));
          }
        }
      }
    }
    return Reading.known(detached);
  }

  private static boolean isFile(String target) {
    return target.equals("/dev/null") || (target.startsWith("/") && !target.startsWith("/dev/"));
  }

  /** Each argument ends with a NUL; a process may have overwritten them with any text. */
  static List<Untrusted> arguments(String commandLine) {
    String text = commandLine.substring(0, Math.min(commandLine.length(), MAX_COMMAND_LINE));
    List<Untrusted> arguments = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\0', from);
      end = end < 0 ? text.length() : end;
      arguments.add(new Untrusted(text.substring(from, end)));
      from = end + 1;
    }
    return arguments;
  }

  private Reading<Moment> startedAt(long startTicks) {
    long sinceBoot = calls.clockNanos(CLOCK_BOOTTIME);
    long now = calls.clockNanos(CLOCK_REALTIME);
    if (sinceBoot < 0 || now < 0) {
      return Reading.unknown(Reading.Why.UNSUPPORTED);
    }
    long age = sinceBoot - startTicks * Host.NANOS_PER_TICK;
    return Reading.known(new Moment((now - age) / NANOS_PER_MILLI));
  }
}
