package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;

import inuse.core.evidence.Container;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.core.io.UnixHttp;
import java.time.Duration;

/**
 * Has a container stopped by its engine, through the API that Docker made and Podman speaks too.
 */
public final class ContainerStop {
  /** What an engine may take for it beyond the grace that it leaves the container. */
  private static final Duration BEYOND = Duration.ofSeconds(10);

  private static final int STOPPED = 204;
  private static final int NOT_RUNNING = 304;
  private static final int FORBIDDEN = 403;
  private static final int NO_SUCH = 404;

  private ContainerStop() {}

  /** What came of it; of several engines that did not do it, the one farthest down counts. */
  public enum Outcome {
    /** No engine of that kind answers, or it has no such API. */
    UNAVAILABLE,
    /** The engine knows no such container any more. */
    GONE,
    /** It refused, or failed, or said what makes no sense. */
    FAILED,
    /** It had not answered when the time was over, and may stop it yet. */
    TIMED_OUT,
    /** This user may not ask. */
    DENIED,
    /** It does not run any more. */
    DONE;

    /** By the answer to the request. */
    static Outcome of(Reading<UnixHttp.Response> answer) {
      return switch (answer) {
        case Reading.Known<UnixHttp.Response>(UnixHttp.Response(int status, String body)) ->
            switch (status) {
              case STOPPED, NOT_RUNNING -> DONE;
              case NO_SUCH -> GONE;
              case FORBIDDEN -> DENIED;
              default -> FAILED;
            };
        case Reading.Unknown<UnixHttp.Response>(Reading.Why why) ->
            switch (why) {
              case VANISHED -> UNAVAILABLE;
              case DENIED -> DENIED;
              case TIMED_OUT -> TIMED_OUT;
              default -> FAILED;
            };
      };
    }

    boolean saysMoreThan(Outcome other) {
      return compareTo(other) > 0;
    }
  }

  /**
   * Stops it, and waits for that.
   *
   * @param holder the user whose own engine may run it
   * @param grace what the engine leaves it between its signal and SIGKILL; whole seconds, rounded
   *     up
   */
  public static Outcome stop(Host host, Container container, Uid holder, Duration grace) {
    long seconds = (grace.toMillis() + 999) / 1000;
    long end = host.calls().clockNanos(CLOCK_MONOTONIC) + grace.plus(BEYOND).toNanos();
    return new Engines(host).stop(container, holder.number(), seconds, end);
  }
}
