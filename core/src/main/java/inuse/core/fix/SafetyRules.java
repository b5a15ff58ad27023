package inuse.core.fix;

import inuse.core.evidence.Account;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Unit;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.rule.SameCommand;
import inuse.core.explain.rule.SocketMaker;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules that protect processes: always, or under the given options. */
final class SafetyRules {
  /** Programs that run other people's containers; ending one ends or orphans them all. */
  private static final Set<String> ENGINES =
      Set.of("dockerd", "containerd", "crio", "kubelet", "podman", "k3s", "k3s-server");

  private static final String SHIM = "containerd-shim";

  private static final Set<String> SSHD = Set.of("sshd", "sshd-session", "dropbear");

  private static final int KTHREADD = 2;

  private final Caller caller;
  private final FreeOptions options;
  private final Snapshot seen;
  private final Optional<Integer> port;
  private final Set<Pid> earlier;
  private final Set<ProcessIdentity> insiders;

  /**
   * The rules for one plan.
   *
   * @param insiders the processes that work below the directory of the options
   */
  SafetyRules(
      Caller caller, FreeOptions options, Diagnosis diagnosis, Set<ProcessIdentity> insiders) {
    this.caller = caller;
    this.options = options;
    seen = diagnosis.snapshot();
    this.insiders = insiders;
    port =
        diagnosis.snapshot() instanceof PortSnapshot snapshot
            ? Optional.of(snapshot.target().port().number())
            : Optional.empty();
    earlier =
        diagnosis.snapshot() instanceof PortSnapshot snapshot
            ? snapshot.newcomer().startup().stream()
                .flatMap(command -> earlier(command, snapshot, diagnosis))
                .collect(Collectors.toSet())
            : Set.of();
  }

  private static Stream<Pid> earlier(
      IntendedCommand command, PortSnapshot snapshot, Diagnosis diagnosis) {
    return diagnosis.causes().stream()
        .flatMap(cause -> cause.holders().stream())
        .filter(holder -> SameCommand.of(command, holder, snapshot).isSame())
        .map(Holder::pid);
  }

  /** The rule that protects a process. */
  enum Rule {
    OTHER_PIDS,
    INIT,
    KERNEL_THREAD,
    OURSELVES,
    ANCESTOR,
    SESSION,
    SSH,
    UNIT,
    ENGINE,
    OWN_RUN,
    NOT_PREVIOUS,
    NOT_MINE,
    NOT_ITS_OWN,
    NOT_UNDER,
    NOT_NAMED;

    Phrase words() {
      return switch (this) {
        case OTHER_PIDS ->
            Phrase.of(
                "/proc is of another pid namespace, or does not show this one; what its pids are"
                    + " here is not known");
        case INIT -> Phrase.of("PID 1 is never stopped");
        case KERNEL_THREAD -> Phrase.of("a thread of the kernel is never stopped");
        case OURSELVES -> Phrase.of("it is this very program");
        case ANCESTOR -> Phrase.of("this very program runs below it");
        case SESSION -> Phrase.of("it leads the session of this terminal");
        case SSH -> Phrase.of("this session came in through it");
        case UNIT ->
            Phrase.of("this very program runs in the unit or container that would be stopped");
        case ENGINE -> Phrase.of("a container engine is never stopped for one port");
        case OWN_RUN -> Phrase.of("it belongs to the very run that the address is wanted for");
        case NOT_PREVIOUS -> Phrase.of("it is no earlier run of the command that is to be started");
        case NOT_MINE ->
            Phrase.of("it belongs to another user, and ")
                .then(InuseCommand.Choice.ONLY_MINE)
                .then(" was given");
        case NOT_ITS_OWN ->
            Phrase.of(
                "another user made that socket and may have sent it there, which only somebody who"
                    + " is asked can judge");
        case NOT_UNDER ->
            Phrase.of("it does not work below the directory of ")
                .then(InuseCommand.Choice.WORKING_UNDER);
        case NOT_NAMED ->
            Phrase.of("it has another name than ")
                .then(InuseCommand.Choice.PROCESS_NAME)
                .then(" says");
      };
    }
  }

  /** The rule that forbids signalling this process, if any. */
  Optional<Rule> forbidsToEnd(Holder holder) {
    if (!caller.seesOwnPids().is(true)) {
      return Optional.of(Rule.OTHER_PIDS);
    }
    if (isKernelThread(holder)) {
      return Optional.of(Rule.KERNEL_THREAD);
    }
    return forbidsToEnd(holder.pid()).or(() -> forbids(holder));
  }

  /** The rule that forbids ending a process of which only the pid is known, if any. */
  Optional<Rule> forbidsToEnd(Pid pid) {
    if (!caller.seesOwnPids().is(true)) {
      return Optional.of(Rule.OTHER_PIDS);
    }
    return pid.number() == 1 ? Optional.of(Rule.INIT) : forbids(pid);
  }

  /** The rule that forbids stopping the unit, container or managed program of a process, if any. */
  Optional<Rule> forbidsToStop(Holder holder) {
    if (!caller.seesOwnPids().is(true)) {
      return Optional.of(Rule.OTHER_PIDS);
    }
    boolean ours =
        holder.unit().filter(unit -> isOurUnit(unit.content(), holder)).isPresent()
            || holder.container().map(Statement::content).filter(this::isOurContainer).isPresent()
            || isOurManagedProgram(holder);
    return forbids(holder).or(() -> ours ? Optional.of(Rule.UNIT) : Optional.empty());
  }

