package inuse.core;

import inuse.core.evidence.Holder;
import inuse.core.evidence.Starter;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Consent;
import inuse.core.fix.Executor;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.core.fix.SystemEffects;
import inuse.core.io.Host;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A proposal that is carried out on this host, and who may undo what was done. */
final class Release {
  private final Host host;
  private final Proposal proposal;
  private final Diagnoser diagnoser;
  private final Inuse.Interruption interruption;

  Release(Host host, Proposal proposal, Diagnoser diagnoser, Inuse.Interruption interruption) {
    this.host = host;
    this.proposal = proposal;
    this.diagnoser = diagnoser;
    this.interruption = interruption;
  }

  /** Does it, with that monitor to tell when the address is free. */
  Report run(AddressMonitor monitor, ReleaseListener listener) {
    return switch (proposal.plan()) {
      case Plan.Refused refused -> Report.of(Outcome.REFUSED, AddressMonitor.Proof.NONE);
      case Plan.Denied denied -> Report.of(Outcome.DENIED, AddressMonitor.Proof.NONE);
      case Plan.Nothing nothing -> run(monitor, listener, Executor::watch);
      case Plan.Steps steps ->
          run(
              monitor,
              listener,
              one -> one.run(proposal.diagnosis(), Consent.to(steps, proposal.sinceTicks())));
    };
  }

  private Report run(
      AddressMonitor monitor, ReleaseListener listener, Function<Executor, Report> how) {
    SystemEffects.Scope scope = diagnoser.scope(proposal.address(), proposal.caller().uid());
    try (SystemEffects effects =
        switch (interruption) {
          case TOLD -> new SystemEffects(host, scope);
          case OF_THE_PROCESS -> SystemEffects.waiting(host, scope);
        }) {
      listener.begins();
      Report report =
          how.apply(
              new Executor(
                  effects,
                  monitor,
                  proposal.options(),
                  (seen, signalled) ->
                      new Proposer(host)
                          .plan(seen, proposal.caller(), proposal.options(), signalled),
                  proposal.signalled(),
                  listener,
                  listener::did));
      return report.with(starter(report));
    }
  }

  /** Who brought the address back, or may; without a time to watch it whoever started it ends. */
  private Optional<Starter> starter(Report report) {
    List<Holder> before = Proposer.holders(proposal.diagnosis());
    StarterSearch search = new StarterSearch(host);
    return switch (report.outcome()) {
      case RESPAWNED ->
          search.again(
              before, report.after().map(Proposer::holders).orElse(List.of()), proposal.caller());
      case FREED, FORCED ->
          proposal.options().settle().isZero() || report.signalled().isEmpty()
              ? Optional.empty()
              : search.survivor(before, proposal.caller());
      case ALREADY_FREE, STILL_HELD, REFUSED, DENIED, TIMED_OUT -> Optional.empty();
    };
  }
}
