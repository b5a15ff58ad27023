package inuse.core.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Builds processes of uid 1000 that a shell with pid 700 started. */
public final class HolderBuilder {
  private static final long STACK = 140_731_550_397_696L;

  private final int pid;
  private final String command;
  private Reading<List<Untrusted>> arguments = Reading.unknown(Reading.Why.DENIED);
  private Reading<Untrusted> executable = Reading.unknown(Reading.Why.DENIED);
  private Reading<Untrusted> directory = Reading.unknown(Reading.Why.DENIED);
  private Reading<Account> account =
      Reading.known(new Account(new Uid(1000), Optional.of(new Untrusted("alice"))));
  private Optional<ProcessState> state = Optional.of(ProcessState.SLEEPING);
  private Reading<Moment> startedAt = Reading.unknown(Reading.Why.UNSUPPORTED);
  private final List<Holder.OpenSocket> sockets = new ArrayList<>();
  private List<Ancestor> ancestry =
      List.of(
          new Ancestor(new Pid(700), new Untrusted("bash")),
          new Ancestor(new Pid(1), new Untrusted("systemd")));
  private Optional<Statement<Unit>> unit = Optional.empty();
  private Optional<Statement<Container>> container = Optional.empty();

  private final List<Holder.Reference> references = new ArrayList<>();
  private Optional<Reparented> reparented = Optional.empty();
  private Supervision supervision = Supervision.NONE;
  private Optional<Lineage> lineage = Optional.of(new Lineage(new Pid(690), new Pid(695), STACK));
  private long startTicks = 12_345;
  private boolean ours;
  private Reading<Untrusted> cgroup = Reading.unknown(Reading.Why.UNSUPPORTED);

  private HolderBuilder(int pid, String command) {
    this.pid = pid;
    this.command = command;
  }

  public static HolderBuilder holder(int pid, String command) {
    return new HolderBuilder(pid, command);
  }

  public HolderBuilder holds(int fd, long inode) {
    sockets.add(new Holder.OpenSocket(fd, new Inode(inode)));
    return this;
  }

  /** Keeps a socket alive without a listed descriptor. */
  public HolderBuilder keeps(long inode, Via via, boolean sure) {
    references.add(new Holder.Reference(new Inode(inode), via, sure));
    return this;
  }

  /** Lost its parent. */
  public HolderBuilder reparented(boolean sessionLives, boolean detached) {
    return lostAbove(pid, sessionLives, detached);
  }

  /** The terminal was closed in which it goes on. */
  public HolderBuilder terminalClosed() {
    reparented =
        Optional.of(new Reparented(new Pid(pid), List.of(), false, Reading.known(false), true));
    return this;
  }

  /** A process above it lost its parent, through processes of these programs. */
  public HolderBuilder lostAbove(
      int who, boolean sessionLives, boolean detached, String... through) {
    List<Untrusted> programs = Arrays.stream(through).map(Untrusted::new).toList();
    Reading<Boolean> known = Reading.known(detached);
    reparented = Optional.of(new Reparented(new Pid(who), programs, sessionLives, known));
    return this;
  }

  /** Runs the program that asks. */
  public HolderBuilder ours() {
    ours = true;
    return this;
  }

  public HolderBuilder arguments(String... words) {
    arguments = Reading.known(Arrays.stream(words).map(Untrusted::new).toList());
    return this;
  }

  public HolderBuilder executable(String path) {
    executable = Reading.known(new Untrusted(path));
    return this;
  }

  public HolderBuilder directory(String path) {
    directory = Reading.known(new Untrusted(path));
    return this;
  }

  public HolderBuilder owner(long uid, String name) {
    account = Reading.known(new Account(new Uid(uid), Optional.of(new Untrusted(name))));
    return this;
  }

  public HolderBuilder unknownOwner() {
    account = Reading.unknown(Reading.Why.VANISHED);
    return this;
  }

  public HolderBuilder state(ProcessState now) {
    state = Optional.of(now);
    return this;
  }

  public HolderBuilder startedAt(long epochMillis) {
    startedAt = Reading.known(new Moment(epochMillis));
    return this;
  }

