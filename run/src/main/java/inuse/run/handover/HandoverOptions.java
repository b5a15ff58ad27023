package inuse.run.handover;

import inuse.core.evidence.Signal;
import java.time.Duration;
import java.util.Optional;

/**
 * How a program takes the place of its predecessor, and gives its own to a successor.
 *
 * @param readiness when it can take the predecessor's place
 * @param timeout when it should have
 * @param signal the first to a program whose successor is ready
 * @param standIns asked for the listener of whoever is no predecessor of that kind
 * @param listener hears of it
 */
public record HandoverOptions(
    Readiness readiness,
    Optional<Duration> timeout,
    Signal signal,
    StandIns standIns,
    Listener listener) {

  /** Get at what nobody offers. */
  public interface StandIns {
    /**
     * Starts one for what has refused a bind.
     *
     * @return a line to a {@link HandoverStandIn}, or a negative number where there is none
     */
    int lend(RefusedBind refused);
  }

  /** Hears what happens. */
  public interface Listener {
    /** The program listens on a socket of its predecessor. */
    void tookOver(int pid, int port);

    /** It is ready, and the predecessor's supervisor was told. */
    void retired(int pid);
  }
}
