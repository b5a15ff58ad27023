package inuse.core;

import inuse.core.ask.CollateralSearch;
import inuse.core.ask.WorkplaceSearch;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Collateral;
import inuse.core.evidence.Holder;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.remedy.Refusal;
import inuse.core.explain.rule.Workers;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Plan;
import inuse.core.fix.Planner;
import inuse.core.fix.Report;
import inuse.core.fix.SteadyLook;
import inuse.core.io.Host;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Plans how to free an address, from a look at it that is taken now. */
final class Proposer {
  private final Host host;

  Proposer(Host host) {
    this.host = host;
  }

  /** Looks, and plans what to do. */
  Proposal propose(
      Proposal.Watched address,
      FreeOptions options,
      Caller caller,
      Set<ProcessIdentity> signalled) {
    long since = host.ticks();
    Diagnosis diagnosis = SteadyLook.of(address.monitor()::diagnose, this::waitAMoment);
    Plan plan = plan(diagnosis, caller, options, signalled);
    List<Collateral> collateral =
        plan instanceof Plan.Steps
            ? new CollateralSearch(host).of(Workers.among(mayEnd(diagnosis)).masters())
            : List.of();
    return new Proposal(address, caller, options, diagnosis, plan, collateral, since, signalled);
  }

  /** The answer to a question, without what a plan by it would refuse. */
  Diagnosis answer(Supplier<Diagnosis> look, Supplier<Caller> caller) {
    return offered(SteadyLook.besideOthers(look, this::waitAMoment), caller);
  }

  private void waitAMoment() {
    host.calls().awaitInputs(new int[0], new int[0], SteadyLook.MOMENT.toNanos());
  }

  /** The plan for what came back, with who started it again; empty where that is refused. */
  Optional<Proposal> proposeWith(Proposal earlier, Report done) {
    return done.starter()
        .filter(one -> one.client().isEmpty())
        .map(one ->
            propose(
                earlier.address(),
                earlier.options().with(one.identity()),
                earlier.caller(),
                Set.of()))
        .filter(one -> one.plan() instanceof Plan.Steps);
  }

  /** Who holds the address, each once. */
  static List<Holder> holders(Diagnosis diagnosis) {
    return List.copyOf(
        new LinkedHashSet<>(
            diagnosis.causes().stream().flatMap(one -> one.holders().stream()).toList()));
  }

  /** Those without a systemd, which goes on when its socket unit is stopped. */
  private static List<Holder> mayEnd(Diagnosis diagnosis) {
    return holders(diagnosis).stream().filter(one -> one.supervision().init().isEmpty()).toList();
  }

  /**
   * The diagnosis, without what a plan by it would refuse.
   *
   * @param caller looked up only where freeing is offered at all
   */
  private Diagnosis offered(Diagnosis diagnosis, Supplier<Caller> caller) {
    boolean offers =
        diagnosis.causes().stream()
            .flatMap(cause -> cause.remedies().stream())
            .flatMap(remedy -> remedy.command().ours().stream())
            .anyMatch(ours -> ours.verb() == InuseCommand.Verb.FREE);
    return offers
            && plan(diagnosis, caller.get(), FreeOptions.DEFAULT.asked(), Set.of())
                instanceof Plan.Refused(var why, var instead)
        ? diagnosis.refused(new Refusal(why, instead))
        : diagnosis;
  }

  /** Plans what to do about a look. */
  Plan plan(
      Diagnosis diagnosis, Caller caller, FreeOptions options, Set<ProcessIdentity> signalled) {
    List<Holder> holders = holders(diagnosis);
    Set<ProcessIdentity> insiders =
        options
            .under()
            .map(place -> new WorkplaceSearch(host).below(place, holders))
            .orElse(Set.of());
    return Planner.plan(diagnosis, caller, options, insiders, signalled);
  }
}