  /** In another process group than the others. */
  public HolderBuilder group(int session, int number) {
    lineage = Optional.of(new Lineage(new Pid(session), new Pid(number), STACK));
    return this;
  }

  /** Another program, started in the same process group. */
  public HolderBuilder executed() {
    lineage = Optional.of(new Lineage(new Pid(690), new Pid(695), STACK + 16));
    return this;
  }

  /** Not all can be seen of what it inherited. */
  public HolderBuilder unseenLineage() {
    lineage = Optional.empty();
    return this;
  }

  /** Started then, in clock ticks since boot. */
  public HolderBuilder startedAtTick(long ticks) {
    startTicks = ticks;
    return this;
  }

  /** The pids above it, its parent first. */
  public HolderBuilder below(int... pids) {
    ancestry =
        Arrays.stream(pids)
            .mapToObj(
                one -> new Ancestor(new Pid(one), new Untrusted(one == 1 ? "systemd" : "bash")))
            .toList();
    return this;
  }

  public HolderBuilder unit(String name) {
    return unit(new Unit(name, false));
  }

  /** A unit of uid 1000's own manager. */
  public HolderBuilder userUnit(String name) {
    return unit(new Statement<>(new Unit(name, true), Speaker.of(new Uid(1000))));
  }

  public HolderBuilder container(Container.Engine engine, String id) {
    return container(new Container(engine, id));
  }

  /** A unit on root's word. */
  public HolderBuilder unit(Unit one) {
    return unit(Statement.ofRoot(one));
  }

  public HolderBuilder unit(Statement<Unit> said) {
    unit = Optional.of(said);
    return this;
  }

  /** A container on root's word. */
  public HolderBuilder container(Container one) {
    return container(Statement.ofRoot(one));
  }

  public HolderBuilder container(Statement<Container> said) {
    container = Optional.of(said);
    return this;
  }

  /** A parent of that name, with PID 1 above it. */
  public HolderBuilder startedBy(int parent, String name) {
    ancestry =
        List.of(
            new Ancestor(new Pid(parent), new Untrusted(name)),
            new Ancestor(new Pid(1), new Untrusted("systemd")));
    return this;
  }

  /** The processes above it, its parent first. */
  public HolderBuilder ancestry(Ancestor... above) {
    ancestry = List.of(above);
    return this;
  }

  /** A process manager on root's word. */
  public HolderBuilder overseer(ProcessManager one) {
    return overseer(Statement.ofRoot(one));
  }

  public HolderBuilder overseer(Statement<ProcessManager> said) {
    supervision =
        new Supervision(
            Optional.of(said), supervision.proxy(), supervision.init(), supervision.office());
    return this;
  }

  /** A proxy on root's word. */
  public HolderBuilder forwarder(PortProxy one) {
    return forwarder(Statement.ofRoot(one));
  }

  public HolderBuilder forwarder(Statement<PortProxy> said) {
    supervision =
        new Supervision(
            supervision.processManager(),
            Optional.of(said),
            supervision.init(),
            supervision.office());
    return this;
  }

  public HolderBuilder manager(Supervision.Init one) {
    supervision =
        new Supervision(
            supervision.processManager(),
            supervision.proxy(),
            Optional.of(one),
            supervision.office());
    return this;
  }

  /** More than a server of the port, on the word of that user. */
  public HolderBuilder office(Office one, Speaker speaker) {
    supervision =
        new Supervision(
            supervision.processManager(),
            supervision.proxy(),
            supervision.init(),
            Optional.of(new Statement<>(one, speaker)));
    return this;
  }

  public HolderBuilder cgroup(String path) {
    cgroup = Reading.known(new Untrusted(path));
    return this;
  }

  public Holder build() {
    return new Holder(
        new ProcessIdentity(new Pid(pid), startTicks),
        new Holder.Invocation(new Untrusted(command), arguments, executable, directory, ours),
        account,
        state,
        startedAt,
        sockets,
        ancestry,
        lineage,
        new Holder.Context(cgroup, unit, container, supervision),
        references,
        reparented);
  }
}
