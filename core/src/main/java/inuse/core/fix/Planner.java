package inuse.core.fix;

import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Statement.Trusted;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.BindPolicy;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.causes.ClosingConnection;
import inuse.core.explain.causes.ContainerPort;
import inuse.core.explain.causes.HiddenHolder;
import inuse.core.explain.causes.KernelSocket;
import inuse.core.explain.causes.LiveSocketFile;
import inuse.core.explain.causes.OpenConnection;
import inuse.core.explain.causes.OutgoingConnection;
import inuse.core.explain.causes.PrivilegedPort;
import inuse.core.explain.causes.SelfConnection;
import inuse.core.explain.causes.SocketActivation;
import inuse.core.explain.causes.SocketCause;
import inuse.core.explain.causes.StaleSocketFile;
import inuse.core.explain.causes.TimeWait;
import inuse.core.explain.causes.UnixCause;
import inuse.core.explain.causes.UnlistedReference;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.RemedyCommand;
import inuse.core.explain.remedy.SupervisorRemedies;
import inuse.core.explain.rule.SocketMaker;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.Phrases;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Decides how to free an address. Does nothing itself. */
public final class Planner {
  private final Diagnosis diagnosis;
  private final Caller caller;
  private final FreeOptions options;
  private final SafetyRules guard;
  private final Victims victims;
  private final List<Step> throughOthers = new ArrayList<>();
  private final List<BoundSocket> doomed = new ArrayList<>();
  private final List<BoundSocket> passing = new ArrayList<>();
  private final List<Step> files = new ArrayList<>();
  private final List<Plan.Refused> refusals = new ArrayList<>();
  private final List<Plan.Denied> denials = new ArrayList<>();

  private Planner(
      Diagnosis diagnosis, Caller caller, FreeOptions options, Set<ProcessIdentity> insiders) {
    this.diagnosis = diagnosis;
    this.caller = caller;
    this.options = options;
    guard = new SafetyRules(caller, options, diagnosis, insiders);
    victims = new Victims(diagnosis.snapshot());
  }

  /** The plan of a run that has ended nobody yet, where no directory limits it. */
  public static Plan plan(Diagnosis diagnosis, Caller caller, FreeOptions options) {
    return plan(diagnosis, caller, options, Set.of(), Set.of());
  }

  /**
   * The plan for a diagnosis: complete, or none where any part is forbidden.
   *
   * @param insiders the processes that work below the directory of the options
   * @param signalled processes that were sent a signal before in the same run, which count as well
   */
  public static Plan plan(
      Diagnosis diagnosis,
      Caller caller,
      FreeOptions options,
      Set<ProcessIdentity> insiders,
      Set<ProcessIdentity> signalled) {
    return diagnosis.verdict() == Verdict.FREE
        ? new Plan.Nothing()
        : new Planner(diagnosis, caller, options, insiders).plan(signalled);
  }

  private Plan plan(Set<ProcessIdentity> signalled) {
    diagnosis.causes().forEach(this::consider);
    victims
        .tooMany(options.maxProcesses(), signalled)
        .ifPresent(why -> refuse(why, RemedyCommand.NONE));
    if (!refusals.isEmpty()) {
      return refusals.getFirst();
    }
    if (!denials.isEmpty()) {
      return denials.getFirst();
    }
    List<Step> steps = new ArrayList<>(throughOthers);
    victims.step().ifPresent(steps::add);
    if (!doomed.isEmpty()) {
      steps.add(new Step.DestroySockets(doomed));
    }
    steps.addAll(files);
    if (!passing.isEmpty()) {
      steps.add(Step.Wait.untilGone(passing));
    }
    return steps.isEmpty() ? nothingHelps() : new Plan.Steps(steps);
  }

  private Plan nothingHelps() {
    Phrase why =
        diagnosis.causes().isEmpty()
            ? Phrase.of("nobody could ask the kernel")
            : diagnosis.causes().getFirst().summary();
    return switch (diagnosis.verdict()) {
      case UNKNOWN -> new Plan.Denied(why, false);
      case DENIED -> new Plan.Denied(why, !isRoot());
      default -> new Plan.Refused(why, RemedyCommand.NONE);
    };
  }

