package inuse.run;

import inuse.kernel.Errno;
import inuse.run.guard.GuardOptions;
import inuse.run.handover.Handover;
import inuse.run.handover.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a supervisor is to do.
 *
 * @param path of the program
 * @param arguments with its name first, each one char for each byte
 * @param sockets descriptors that become its 3, 4, …
 * @param grace between SIGTERM and SIGKILL for what is left when the program has ended
 * @param keepDaemons whether what is left is waited for instead
 * @param restart whether it is started again
 * @param guarded whether its binds are looked at, and what is done about those that are refused
 * @param handover whether it takes over the listeners of its predecessor
 * @param readiness when it is ready
 * @param manager told of that
 * @param listener hears what happens
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

  /** Hears what a user may want to know. */
  public interface Listener {
    /** No bind can be looked at. */
    void unguarded(Errno why);

    /** The program has ended, and will be started again. */
    void restarts(int status, Duration pause);
  }
}
