package inuse.core.fix;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;

import inuse.core.evidence.Container;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Statement.Trusted;
import inuse.core.io.EngineApi;
import inuse.core.io.Host;
import inuse.core.io.UnixHttp;
import inuse.kernel.SystemCalls;
import java.time.Duration;

/** Stops a container by its engine, through Docker's API, which Podman implements too. */
final class ContainerEffects {
  /** Time that an engine may take beyond the grace that it gives the container. */
  private static final Duration BEYOND = Duration.ofSeconds(10);

  private static final int STOPPED = 204;
  private static final int NOT_RUNNING = 304;
  private static final int FORBIDDEN = 403;
  private static final int NO_SUCH = 404;

  private final SystemCalls calls;
  private final EngineApi api;

  ContainerEffects(Host host) {
    calls = host.calls();
    api = new EngineApi(host);
  }

  /** The result; of several engines that did not do it, the latest constant counts. */
  enum Outcome {
    /** No engine of that kind answers, or it lacks such an API. */
    UNAVAILABLE(Effects.Result.UNAVAILABLE),
    /** The engine no longer knows the container. */
    GONE(Effects.Result.RELEASED),
    /** It refused, failed, or gave an invalid answer. */
    FAILED(Effects.Result.FAILED),
    /** It did not answer in time, and may still stop it. */
    TIMED_OUT(Effects.Result.SURVIVED),
    /** This user may not ask. */
    DENIED(Effects.Result.DENIED),
    /** The container no longer runs. */
    DONE(Effects.Result.DONE);

    private final Effects.Result result;

    Outcome(Effects.Result result) {
      this.result = result;
    }

    /** The same in the words of all effects. */
    Effects.Result result() {
      return result;
    }

    /** The outcome by the answer to the request. */
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
   * Stops it by the first engine of whoever vouches for it that knows it, and waits for that.
   *
   * @param grace what the engine leaves it between its signal and SIGKILL; whole seconds, rounded
   *     up
   */
  Outcome stop(Trusted<Container> trusted, Duration grace) {
    Container container = trusted.content();
    Outcome outcome = Outcome.UNAVAILABLE;
    if (!EngineApi.has(container.engine()) || !Container.isId(container.id())) {
      return outcome;
    }
    long seconds = (grace.toMillis() + 999) / 1000;
    long end = calls.clockNanos(CLOCK_MONOTONIC) + grace.plus(BEYOND).toNanos();
    String target = "/containers/" + container.id() + "/stop?t=" + seconds;
    for (String socket : api.sockets(container.engine(), trusted.actor())) {
      Outcome one = Outcome.of(api.post(socket, trusted.actor(), target, end));
      if (one == Outcome.DONE) {
        return one;
      }
      outcome = one.saysMoreThan(outcome) ? one : outcome;
    }
    return outcome;
  }
}