  private void consider(Cause cause) {
    switch (cause) {
      case TimeWait(var blockers) -> leftOver(blockers.sockets());
      case ClosingConnection closing -> connections(closing);
      case OpenConnection open -> connections(open);
      case OutgoingConnection outgoing -> outgoing(outgoing, outgoing.sockets());
      case SelfConnection itself -> outgoing(itself, itself.sockets());
      case KernelSocket kernel -> refuse(cause.summary(), firstCommand(cause));
      case SocketActivation activation -> activation(activation);
      case ContainerPort port -> port.holders().forEach(one -> forwarder(one, port.holders()));
      case HiddenHolder hidden -> unseen(cause);
      case UnlistedReference reference -> unlisted(reference);
      case StaleSocketFile stale -> file(stale);
      case LiveSocketFile live -> served(live);
      case UnixCause unix -> processes(cause);
      case SocketCause socket -> processes(cause);
      case PrivilegedPort privileged -> {}
      case BindPolicy policy -> {}
      default -> refuse(cause.summary(), RemedyCommand.NONE);
    }
  }

  private void processes(Cause cause) {
    if (cause.holders().isEmpty()) {
      unseen(cause);
    }
    cause.holders().forEach(one -> end(one, cause.holders()));
  }

  /** Ends the server, and removes the file if that leaves it behind. */
  private void served(LiveSocketFile live) {
    processes(live);
    if (live.file().removable()) {
      files.add(new Step.RemoveFile(live.path()));
    }
  }

  /** Root would see it; but not where it is known already that it is outside a limit. */
  private void unseen(Cause cause) {
    owners(cause)
        .flatMap(one -> guard.forbidsOf(one.uid()).stream())
        .findFirst()
        .ifPresentOrElse(
            rule -> refuse(cause.summary().then("; ").then(rule.words()), RemedyCommand.NONE),
            () -> denials.add(new Plan.Denied(cause.summary(), !isRoot())));
  }

  private Stream<Account> owners(Cause cause) {
    return diagnosis.snapshot() instanceof UnixSnapshot unix
        ? unix.sockets().stream().flatMap(one -> one.owner().toOptional().stream())
        : cause.sockets().stream().map(BoundSocket::owner);
  }

  /** Ends the holder through what is in charge of it, else by a signal. */
  private void end(Holder holder, List<Holder> holders) {
    Optional<Trusted<Remedy>> throughOwner = SupervisorRemedies.stop(holder, holders, caller.uid());
    if (throughOwner.isEmpty()) {
      signal(holder);
      return;
    }
    Remedy remedy = throughOwner.get().content();
    Optional<Trusted<ProcessManager>> overseer =
        holder.trusted(holder.supervision().processManager(), caller.uid());
    if (remedy.id() == Remedy.Id.TERMINATE && overseer.isPresent()) {
      overseer(overseer.get().content());
      signal(holder);
    } else {
      stop(holder, remedy, holder.trusted(holder.container(), caller.uid()));
      insist(holder, throughOwner.get());
    }
  }

  private void overseer(ProcessManager processManager) {
    guard
        .forbidsToEnd(processManager.pid())
        .ifPresentOrElse(
            rule ->
                refuse(
                    Phrase.of(processManager.kind().word() + " (pid " + processManager.pid() + ")")
                        .then(" is not stopped: ")
                        .then(rule.words()),
                    rule == SafetyRules.Rule.OTHER_PIDS
                        ? RemedyCommand.NONE
                        : RemedyCommand.kill(List.of(processManager.pid()))),
            () -> victims.overseer(processManager));
  }

  private void signal(Holder holder) {
    Optional<SafetyRules.Rule> rule = guard.forbidsToEnd(holder);
    if (rule.isPresent()) {
      refuse(holder, rule.get(), RemedyCommand.kill(List.of(holder.pid())));
    } else if (!Remedies.mayEnd(caller.uid(), holder)) {
      denials.add(
          new Plan.Denied(
              Phrases.holders(List.of(holder)).then(" belongs to another user"), !isRoot()));
    } else {
      guard
          .forbidsForItsSocket(holder)
          .ifPresentOrElse(
              why -> refuse(holder, why, RemedyCommand.kill(List.of(holder.pid()))),
              () -> victims.add(holder));
    }
  }

