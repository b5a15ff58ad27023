package inuse.cli.commands;

import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_TYPE;

import inuse.core.ask.Ourselves;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Self;
import inuse.core.evidence.Target;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.fix.Executor;
import inuse.core.fix.Eyes;
import inuse.core.fix.Limits;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Planner;
import inuse.core.fix.Step;
import inuse.core.fix.SystemEffects;
import inuse.core.fix.Victim;
import inuse.core.fix.Waiter;
import inuse.run.handover.Lender;
import inuse.kernel.SocketOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Request;

/**
 * Lends the listener of a program that runs without {@code --handover} to its successor, and ends
 * it by the rules of {@code inuse free} when that one is ready.
 */
final class Lending {
  /** The line to the successor's supervisor is our standard input. */
  private static final int LINE = 0;

  private final Session session;
  private final Request.Of request;
  private final Limits limits;
  private final Self self;

  Lending(Session session, Request.Of request, Limits limits) {
    this.session = session;
    this.request = request;
    this.limits = limits;
    self = new Ourselves(session.calls(), session.proc()).look();
  }

  /** Whether a supervisor has started us for that. */
  static boolean isAsked(Session session) {
    return SocketOption.number(session.calls(), LINE, SOL_SOCKET, SO_TYPE) == SOCK_SEQPACKET;
  }

  /**
   * Returns when its holders have ended, or are not to. What is in TIME_WAIT is in nobody's way: no
   * new socket is bound.
   */
  void lend(Target target) {
    Eyes eyes = Sight.of(target, request, session.calls(), session.proc());
    Diagnosis diagnosis = eyes.diagnose();
    List<Step> steps =
        Planner.plan(diagnosis, self, limits) instanceof Plan.Steps(List<Step> all)
            ? all.stream().filter(one -> !(one instanceof Step.Wait)).toList()
            : List.of();
    if (steps.size() == 1
        && steps.getFirst() instanceof Step.EndProcesses(List<Victim> victims)
        && new Lender(
                session.calls(),
                session.proc(),
                LINE,
                victims.stream().map(Victim::identity).toList())
            .awaitReady()) {
      end(target, eyes, diagnosis, new Plan.Steps(steps));
    }
  }

  private void end(Target target, Eyes eyes, Diagnosis diagnosis, Plan.Steps plan) {
    Audit audit = new Audit(session.calls(), session.terminal(), target, self, request);
    Hands hands = new Hands(eyes, self, session.calls(), session.proc());
    try (SystemEffects effects =
        new SystemEffects(session.calls(), session.proc(), Sight.port(target), hands)) {
      Outcome outcome =
          new Executor(
                  effects,
                  new OthersOnly(eyes),
                  limits,
                  (seen, allowed) -> Planner.plan(seen, self, allowed),
                  Waiter.Progress.SILENT,
                  audit::tell)
              .run(diagnosis, plan)
              .outcome();
      if (ExitCode.of(outcome) != ExitCode.DONE) {
        session
            .complaints()
            .failed(
                ExitCode.NOT_DONE,
                target + " is shared with its former holder, which goes on",
                "try: inuse " + target);
      }
    }
  }

  /** Does not mind those for whom it is. */
  private final class OthersOnly implements Eyes {
    private final Eyes eyes;

    OthersOnly(Eyes eyes) {
      this.eyes = eyes;
    }

    @Override
    public Diagnosis diagnose() {
      return eyes.diagnose();
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
      return !self.isOfItsRun(holder) && !self.supervisor().equals(Optional.of(holder.pid()));
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
    public Fading fading() {
      return Fading.NONE;
    }

    @Override
    public Duration patience() {
      return eyes.patience();
    }
  }
}
