package inuse.core.fix;

import inuse.core.evidence.Account;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.PathState;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.rule.SameCommand;
import inuse.core.explain.rule.SocketMaker;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules that protect processes: always, or under the given options. */
final class SafetyRules {
  private static final int KTHREADD = 2;

  private final Caller caller;
  private final FreeOptions options;
  private final Snapshot seen;
  private final Set<Pid> earlier;
  private final Set<ProcessIdentity> insiders;
  private final WayIn wayIn;
  private final OwnGroups groups;

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
    groups = new OwnGroups(caller);
    wayIn = new WayIn(caller, groups, seen);
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
    PERHAPS_PREVIOUS,
    NOT_MINE,
    UNCLEAR,
    NOT_ITS_OWN,
    LED_ASTRAY,
    NOT_AGREED,
    NOT_UNDER,
    NOT_NAMED;

    /** Whether the caller set it as a limit: no line is shown that would break it. */
    boolean isLimit() {
      return switch (this) {
        case NOT_PREVIOUS, PERHAPS_PREVIOUS, NOT_MINE, UNCLEAR, NOT_AGREED, NOT_UNDER, NOT_NAMED ->
            true;
        case INIT,
            KERNEL_THREAD,
            OURSELVES,
            ANCESTOR,
            SESSION,
            SSH,
            UNIT,
            ENGINE,
            OWN_RUN,
            OTHER_PIDS,
            NOT_ITS_OWN,
            LED_ASTRAY ->
            false;
      };
    }

