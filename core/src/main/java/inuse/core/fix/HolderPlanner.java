package inuse.core.fix;

import inuse.core.evidence.Account;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HostContext;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortProxy;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Statement.Trusted;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.causes.SocketActivation;
import inuse.core.explain.remedy.ContainerRemedies;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.RemedyCommand;
import inuse.core.explain.remedy.SupervisorRemedies;
import inuse.core.explain.rule.SocketMaker;
import inuse.core.explain.text.Phrases;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides how holders are ended: through what is in charge of them, or by a signal. */
final class HolderPlanner {
  private final Diagnosis diagnosis;
  private final Caller caller;
  private final FreeOptions options;
  private final SafetyRules guard;
  private final PlanDraft draft;

  HolderPlanner(
      Diagnosis diagnosis, Caller caller, FreeOptions options, SafetyRules guard, PlanDraft draft) {
    this.options = options;
    this.diagnosis = diagnosis;
    this.caller = caller;
    this.guard = guard;
    this.draft = draft;
  }

  /** Ends all that hold the sockets of the cause. */
  void processes(Cause cause) {
    if (cause.holders().isEmpty()) {
      unseen(cause);
    }
    cause.holders().forEach(one -> end(one, cause.holders()));
  }

  /** Root would see it; but not where it is known already that it is outside a limit. */
  void unseen(Cause cause) {
    owners(cause)
        .flatMap(one -> guard.forbidsOf(one.uid()).stream())
        .findFirst()
        .ifPresentOrElse(
            rule -> draft.refuse(cause.summary().then("; ").then(rule.words()), RemedyCommand.NONE),
            () -> draft.deny(cause.summary(), !isRoot()));
  }

  private Stream<Account> owners(Cause cause) {
    return diagnosis.snapshot() instanceof UnixSnapshot unix
        ? unix.sockets().stream().flatMap(one -> one.owner().toOptional().stream())
        : cause.sockets().stream().map(BoundSocket::owner);
  }

  /** Ends the holder through what is in charge of it, else by a signal. */
  void end(Holder holder, List<Holder> holders) {
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

  /** Ends, together with what it starts again, a process that is above it. */
  void starter(ProcessIdentity starter) {
    Optional<Ancestor> above =
        diagnosis.causes().stream()
            .flatMap(cause -> cause.holders().stream())
            .flatMap(holder -> holder.ancestry().stream())
            .filter(one -> one.pid().equals(starter.pid()))
            .findFirst();
    if (above.isEmpty()) {
      draft.refuse(
          Phrase.of("pid " + starter.pid() + " did not start what holds it, nor is it above that"),
          RemedyCommand.NONE);
      return;
    }
    Phrase who = Phrase.of(above.get().command()).then(" (pid " + starter.pid() + ")");
    Optional<SafetyRules.Rule> rule = guard.forbidsToEnd(starter.pid());
    if (rule.isPresent()) {
      draft.refuse(who.then(" is left running: ").then(rule.get().words()), RemedyCommand.NONE);
    } else if (options.isLimited()) {
      draft.refuse(
          who.then(" is left running: whose it is is not known for certain, and a limit was given"),
          RemedyCommand.NONE);
    } else {
      draft.victims().above(starter, above.get().command());
    }
  }

  private void overseer(ProcessManager processManager) {
    guard
        .forbidsToEnd(processManager.pid())
        .ifPresentOrElse(
            rule ->
                draft.refuse(
                    Phrase.of(processManager.kind().word() + " (pid " + processManager.pid() + ")")
                        .then(" is left running: ")
                        .then(rule.words()),
                    RemedyCommand.NONE),
            () -> draft.victims().overseer(processManager));
  }

  private void signal(Holder holder) {
    Optional<SafetyRules.Rule> rule = guard.forbidsToEnd(holder);
    if (rule.isPresent()) {
      refuse(holder, rule.get(), RemedyCommand.NONE);
    } else if (!Remedies.mayEnd(caller.uid(), holder)) {
      draft.deny(Phrases.holders(List.of(holder)).then(" belongs to another user"), !isRoot());
    } else {
      guard
          .forbidsForItsSocket(holder)
          .ifPresentOrElse(why -> refuse(holder, why, asking()), () -> draft.victims().add(holder));
    }
  }

  /** The line that asks at a terminal; none under a limit, which it would not keep. */
  private RemedyCommand asking() {
    boolean limited = options.isLimited() || options.maxProcesses().isPresent();
    return limited
        ? RemedyCommand.NONE
        : Remedies.free(diagnosis.snapshot()).map(RemedyCommand::of).orElse(RemedyCommand.NONE);
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
      draft.refuse(remedy.effect(), RemedyCommand.NONE);
    } else if (remedy.needsRoot()) {
      draft.deny(remedy.effect().then(", which takes root"), true);
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
      draft.through(step);
    }
  }

  /** Stops the units through which systemd holds them. */
  void activation(SocketActivation activation) {
    HostContext around = activation.blockers().snapshot().hostContext();
    List<SocketUnit> all = new ArrayList<>(around.socketUnits());
    around
        .storing()
        .forEach(one -> all.add(new SocketUnit(one.name(), one.user(), List.of(one.name()))));
    for (SocketUnit socket : all) {
      guard
          .forbidsToStop(socket)
          .ifPresent(rule ->
              draft.refuse(
                  Phrase.of(socket.name() + " is left running: ").then(rule.words()),
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
  void forwarder(Holder holder, List<Holder> holders) {
    Optional<Trusted<PortProxy>> proxy = holder.trusted(holder.supervision().proxy(), caller.uid());
    Optional<Trusted<Container>> container = ContainerRemedies.forwarded(holder, caller.uid());
    Optional<Trusted<Remedy>> remedy =
        container.flatMap(
            one -> one.part(any -> ContainerRemedies.stopContainer(one, caller.uid())));
    Optional<Trusted<Remedy>> unpublished = ContainerRemedies.unpublish(holder, caller.uid());
    boolean gone = proxy.filter(one -> one.content().left()).isPresent();
    if (proxy.isEmpty()) {
      end(holder, holders);
    } else if (remedy.isPresent()) {
      stop(holder, remedy.get().content(), container);
      insist(holder, remedy.get());
    } else if (unpublished.isPresent()) {
      stop(holder, unpublished.get().content(), Optional.empty());
    } else if (gone) {
      signal(holder);
    } else {
      draft.refuse(
          Phrases.holders(List.of(holder)).then(" " + ContainerRemedies.UNNAMED),
          RemedyCommand.NONE);
    }
  }

  private void refuse(Holder holder, SafetyRules.Rule rule, RemedyCommand byHand) {
    boolean never =
        rule == SafetyRules.Rule.INIT
            || rule == SafetyRules.Rule.KERNEL_THREAD
            || rule == SafetyRules.Rule.OTHER_PIDS
            || rule == SafetyRules.Rule.ENGINE
            || rule.isLimit();
    draft.refuse(
        Phrases.holders(List.of(holder), who -> SocketMaker.of(who, diagnosis.snapshot()))
            .then(" is left running: ")
            .then(rule.words()),
        never ? RemedyCommand.NONE : byHand);
  }

  private boolean isRoot() {
    return caller.uid().equals(Uid.ROOT);
  }
}
