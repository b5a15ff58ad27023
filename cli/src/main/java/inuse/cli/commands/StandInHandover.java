package inuse.cli.commands;

import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_TYPE;

import inuse.cli.line.ExitCode;
import inuse.cli.line.Request;
import inuse.core.ask.CallerLookup;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Holder;
import inuse.core.evidence.PortTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Executor;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Planner;
import inuse.core.fix.Step;
import inuse.core.fix.SystemEffects;
import inuse.core.fix.Victim;
import inuse.core.fix.Waiter;
import inuse.kernel.SocketOption;
import inuse.run.handover.HandoverStandIn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Lends the listener of a program that runs without {@code --handover} to its successor, and ends
 * it by the rules of {@code inuse free} when that one is ready.
 */
final class StandInHandover {
  /** The line to the successor's supervisor is our standard input. */
  private static final int LINE = 0;

  private final Session session;
  private final Request.Of request;
  private final FreeOptions options;
  private final Caller caller;

  StandInHandover(Session session, Request.Of request, FreeOptions options) {
    this.session = session;
    this.request = request;
    this.options = options;
    caller = new CallerLookup(session.host()).look();
  }

  /** Whether a supervisor has started us for that. */
  static boolean isAsked(Session session) {
    return SocketOption.number(session.host().calls(), LINE, SOL_SOCKET, SO_TYPE) == SOCK_SEQPACKET;
  }

  /**
   * Returns when its holders have ended, or are not to. What is in TIME_WAIT is in nobody's way: no
   * new socket is bound.
   */
  void lend(PortTarget target) {
    AddressMonitor monitor = Sight.of(target, request, session.host());
    Diagnosis diagnosis = monitor.diagnose();
    List<Step> steps =
        Planner.plan(diagnosis, caller, options) instanceof Plan.Steps(List<Step> all)
            ? all.stream().filter(one -> !(one instanceof Step.Wait)).toList()
            : List.of();
    if (steps.size() == 1
        && steps.getFirst() instanceof Step.EndProcesses(List<Victim> victims)
        && new HandoverStandIn(
                session.host(), LINE, victims.stream().map(Victim::identity).toList())
            .awaitReady()) {
      end(target, monitor, diagnosis, new Plan.Steps(steps));
    }
  }

  private void end(
      PortTarget target, AddressMonitor monitor, Diagnosis diagnosis, Plan.Steps plan) {
    Audit audit = new Audit(session.host().calls(), session.terminal(), target, caller, request);
    Hands hands = new Hands(monitor, caller, session.host());
    try (SystemEffects effects = new SystemEffects(session.host(), Sight.port(target), hands)) {
      Outcome outcome =
          new Executor(
                  effects,
                  new OthersOnly(monitor),
                  options,
                  (seen, allowed) -> Planner.plan(seen, caller, allowed),
                  Waiter.Progress.SILENT,
                  audit::tell)
              .run(diagnosis, plan)
              .outcome();
      if (ExitCode.of(outcome) != ExitCode.DONE) {
        session
            .errors()
            .failed(
                ExitCode.NOT_DONE,
                target + " is shared with its former holder, which goes on",
                "try: inuse " + target);
      }
    }
  }

  /** Does not mind those for whom it is. */
  private final class OthersOnly implements AddressMonitor {
    private final AddressMonitor monitor;

    OthersOnly(AddressMonitor monitor) {
      this.monitor = monitor;
    }

    @Override
    public Diagnosis diagnose() {
      return monitor.diagnose();
    }

    @Override
    public Proof proof() {
      return diagnose().causes().stream()
              .map(Cause::holders)
              .anyMatch(holders -> holders.stream().anyMatch(this::isAnother))
          ? Proof.NONE
          : Proof.TABLE;
    }

    private boolean isAnother(Holder holder) {
      return !caller.isOfItsRun(holder)
          && !caller.runSupervisor().equals(Optional.of(holder.pid()));
    }

    @Override
    public boolean isServed() {
      return false;
    }

    @Override
    public boolean isListenedOn() {
      return false;
    }

    @Override
    public Expiry expiry() {
      return Expiry.NONE;
    }

    @Override
    public Duration pollInterval() {
      return monitor.pollInterval();
    }
  }
}