  /**
   * The rule that forbids ending or stopping a process that could be stopped, because of its
   * socket, if any. A service manager has the sockets of others by its office.
   */
  Optional<Rule> forbidsForItsSocket(Holder holder) {
    boolean keepsThem = holder.pid().number() == 1 || holder.supervision().init().isPresent();
    return options.socketsOfOthers() || keepsThem || SocketMaker.of(holder, seen).isEmpty()
        ? Optional.empty()
        : Optional.of(Rule.NOT_ITS_OWN);
  }

  /** The rule that forbids stopping a container, if any. */
  Optional<Rule> forbidsToStop(Container container) {
    return isOurContainer(container) ? Optional.of(Rule.UNIT) : Optional.empty();
  }

  /** The rule that forbids stopping a socket with what it starts, if any. */
  Optional<Rule> forbidsToStop(SocketUnit socket) {
    return socket.services().stream().anyMatch(one -> ourGroup(one::equals).isPresent())
        ? Optional.of(Rule.UNIT)
        : Optional.empty();
  }

  /** Both run below the same group of that name: users have units of one name each. */
  private boolean isOurUnit(Unit unit, Holder holder) {
    Optional<String> ours = ourGroup(unit.name()::equals);
    return ours.isPresent()
        && ours.equals(
            holder.cgroup().toOptional().flatMap(one -> group(one, unit.name()::equals)));
  }

  private boolean isOurContainer(Container container) {
    return ourGroup(name -> name.contains(container.id())).isPresent();
  }

  /** A manager ends what it started, and with it what runs below: us. */
  private boolean isOurManagedProgram(Holder holder) {
    Optional<Pid> manager =
        holder
            .supervision()
            .processManager()
            .map(Statement::content)
            .filter(one -> one.kind().restarts())
            .map(ProcessManager::pid);
    Pid program = holder.pid();
    for (Ancestor ancestor : holder.ancestry()) {
      if (manager.equals(Optional.of(ancestor.pid()))) {
        return isAncestor(program);
      }
      program = ancestor.pid();
    }
    return false;
  }

  private Optional<String> ourGroup(Predicate<String> fits) {
    return caller.cgroup().toOptional().flatMap(one -> group(one, fits));
  }

  /** The path of a control group up to the first name that fits. */
  private static Optional<String> group(Untrusted path, Predicate<String> fits) {
    String text = path.bytes() + "/";
    int start = 0;
    for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', start)) {
      if (fits.test(text.substring(start, slash))) {
        return Optional.of(text.substring(0, slash));
      }
      start = slash + 1;
    }
    return Optional.empty();
  }

  private boolean isAncestor(Pid pid) {
    return caller.ancestry().stream().anyMatch(one -> one.pid().equals(pid));
  }

  private Optional<Rule> forbids(Holder holder) {
    return forbids(holder.pid())
        .or(() -> isSshOfThisSession(holder) ? Optional.of(Rule.SSH) : Optional.empty())
        .or(() -> isEngine(holder) ? Optional.of(Rule.ENGINE) : Optional.empty())
        .or(() -> outside(holder));
  }

  private Optional<Rule> forbids(Pid pid) {
    if (pid.equals(caller.pid())) {
      return Optional.of(Rule.OURSELVES);
    }
    // PID 1 is an ancestor of every process: stopping a unit through it does not end it.
    if (pid.number() != 1 && isAncestor(pid)) {
      return Optional.of(Rule.ANCESTOR);
    }
    return caller.session().equals(Optional.of(pid)) ? Optional.of(Rule.SESSION) : Optional.empty();
  }

  private Optional<Rule> outside(Holder holder) {
    if (caller.isOfItsRun(holder)) {
      return Optional.of(Rule.OWN_RUN);
    }
    if (options.onlyPrevious() && !isEarlierRun(holder)) {
      return Optional.of(Rule.NOT_PREVIOUS);
    }
    boolean mine =
        holder.account().toOptional().map(Account::uid).filter(caller.uid()::equals).isPresent();
    if (options.onlyMine() && !mine) {
      return Optional.of(Rule.NOT_MINE);
    }
    if (options.under().isPresent() && !insiders.contains(holder.identity())) {
      return Optional.of(Rule.NOT_UNDER);
    }
    return options.command().filter(name -> !holder.command().equals(name)).isPresent()
        ? Optional.of(Rule.NOT_NAMED)
        : Optional.empty();
  }

  /** A process that an earlier run started and gave its socket is part of that run. */
  private boolean isEarlierRun(Holder holder) {
    return earlier.contains(holder.pid())
        || holder.ancestry().stream().anyMatch(one -> earlier.contains(one.pid()));
  }

  /** Whether it serves this SSH session; a service manager with that port has it for sshd. */
  private boolean isSshOfThisSession(Holder holder) {
    return caller
            .sshPort()
            .map(one -> one.number())
            .filter(one -> port.equals(Optional.of(one)))
            .isPresent()
        && (SSHD.contains(holder.program().bytes()) || holder.supervision().init().isPresent());
  }

  private static boolean isKernelThread(Holder holder) {
    List<Ancestor> ancestry = holder.ancestry();
    return (holder.pid().number() == KTHREADD && ancestry.isEmpty())
        || (!ancestry.isEmpty()
            && ancestry.getFirst().pid().number() == KTHREADD
            && holder.executable().toOptional().isEmpty());
  }

  private static boolean isEngine(Holder holder) {
    // A proxy is a program of the engine, not the engine.
    if (holder.supervision().proxy().isPresent()) {
      return false;
    }
    String name = holder.program().bytes();
    return ENGINES.contains(name) || name.startsWith(SHIM);
  }
}
