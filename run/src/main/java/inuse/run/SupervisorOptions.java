package inuse.run;

import inuse.run.guard.GuardOptions;
import inuse.run.guard.Unguarded;
import inuse.run.handover.Handover;
import inuse.run.handover.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The options of a supervisor.
 *
 * @param path of the program
 * @param arguments its name first, one char per byte
 * @param sockets descriptors that become its 3, 4, …
 * @param grace time between SIGTERM and SIGKILL for processes that are left when the program has
 *     ended
 * @param keepDaemons whether such processes are waited for instead
 * @param restart when it is restarted
 * @param guarded the guard of its binds, if wanted
 * @param handover the takeover of its predecessor's listeners, if wanted
 * @param readiness when it is ready
 * @param manager notified of readiness
 * @param listener receives events
 */
public record SupervisorOptions(
    String path,
    List<String> arguments,
    List<String> environment,
    List<Integer> sockets,
    Duration grace,
    boolean keepDaemons,
    Restart restart,
    Optional<GuardOptions> guarded,
    Optional<Handover> handover,
    Readiness readiness,
    Optional<NotifySocket> manager,
    Listener listener) {
  public SupervisorOptions {
    arguments = List.copyOf(arguments);
    environment = List.copyOf(environment);
    sockets = List.copyOf(sockets);
  }

  /** Callbacks for events that a user may want to know. */
  public interface Listener {
    /** For nobody. */
    Listener SILENT =
        new Listener() {
          @Override
          public void unguarded(Unguarded why) {}

          @Override
          public void restarts(int status, Duration pause) {}
        };

    /** Binds cannot be intercepted. */
    void unguarded(Unguarded why);

    /** The program has ended, and will be restarted. */
    void restarts(int status, Duration pause);
  }
}
