package inuse.run.handover;

import inuse.core.evidence.Signal;
import inuse.run.process.TaskRights;
import java.time.Duration;
import java.util.Optional;

/**
 * How a program takes the place of its predecessor, and gives its own to a successor.
 *
 * @param readiness when it can take the predecessor's place
 * @param timeout when it should have
 * @param signal the first signal to a program whose successor is ready
 * @param runtimeDirectory XDG_RUNTIME_DIR, where supervisors meet if it is the user's
 * @param standIns source of listeners of programs that run without a supervisor
 * @param listener receives events
 */
public record HandoverOptions(
    Readiness readiness,
    Optional<Duration> timeout,
    Signal signal,
    Optional<String> runtimeDirectory,
    StandIns standIns,
    Listener listener) {

  /** Source of listeners that no supervisor offers. */
  public interface StandIns {
    /**
     * Starts a stand-in for the program that refuses a bind.
     *
     * @param rights of the task that binds: the stand-in must have no more
     * @return a connection to a {@link HandoverStandIn}, or a negative number where there is none
     */
    int lend(RefusedBind refused, TaskRights rights);
  }

  /** Callbacks for events. */
  public interface Listener {
    /** The program listens on a socket of its predecessor. */
    void tookOver(int pid, int port);

    /** It is ready, and the predecessor's supervisor was told. */
    void retired(int pid);

    /** Its listeners, or those of its predecessor, cannot be handed over; told once. */
    void cannot(HandoverProblem why);
  }
}
