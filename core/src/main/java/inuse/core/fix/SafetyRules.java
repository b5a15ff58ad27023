package inuse.core.fix;

import inuse.core.evidence.Account;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.rule.SameCommand;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
  private final Optional<Integer> port;
  private final Set<Pid> earlier;

  SafetyRules(Caller caller, FreeOptions options, Diagnosis diagnosis) {
    this.caller = caller;
    this.options = options;
    port =
        diagnosis.snapshot() instanceof PortSnapshot snapshot
            ? Optional.of(snapshot.target().port().number())
            : Optional.empty();
    Optional<IntendedCommand> startup =
        diagnosis.snapshot() instanceof PortSnapshot snapshot
            ? snapshot.newcomer().startup()
            : Optional.empty();
    earlier =
        diagnosis.causes().stream()
            .flatMap(cause -> cause.holders().stream())
            .filter(holder ->
                startup
                    .filter(one -> SameCommand.of(one, holder, caller.uid()).isSame())
                    .isPresent())
            .map(Holder::pid)
            .collect(Collectors.toSet());
  }

  /** The rule that protects a process. */
  enum Rule {
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
    NOT_UNDER,
    NOT_NAMED;

    Phrase words() {
      return switch (this) {
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
    if (isKernelThread(holder)) {
      return Optional.of(Rule.KERNEL_THREAD);
    }
    return forbidsToEnd(holder.pid()).or(() -> forbids(holder));
  }

  /** The rule that forbids ending a process of which only the pid is known, if any. */
  Optional<Rule> forbidsToEnd(Pid pid) {
    return pid.number() == 1 ? Optional.of(Rule.INIT) : forbids(pid);
  }

  /** The rule that forbids stopping the unit or container of a process, if any. */
  Optional<Rule> forbidsToStop(Holder holder) {
    boolean group = holder.unit().isPresent() || holder.container().isPresent();
    boolean ours =
        group && caller.cgroup().toOptional().filter(one -> holder.cgroup().is(one)).isPresent();
    return forbids(holder).or(() -> ours ? Optional.of(Rule.UNIT) : Optional.empty());
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
    if (pid.number() != 1 && caller.ancestry().stream().anyMatch(one -> one.pid().equals(pid))) {
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
    if (options.under().filter(directory -> !isUnder(holder, directory)).isPresent()) {
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

  /**
   * Whether a process's working directory is that directory or below it; false where it is unknown.
   */
  private static boolean isUnder(Holder holder, Untrusted directory) {
    String under = directory.bytes().endsWith("/") ? directory.bytes() : directory.bytes() + "/";
    return holder
        .workingDirectory()
        .toOptional()
        .filter(place -> (place.bytes() + "/").startsWith(under))
        .isPresent();
  }
}