  /**
   * Ends the holder besides, where another user's manager or engine was told and has not freed the
   * address: that user's word does not keep it.
   */
  private void insist(Holder holder, Trusted<Remedy> told) {
    if (SupervisorRemedies.isAnothers(told.actor(), caller.uid())) {
      signal(holder);
    }
  }

  private void stop(Holder holder, Remedy remedy, Optional<Trusted<Container>> container) {
    Optional<SafetyRules.Rule> rule =
        guard
            .forbidsToStop(holder)
            .or(() -> container.map(Trusted::content).flatMap(guard::forbidsToStop));
    Optional<SafetyRules.Rule> given = guard.forbidsForItsSocket(holder);
    if (rule.isPresent()) {
      refuse(holder, rule.get(), remedy.command());
    } else if (remedy.command().isEmpty()) {
      refuse(remedy.effect(), RemedyCommand.NONE);
    } else if (remedy.needsRoot()) {
      denials.add(new Plan.Denied(remedy.effect().then(", which takes root"), true));
    } else if (given.isPresent()) {
      refuse(holder, given.get(), remedy.command());
    } else {
      // Another user's engine is told by the command alone, as that user.
      Optional<Trusted<Container>> ours =
          container
              .filter(one -> remedy.id() == Remedy.Id.STOP_CONTAINER)
              .filter(one -> one.actor().equals(caller.uid()));
      Step step =
          ours.isPresent() ? new Step.StopContainer(ours.get(), remedy) : new Step.Command(remedy);
      if (!throughOthers.contains(step)) {
        throughOthers.add(step);
      }
    }
  }

  private void activation(SocketActivation activation) {
    for (SocketUnit socket : activation.blockers().snapshot().hostContext().socketUnits()) {
      guard
          .forbidsToStop(socket)
          .ifPresent(rule ->
              refuse(
                  Phrase.of(socket.name() + " is not stopped: ").then(rule.words()),
                  RemedyCommand.NONE));
    }
    for (Holder holder : activation.holders()) {
      for (Remedy remedy : activation.remedies()) {
        stop(holder, remedy, Optional.empty());
      }
    }
    if (activation.holders().isEmpty()) {
      unseen(activation);
    }
  }

  /**
   * Stops the container instead of its proxy, whose end the engine would not notice; the proxy only
   * if the container has gone.
   */
  private void forwarder(Holder holder, List<Holder> holders) {
    Optional<Trusted<PortProxy>> proxy = holder.trusted(holder.supervision().proxy(), caller.uid());
    Optional<Trusted<Container>> container = SupervisorRemedies.forwarded(holder, caller.uid());
    Optional<Trusted<Remedy>> remedy =
        container.flatMap(
            one -> one.part(any -> SupervisorRemedies.stopContainer(one, caller.uid())));
    boolean gone = proxy.filter(one -> one.content().asked()).isPresent();
    if (proxy.isEmpty()) {
      end(holder, holders);
    } else if (remedy.isPresent()) {
      stop(holder, remedy.get().content(), container);
      insist(holder, remedy.get());
    } else if (container.isEmpty() && gone) {
      signal(holder);
    } else {
      refuse(
          Phrases.holders(List.of(holder))
              .then(
                  " forwards to a container that its engine does not name; stop that container, and"
                      + " not what forwards to it"),
          RemedyCommand.NONE);
    }
  }

  /** Remains of closed connections, which no process holds. */
  private void leftOver(List<BoundSocket> sockets) {
    if (!options.destroy()) {
      passing.addAll(sockets);
    } else {
      destroy(sockets);
    }
  }

  private void destroy(List<BoundSocket> sockets) {
    Optional<SafetyRules.Rule> rule = guard.forbidsToDestroy(sockets);
    if (rule.isPresent()) {
      refuse(
          Phrase.of("no connection is destroyed: ").then(rule.get().words()), RemedyCommand.NONE);
    } else if (isRoot()) {
      doomed.addAll(sockets);
    } else {
      denials.add(new Plan.Denied(Phrase.of("destroying sockets takes root"), true));
    }
  }

