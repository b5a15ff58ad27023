package inuse.core;

import inuse.core.ask.PortCheck;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Collateral;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.explain.Diagnosis;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Consent;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Plan;
import inuse.core.fix.Step;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A plan to free one address, with the diagnosis behind it. Nothing is done yet. */
public final class Proposal {
  private final Watched address;
  private final Caller caller;
  private final FreeOptions options;
  private final Diagnosis diagnosis;
  private final Plan plan;
  private final List<Collateral> collateral;
  private final long sinceTicks;
  private final Set<ProcessIdentity> signalled;

  Proposal(
      Watched address,
      Caller caller,
      FreeOptions options,
      Diagnosis diagnosis,
      Plan plan,
      List<Collateral> collateral,
      long sinceTicks,
      Set<ProcessIdentity> signalled) {
    this.address = address;
    this.caller = caller;
    this.options = options;
    this.diagnosis = diagnosis;
    this.plan = plan;
    this.collateral = List.copyOf(collateral);
    this.sinceTicks = sinceTicks;
    this.signalled = signalled;
  }

  /**
   * An address with its monitor.
   *
   * @param port whose destroyed sockets the kernel reports; none for a unix socket
   * @param check what the monitor looks with; none for a unix socket
   */
  record Watched(AddressMonitor monitor, OptionalInt port, Optional<PortCheck> check) {
    /** Path of the network namespace in which it is; empty for ours. */
    Optional<String> namespace() {
      return check.flatMap(PortCheck::namespace);
    }

    /** Lets the namespace go, without which the monitor is of no use any more. */
    void close() {
      check.ifPresent(PortCheck::close);
    }
  }

  Watched address() {
    return address;
  }

  /** When the look at the address began, in clock ticks since boot. */
  long sinceTicks() {
    return sinceTicks;
  }

  /** Processes that were sent a signal before in the same run, which count towards its limit. */
  Set<ProcessIdentity> signalled() {
    return signalled;
  }

  /** The calling process. */
  public Caller caller() {
    return caller;
  }

  /** What the caller allows. */
  public FreeOptions options() {
    return options;
  }

  /** The diagnosis that the plan is for. */
  public Diagnosis diagnosis() {
    return diagnosis;
  }

  /** The steps, or why there are none. */
  public Plan plan() {
    return plan;
  }

  /** What else goes when the holders end. */
  public List<Collateral> collateral() {
    return collateral;
  }

  /** Whether the plan acts on nothing: it only waits, or has no steps. */
  public boolean isHarmless() {
    return !(plan instanceof Plan.Steps(List<Step> steps))
        || steps.stream().allMatch(Step.Wait.class::isInstance);
  }

  /** Whether a later plan contains no act that this one does not. */
  public boolean covers(Proposal later) {
    return !(later.plan instanceof Plan.Steps now)
        || (plan instanceof Plan.Steps steps ? Consent.to(steps).covers(now) : later.isHarmless());
  }

  /** The same proposal without waiting for sockets that expire by themselves. */
  public Proposal withoutWaiting() {
    return plan instanceof Plan.Steps(List<Step> steps)
        ? new Proposal(
            address,
            caller,
            options,
            diagnosis,
            new Plan.Steps(steps.stream().filter(one -> !(one instanceof Step.Wait)).toList()),
            collateral,
            sinceTicks,
            signalled)
        : this;
  }
}
