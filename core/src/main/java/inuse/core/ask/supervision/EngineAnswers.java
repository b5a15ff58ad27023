package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;

import inuse.core.evidence.Container;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.io.EngineApi;
import inuse.core.io.ExternalCommand;
import inuse.core.io.Host;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import inuse.core.io.UnixHttp;
import inuse.kernel.SystemCalls;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the daemons of container engines answer. Any user may run one, so each has a bound: time and
 * requests of one question, bytes and values of one answer. One that exceeds it, or gives no valid
 * answer, is a gap, and is left alone for a while.
 */
final class EngineAnswers {
  /** Requests to one daemon during one question. */
  static final int MAX_REQUESTS = 64;

  /** Time that one daemon may take for all requests of one question. */
  static final Duration TIME = Duration.ofSeconds(1);

  /** How long a daemon is left alone that gave no answer. */
  private static final Duration REST = Duration.ofSeconds(30);

  private static final int OK = 200;
  private static final int NO_SUCH = 404;

  private final EngineApi api;
  private final SystemCalls calls;
  private final Map<String, Daemon> daemons = new HashMap<>();
  private final Map<String, Gap> gaps = new LinkedHashMap<>();

  EngineAnswers(Host host) {
    calls = host.calls();
    api = new EngineApi(host);
  }

  /** One daemon, during one question. */
  private static final class Daemon {
    private int requests;
    private long spentNanos;
    private Reading<Long> restsUntil = Reading.unknown(Reading.Why.NOT_ASKED);
    private Reading.Why why = Reading.Why.NOT_ASKED;
  }

  /** A new question begins. */
  void begin() {
    long now = calls.clockNanos(CLOCK_MONOTONIC);
    gaps.clear();
    daemons
        .values()
        .removeIf(one -> one.restsUntil.toOptional().filter(end -> end > now).isEmpty());
  }

  /** The daemons that did not answer. */
  List<Gap> gaps() {
    return List.copyOf(gaps.values());
  }

  /**
   * The answer from the first of that user's engines of that kind that answers; null in JSON where
   * it knows no such thing.
   */
  Reading<JsonValue> get(Container.Engine engine, Uid owner, String target) {
    return get(engine, owner, target, false);
  }

  /**
   * The same about one container, of which a daemon does not tell while it starts or stops it: that
   * is no reason to leave the daemon alone, nor a gap.
   */
  Reading<JsonValue> ofContainer(Container.Engine engine, Uid owner, String target) {
    return get(engine, owner, target, true);
  }

  private Reading<JsonValue> get(
      Container.Engine engine, Uid owner, String target, boolean maybeBusy) {
    Reading.Why why = Reading.Why.VANISHED;
    for (String socket : api.sockets(engine, owner)) {
      Daemon daemon = daemons.computeIfAbsent(socket, any -> new Daemon());
      Reading<JsonValue> answer = answer(daemon, socket, owner, target, maybeBusy);
      if (answer instanceof Reading.Known<JsonValue>) {
        return answer;
      }
      if (answer instanceof Reading.Unknown<JsonValue>(Reading.Why one)
          && one != Reading.Why.VANISHED) {
        why = one;
        if (!maybeBusy || one != Reading.Why.TIMED_OUT) {
          gaps.put(socket, gap(engine, socket, one));
        }
      }
    }
    return Reading.unknown(why);
  }

  private Reading<JsonValue> answer(
      Daemon daemon, String socket, Uid owner, String target, boolean maybeBusy) {
    if (daemon.restsUntil instanceof Reading.Known<Long>) {
      return Reading.unknown(daemon.why);
    }
    long start = calls.clockNanos(CLOCK_MONOTONIC);
    long left = TIME.toNanos() - daemon.spentNanos;
    Reading<JsonValue> answer =
        daemon.requests == MAX_REQUESTS || left <= 0
            ? Reading.unknown(left <= 0 ? Reading.Why.TIMED_OUT : Reading.Why.TOO_MANY)
            : parsed(
                api.get(
                    socket, owner, target, start + Math.min(left, ExternalCommand.TIME.toNanos())));
    long now = calls.clockNanos(CLOCK_MONOTONIC);
    daemon.requests++;
    daemon.spentNanos += now - start;
    if (answer instanceof Reading.Unknown<JsonValue>(Reading.Why why)
        && why != Reading.Why.VANISHED
        && !(maybeBusy && why == Reading.Why.TIMED_OUT)) {
      daemon.why = why;
      daemon.restsUntil = Reading.known(now + REST.toNanos());
    }
    return answer;
  }

  private static Reading<JsonValue> parsed(Reading<UnixHttp.Response> response) {
    return switch (response) {
      case Reading.Unknown<UnixHttp.Response>(Reading.Why why) -> Reading.unknown(why);
      case Reading.Known<UnixHttp.Response>(UnixHttp.Response(int status, String body)) ->
          switch (status) {
            case OK ->
                JsonReader.parse(body)
                    .map(Reading::known)
                    .orElse(Reading.unknown(Reading.Why.UNREADABLE));
            case NO_SUCH -> Reading.known(new JsonValue.Nothing());
            default -> Reading.unknown(Reading.Why.VANISHED);
          };
    };
  }

  private static Gap gap(Container.Engine engine, String socket, Reading.Why why) {
    String remedy =
        switch (why) {
          case DENIED -> "run as root, to be told the container's name";
          case TIMED_OUT -> "the daemon accepts and does not answer: see whether it hangs";
          default -> engine.word() + " ps may tell the container's name";
        };
    return new Gap(Gap.Subject.SUPERVISION, engine.word() + "'s API at " + socket, why, remedy);
  }
}
