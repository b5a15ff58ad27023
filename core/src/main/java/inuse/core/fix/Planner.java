package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Caller;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Uid;
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
import inuse.core.explain.causes.SearchEnded;
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
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.LikeFormer;
import inuse.core.explain.rule.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides how to free an address. Does nothing itself. */
public final class Planner {
  private final Diagnosis diagnosis;
  private final Caller caller;
  private final FreeOptions options;
  private final SafetyRules guard;
  private final PlanDraft draft;
  private final HolderPlanner holders;

  private Planner(
      Diagnosis diagnosis, Caller caller, FreeOptions options, Set<ProcessIdentity> insiders) {
    this.diagnosis = diagnosis;
    this.caller = caller;
    this.options = options;
    guard = new SafetyRules(caller, options, diagnosis, insiders);
    draft = new PlanDraft(diagnosis.snapshot());
    holders = new HolderPlanner(diagnosis, caller, options, guard, draft);
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
    return isFree(diagnosis, options)
        ? new Plan.Nothing()
        : new Planner(diagnosis, caller, options, insiders).plan(signalled);
  }

  private static boolean isFree(Diagnosis diagnosis, FreeOptions options) {
    return diagnosis.verdict() == Verdict.FREE
        || (!options.destroy()
            && diagnosis.snapshot() instanceof PortSnapshot snapshot
            && LikeFormer.isFree(snapshot));
  }

  private Plan plan(Set<ProcessIdentity> signalled) {
    diagnosis.causes().forEach(this::consider);
    options.with().ifPresent(holders::starter);
    return draft.plan(options, signalled).orElseGet(this::nothingHelps);
  }

  private Plan nothingHelps() {
    Phrase why =
        diagnosis.causes().isEmpty()
            ? Phrase.of("the kernel could not be asked")
            : diagnosis.causes().getFirst().summary();
    return switch (diagnosis.verdict()) {
      case UNKNOWN -> new Plan.Denied(why, false);
      case DENIED -> new Plan.Denied(why, !isRoot());
      default -> new Plan.Refused(why, RemedyCommand.NONE);
    };
  }

  private void consider(Cause cause) {
    switch (cause) {
      case TimeWait(var blockers) -> leftOver(blockers, blockers.sockets());
      case ClosingConnection closing -> connections(closing);
      case OpenConnection open -> connections(open);
      case OutgoingConnection outgoing -> outgoing(outgoing, outgoing.sockets());
      case SelfConnection itself -> outgoing(itself, itself.sockets());
      case KernelSocket kernel -> draft.refuse(cause.summary(), firstCommand(cause));
      case SocketActivation activation -> holders.activation(activation);
      case ContainerPort port ->
          port.holders().forEach(one -> holders.forwarder(one, port.holders()));
      case HiddenHolder hidden -> holders.unseen(cause);
      case SearchEnded ended -> holders.unseen(cause);
      case UnlistedReference reference -> unlisted(reference);
      case StaleSocketFile stale -> file(stale);
      case LiveSocketFile live -> served(live);
      case UnixCause unix -> holders.processes(cause);
      case SocketCause socket -> holders.processes(cause);
      case PrivilegedPort privileged -> {}
      case BindPolicy policy -> {}
      default -> draft.refuse(cause.summary(), RemedyCommand.NONE);
    }
  }

  /** Ends the server, and removes the file if that leaves it behind. */
  private void served(LiveSocketFile live) {
    holders.processes(live);
    if (live.file().removable()) {
      draft.remove(live.path());
    }
  }

  /** Remains of closed connections, which no process holds. */
  private void leftOver(Blockers blockers, List<BoundSocket> sockets) {
    if (options.destroy()) {
      destroy(sockets);
    } else if (!(blockers.snapshot().newcomer().likeFormer() && blockers.reuseAddressHelps())) {
      draft.pass(sockets);
    }
  }

  private void destroy(List<BoundSocket> sockets) {
    Optional<SafetyRules.Rule> rule = guard.forbidsToDestroy(sockets);
    if (rule.isPresent()) {
      draft.refuse(
          Phrase.of("no connection is destroyed: ").then(rule.get().words()), RemedyCommand.NONE);
    } else if (isRoot()) {
      draft.destroy(sockets);
    } else {
      draft.deny(Phrase.of("destroying sockets takes root"), true);
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
      leftOver(cause.blockers(), nobodys);
    }
    if (held.stream().anyMatch(one -> one.initiated().is(true))) {
      outgoing(cause, held);
    } else if (options.destroy() && isRoot()) {
      destroy(held);
    } else {
      cause.holders().forEach(one -> holders.end(one, cause.holders()));
    }
  }

  /** A client's own connection: the client only uses the port, and is not ended for it. */
  private void outgoing(SocketCause cause, List<BoundSocket> sockets) {
    Phrase who = cause.summary();
    boolean frees = Remedies.isFreedByDestroying(sockets);
    if (frees && options.destroy()) {
      destroy(sockets);
    } else if (frees) {
      draft.refuse(
          who.then("; a client is not ended for its connection. ")
              .then(InuseCommand.Choice.DESTROY_SOCKETS)
              .then(" ends the connection alone"),
          destroying(cause.blockers().snapshot()));
    } else {
      draft.refuse(
          who.then(
              "; it bound the port by hand and keeps it until it ends, and a client is not ended"
                  + " for its connection"),
          RemedyCommand.NONE);
    }
  }

  /** The line that drops the connection; none under a limit, which it would not keep. */
  private RemedyCommand destroying(PortSnapshot snapshot) {
    RemedyCommand line = Remedies.destroy(snapshot, "").command();
    return options.isLimited()
        ? RemedyCommand.NONE
        : isRoot()
            ? line
            : line.ours().map(one -> RemedyCommand.of(one.byRoot())).orElse(RemedyCommand.NONE);
  }

  private void unlisted(UnlistedReference reference) {
    if (reference.isWaitedOnOnly() && options.destroy()) {
      destroy(reference.sockets());
    } else if (reference.isSure()) {
      holders.processes(reference);
    } else if (!reference.isWaitedOnOnly()) {
      draft.refuse(
          reference
              .summary()
              .then("; what keeps it is not certain, and no process is ended on suspicion"),
          RemedyCommand.NONE);
    } else {
      draft.refuse(
          reference
              .summary()
              .then("; no process is ended on suspicion. ")
              .then(InuseCommand.Choice.DESTROY_SOCKETS)
              .then(" ends the listening socket alone"),
          RemedyCommand.NONE);
    }
  }

  private void file(StaleSocketFile stale) {
    Optional<SafetyRules.Rule> rule = guard.forbidsOf(stale.file().owner().uid());
    if (rule.isPresent()) {
      draft.refuse(stale.summary().then("; ").then(rule.get().words()), RemedyCommand.NONE);
    } else if (stale.file().removable()) {
      draft.remove(stale.path());
    } else {
      draft.deny(stale.summary().then(", and you cannot remove it from its directory"), !isRoot());
    }
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
