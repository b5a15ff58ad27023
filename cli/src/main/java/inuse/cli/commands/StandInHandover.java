package inuse.cli.commands;

import inuse.cli.line.ExitCode;
import inuse.cli.line.Request;
import inuse.core.Inuse;
import inuse.core.Proposal;
import inuse.core.ReleaseListener;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Holder;
import inuse.core.evidence.PortTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.core.fix.Step;
import inuse.core.fix.Victim;
import inuse.run.handover.HandoverStandIn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Lends the listener of a program that runs without {@code --handover} to its successor, and ends
 * it by the rules of {@code inuse free} when the successor is ready.
 */
final class StandInHandover {
  /** Our standard input, the connection to the successor's supervisor. */
  private static final int LINE = 0;

  private final Session session;
  private final Request.Of request;
  private final FreeOptions options;
  private final Caller caller;

  StandInHandover(Session session, Request.Of request, FreeOptions options) {
    this.session = session;
    this.request = request;
    this.options = options;
    caller = session.inuse().caller();
  }

  /** Whether a supervisor has started this process as a stand-in. */
  static boolean isAsked(Session session) {
    return HandoverStandIn.isLine(session.host(), LINE);
  }

  /**
   * Returns when the holders have ended, or are not to end. TIME_WAIT is no obstacle: no new socket
   * is bound.
   */
  void lend(PortTarget target) {
    Proposal proposal =
        session.inuse().plan(request.question(target), options, caller).withoutWaiting();
    if (proposal.plan() instanceof Plan.Steps(List<Step> steps)
        && steps.size() == 1
        && steps.getFirst() instanceof Step.EndProcesses(List<Victim> victims, var workers)
        && new HandoverStandIn(
                session.host(), LINE, victims.stream().map(Victim::identity).toList())
            .awaitReady()) {
      end(target, proposal);
    }
  }

  private void end(PortTarget target, Proposal proposal) {
    Audit audit = new Audit(session.host(), session.terminal(), target, caller, request);
    Report report =
        session
            .inuse()
            .carryOut(
                proposal,
                new OthersOnly(session.inuse().monitor(request.question(target))),
                ReleaseListener.ofActs(audit::tell),
                Inuse.Interruption.TOLD);
    if (ExitCode.of(report.outcome()) != ExitCode.DONE) {
      session
          .errors()
          .failed(
              ExitCode.NOT_DONE,
              target + " is shared with its former holder, which goes on",
              "try: inuse " + target);
    }
  }

  /** A monitor that disregards the successor's own sockets. */
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
    public boolean isTaken() {
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