  /** Connections without a listener: accepted ones are their server's, the others a client's. */
  private void connections(SocketCause cause) {
    PortSnapshot snapshot = cause.blockers().snapshot();
    List<BoundSocket> nobodys =
        cause.sockets().stream().filter(one -> snapshot.holdersOf(one).isEmpty()).toList();
    List<BoundSocket> held =
        cause.sockets().stream().filter(one -> !snapshot.holdersOf(one).isEmpty()).toList();
    if (!nobodys.isEmpty()) {
      leftOver(nobodys);
    }
    if (held.stream().anyMatch(one -> one.initiated().is(true))) {
      outgoing(cause, held);
    } else if (options.destroy() && isRoot()) {
      destroy(held);
    } else {
      cause.holders().forEach(one -> end(one, cause.holders()));
    }
  }

  /** A client's own connection: the client only uses the port, and is not ended for it. */
  private void outgoing(SocketCause cause, List<BoundSocket> sockets) {
    Phrase who = cause.summary();
    boolean frees = Remedies.isFreedByDestroying(sockets);
    if (frees && options.destroy()) {
      destroy(sockets);
    } else if (frees) {
      refuse(
          who.then("; a client is not ended for its connection. ")
              .then(InuseCommand.Choice.DESTROY_SOCKETS)
              .then(" ends the connection alone"),
          Remedies.reserve(cause.blockers().snapshot()).command());
    } else {
      refuse(
          who.then(
              "; it bound the port by hand and keeps it until it ends, and a client is not ended"
                  + " for its connection"),
          RemedyCommand.kill(cause.holders().stream().map(Holder::pid).toList()));
    }
  }

  private void unlisted(UnlistedReference reference) {
    if (reference.isWaitedOnOnly() && options.destroy()) {
      destroy(reference.sockets());
    } else if (reference.isSure()) {
      processes(reference);
    } else if (!reference.isWaitedOnOnly()) {
      refuse(
          reference.summary().then("; who keeps it is not sure, and nobody is ended on suspicion"),
          RemedyCommand.kill(reference.holders().stream().map(Holder::pid).toList()));
    } else {
      refuse(
          reference
              .summary()
              .then("; nobody is ended on suspicion. ")
              .then(InuseCommand.Choice.DESTROY_SOCKETS)
              .then(" ends the listening socket alone"),
          RemedyCommand.NONE);
    }
  }

  private void file(StaleSocketFile stale) {
    Optional<SafetyRules.Rule> rule = guard.forbidsOf(stale.file().owner().uid());
    if (rule.isPresent()) {
      refuse(stale.summary().then("; ").then(rule.get().words()), RemedyCommand.NONE);
    } else if (stale.file().removable()) {
      files.add(new Step.RemoveFile(stale.path()));
    } else {
      denials.add(
          new Plan.Denied(
              stale.summary().then(", and you may not remove it from its directory"), !isRoot()));
    }
  }

  private void refuse(Holder holder, SafetyRules.Rule rule, RemedyCommand byHand) {
    boolean never =
        rule == SafetyRules.Rule.INIT
            || rule == SafetyRules.Rule.KERNEL_THREAD
            || rule == SafetyRules.Rule.OTHER_PIDS
            || rule.isLimit();
    refuse(
        Phrases.holders(List.of(holder), who -> SocketMaker.of(who, diagnosis.snapshot()))
            .then(" is not stopped: ")
            .then(rule.words()),
        never ? RemedyCommand.NONE : byHand);
  }

  private void refuse(Phrase why, RemedyCommand byHand) {
    refusals.add(new Plan.Refused(why, byHand));
  }

  private RemedyCommand firstCommand(Cause cause) {
    return diagnosis.remedies(cause).stream()
        .findFirst()
        .map(Remedy::command)
        .orElse(RemedyCommand.NONE);
  }

  private boolean isRoot() {
    return caller.uid().equals(Uid.ROOT);
  }
}
