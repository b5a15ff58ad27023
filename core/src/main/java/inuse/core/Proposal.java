package inuse.core;

import inuse.core.evidence.Caller;
import inuse.core.explain.Diagnosis;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Plan;
import inuse.core.fix.Step;
import inuse.core.fix.Victim;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What would be done to give one address back. Nothing is done yet. */
public final class Proposal {
  private final Watched address;
  private final Caller caller;
  private final FreeOptions options;
  private final Diagnosis diagnosis;
  private final Plan plan;

  Proposal(Watched address, Caller caller, FreeOptions options, Diagnosis diagnosis, Plan plan) {
    this.address = address;
    this.caller = caller;
    this.options = options;
    this.diagnosis = diagnosis;
    this.plan = plan;
  }

  /**
   * An address with what looks at it.
   *
   * @param port whose sockets' end is worth a look; none for a unix socket
   * @param namespace path of the network namespace in which it is; empty for ours
   */
  record Watched(AddressMonitor monitor, OptionalInt port, Optional<String> namespace) {}

  Watched address() {
    return address;
  }

  /** Who asks. */
  public Caller caller() {
    return caller;
  }

  /** What the caller allows. */
  public FreeOptions options() {
    return options;
  }

  /** What was found, and what the plan is made for. */
  public Diagnosis diagnosis() {
    return diagnosis;
  }

  /** The steps, or why there are none. */
  public Plan plan() {
    return plan;
  }

  /**
   * Whether nothing is done to anything: there is only something to wait for, or nothing at all.
   */
  public boolean isHarmless() {
    return acts().isEmpty();
  }

  /** Whether a later plan does nothing to anybody that this one does not. */
  public boolean covers(Proposal later) {
    return !(later.plan instanceof Plan.Steps) || acts().containsAll(later.acts());
  }

  /** The same for a caller to whom sockets that go by themselves are no obstacle. */
  public Proposal withoutWaiting() {
    return plan instanceof Plan.Steps(List<Step> steps)
        ? new Proposal(
            address,
            caller,
            options,
            diagnosis,
            new Plan.Steps(steps.stream().filter(one -> !(one instanceof Step.Wait)).toList()))
        : this;
  }

  /** What is done to whom, without when. */
  private List<Object> acts() {
    List<Object> acts = new ArrayList<>();
    if (plan instanceof Plan.Steps(List<Step> steps)) {
      for (Step step : steps) {
        switch (step) {
          case Step.EndProcesses(List<Victim> victims) ->
              // Ticks are coarse: two processes with one pid may have begun in the same.
              victims.forEach(one -> acts.add(List.of(one.identity(), one.claims())));
          case Step.Wait wait -> {}
          case Step.Command command -> acts.add(command);
          case Step.StopContainer stop -> acts.add(stop);
          case Step.DestroySockets(var sockets) -> acts.add("destroy");
          case Step.RemoveFile file -> acts.add(file);
        }
      }
    }
    return acts;
  }
}
