package inuse.core;

import inuse.core.evidence.Phrase;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.rule.Verdict;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Outcome;
import inuse.core.fix.SystemEffects;
import inuse.core.fix.Waiter;
import java.time.Duration;
import java.util.Optional;

/** Waits for one address: until it can be bound, or until a server listens there. */
public final class AddressWait implements AutoCloseable {
  /** Polling interval: the kernel does not report new listeners. */
  private static final Duration LOOK = Duration.ofMillis(15);

  private final Proposal.Watched address;
  private final AddressMonitor monitor;
  private final SystemEffects effects;
  private final Waiter.Progress progress;

  AddressWait(Proposal.Watched address, SystemEffects effects, Waiter.Progress progress) {
    this.address = address;
    monitor = address.monitor();
    this.effects = effects;
    this.progress = progress;
  }

  /**
   * How it ended.
   *
   * @param before the diagnosis when the wait began; where the address was not here then, the last
   *     one
   * @param after what is in the way at the end; empty where it is free
   * @param rest how long a server without SO_REUSEADDR is still refused; empty where it is not, or
   *     where no timer is reported
   * @param message what is still in the way
   */
  public record End(
      Diagnosis before,
      Optional<Diagnosis> after,
      Outcome outcome,
      AddressMonitor.Proof proof,
      Optional<Duration> rest,
      Optional<Phrase> message) {}

  /** The end of that timeout, in milliseconds of CLOCK_MONOTONIC; never without a timeout. */
  public long deadline(Optional<Duration> timeout) {
    return timeout.map(most -> effects.nowMillis() + most.toMillis()).orElse(Long.MAX_VALUE);
  }

  /** Whether a server could bind it now. */
  public boolean isFree() {
    return monitor.proof().isFree();
  }

  /** Waits until it can be bound. */
  public End untilFree(long deadline) {
    Diagnosis before = monitor.diagnose();
    AddressMonitor.Proof proof = monitor.proof();
    if (proof.isFree()) {
      return free(before, Outcome.ALREADY_FREE, proof);
    }
    return switch (new Waiter(effects, monitor, progress).until(deadline)) {
      case FREE -> free(before, Outcome.FREED, monitor.proof());
      case TIME_IS_OVER, INTERRUPTED, TAKEN -> {
        Diagnosis now = monitor.diagnose();
        yield new End(
            // An address that came meanwhile is held by now.
            before.verdict() == Verdict.NOT_LOCAL ? now : before,
            Optional.of(now),
            Outcome.TIMED_OUT,
            AddressMonitor.Proof.NONE,
            Optional.empty(),
            now.causes().stream().findFirst().map(one -> one.summary()));
      }
    };
  }

  private End free(Diagnosis before, Outcome outcome, AddressMonitor.Proof proof) {
    return new End(before, Optional.empty(), outcome, proof, monitor.rest(proof), Optional.empty());
  }

  /** Waits until a server listens there; false on timeout. */
  public boolean untilListenedOn(long deadline) {
    while (!monitor.isListenedOn()) {
      long left = deadline - effects.nowMillis();
      if (left <= 0) {
        return false;
      }
      progress.tell(AddressMonitor.Expiry.NONE);
      var _ = effects.await(Duration.ofMillis(Math.min(left, LOOK.toMillis())));
    }
    return true;
  }

  /** Closes all that it has open, with it the network namespace that the address is in. */
  @Override
  public void close() {
    effects.close();
    address.close();
  }
}