    Phrase words() {
      return switch (this) {
        case OTHER_PIDS ->
            Phrase.of(
                "/proc is of another pid namespace, or does not show this one; which process a pid"
                    + " means here is not known");
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
        case NOT_PREVIOUS -> Phrase.of("it is not an earlier run of this command");
        case PERHAPS_PREVIOUS ->
            Phrase.of("whether it is an earlier run of this command cannot be seen");
        case NOT_MINE ->
            Phrase.of("it belongs to another user, and ")
                .then(InuseCommand.Choice.ONLY_MINE)
                .then(" was given");
        case UNCLEAR ->
            Phrase.of(
                    "whose processes are yours is not clear (sudo names another user than the"
                        + " processes above this one), and ")
                .then(InuseCommand.Choice.ONLY_MINE)
                .then(" was given");
        case NOT_ITS_OWN ->
            Phrase.of(
                "another user made that socket and may have sent it there: you have to be asked"
                    + " about it");
        case LED_ASTRAY ->
            Phrase.of(
                "another user's link in the path leads to it, and may lead to anything: you have"
                    + " to be asked about it");
        case NOT_AGREED -> Phrase.of("it is not one of those listed");
        case NOT_UNDER ->
            Phrase.of("its directory is not below that of ")
                .then(InuseCommand.Choice.WORKING_UNDER);
        case NOT_NAMED ->
            Phrase.of("its name is not the one that ")
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
    return forbids(holder)
        .or(() -> groups.endWith(holder) ? Optional.of(Rule.UNIT) : Optional.empty());
  }

  /**
   * The rule that forbids ending or stopping a process that could be stopped, because of its
   * socket, if any: by that another user could turn the act against whom he likes. A service
   * manager has the sockets of others by its office.
   */
  Optional<Rule> forbidsForItsSocket(Holder holder) {
    if (!options.socketsOfOthers() && isLedAstray()) {
      return Optional.of(Rule.LED_ASTRAY);
    }
    boolean keepsThem = holder.pid().number() == 1 || holder.supervision().init().isPresent();
    return options.socketsOfOthers() || keepsThem || SocketMaker.of(holder, seen).isEmpty()
        ? Optional.empty()
        : Optional.of(Rule.NOT_ITS_OWN);
  }

  private boolean isLedAstray() {
    return seen instanceof UnixSnapshot unix
        && unix.file().orElse(null) instanceof PathState.Found found
        && found.ledAstray();
  }

  /** The rule that forbids stopping a container, if any. */
  Optional<Rule> forbidsToStop(Container container) {
    return groups.endWith(container) ? Optional.of(Rule.UNIT) : Optional.empty();
  }

  /** The rule that forbids stopping a socket with what it starts, if any. */
  Optional<Rule> forbidsToStop(SocketUnit socket) {
    if (wayIn.isThrough(socket)) {
      return Optional.of(Rule.SSH);
    }
    return groups.endWith(socket) ? Optional.of(Rule.UNIT) : Optional.empty();
  }

  /** The rule that forbids acting on what belongs to that user, if any. */
  Optional<Rule> forbidsOf(Uid owner) {
    if (!options.onlyMine() || caller.person().get().equals(Optional.of(owner))) {
      return Optional.empty();
    }
    return Optional.of(caller.person().get().isPresent() ? Rule.NOT_MINE : Rule.UNCLEAR);
  }

  private Optional<Rule> forbids(Holder holder) {
    return forbids(holder.pid())
        .or(() -> wayIn.isThrough(holder) ? Optional.of(Rule.SSH) : Optional.empty())
        .or(() -> isEngine(holder) ? Optional.of(Rule.ENGINE) : Optional.empty())
        .or(() -> outside(holder));
  }

  private Optional<Rule> forbids(Pid pid) {
    if (pid.equals(caller.pid())) {
      return Optional.of(Rule.OURSELVES);
    }
    // PID 1 is an ancestor of every process: stopping a unit through it does not end it.
    if (pid.number() != 1 && caller.isBelow(pid)) {
      return Optional.of(Rule.ANCESTOR);
    }
    if (caller.session().equals(Optional.of(pid))) {
      return Optional.of(Rule.SESSION);
    }
    return caller.login().way().contains(pid) ? Optional.of(Rule.SSH) : Optional.empty();
  }

  /** The rule that forbids destroying one of these sockets, if any. */
  Optional<Rule> forbidsToDestroy(List<BoundSocket> sockets) {
    return sockets.stream()
        .flatMap(one ->
            seen instanceof PortSnapshot snapshot
                ? forbidsToDestroy(one, snapshot.holdersOf(one)).stream()
                : Stream.empty())
        .findFirst();
  }

  private Optional<Rule> forbidsToDestroy(BoundSocket socket, List<Holder> holders) {
    if (holders.isEmpty()) {
      // The kernel keeps no owner for TIME_WAIT.
      return socket.state() == SocketState.TIME_WAIT
          ? Optional.empty()
          : forbidsOf(socket.owner().uid());
    }
    return holders.stream().flatMap(one -> outside(one).stream()).findFirst();
  }

  private Optional<Rule> outside(Holder holder) {
    if (caller.isOfItsRun(holder)) {
      return Optional.of(Rule.OWN_RUN);
    }
    if (options.onlyPrevious() && !isEarlierRun(holder)) {
      return Optional.of(isPerhapsEarlier(holder) ? Rule.PERHAPS_PREVIOUS : Rule.NOT_PREVIOUS);
    }
    Optional<Uid> owner = holder.account().toOptional().map(Account::uid);
    Optional<Rule> foreign =
        owner.isPresent()
            ? forbidsOf(owner.get())
            : options.onlyMine() ? Optional.of(Rule.NOT_MINE) : Optional.empty();
    if (foreign.isPresent()) {
      return foreign;
    }
    if (options.only().filter(those -> !those.contains(holder.identity())).isPresent()) {
      return Optional.of(Rule.NOT_AGREED);
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

  private boolean isPerhapsEarlier(Holder holder) {
    return seen instanceof PortSnapshot snapshot
        && snapshot
            .newcomer()
            .startup()
            .filter(command -> SameCommand.of(command, holder, snapshot) == SameCommand.UNKNOWN)
            .isPresent();
  }

  private static boolean isKernelThread(Holder holder) {
    List<Ancestor> ancestry = holder.ancestry();
    // Nothing is above kthreadd; in a pid namespace 2 is another program, below the first one.
    return (holder.pid().number() == KTHREADD && ancestry.isEmpty())
        || (ancestry.size() == 1
            && ancestry.getFirst().pid().number() == KTHREADD
            && holder.executable().toOptional().isEmpty());
  }

  private static boolean isEngine(Holder holder) {
    // A proxy is a program of the engine, not the engine.
    if (holder.supervision().proxy().isPresent()) {
      return false;
    }
    return Container.isEngine(holder.program().bytes());
  }
}
