package inuse.mcp;

import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.explain.causes.Cause;
import inuse.core.fix.AddressMonitor;
import inuse.core.io.JsonValue;
import inuse.render.Escape;
import inuse.render.FreedJson;
import inuse.render.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One wait. */
final class Wait {
  /** The kernel does not tell of new listeners. */
  private static final Duration LISTENERS = Duration.ofMillis(50);

  /** A timer of the kernel that is over may be so a little later. */
  private static final Duration SLACK = Duration.ofMillis(15);

  /** Between two messages about progress. */
  private static final Duration NEWS = Duration.ofSeconds(5);

  private final JsonValue id;
  private final Client client;
  private final JsonValue progressToken;
  private final List<Watch> watches;
  private final Goal goal;
  private final Duration since;
  private final Duration timeout;
  private Duration last;
  private Duration next;
  private Duration told;
  private boolean isFirst = true;

  /** A target with what looks at it. */
  record Watch(Target target, AddressMonitor monitor) {}

  /**
   * What is waited for.
   *
   * @param listening that servers listen; else that one could bind
   * @param any whether one of the targets is enough
   */
  record Goal(boolean listening, boolean any) {}

  Wait(
      JsonValue id,
      Client client,
      JsonValue progressToken,
      List<Watch> watches,
      Goal goal,
      Duration now,
      Duration timeout) {
    this.id = id;
    this.client = client;
    this.progressToken = progressToken;
    this.watches = List.copyOf(watches);
    this.goal = goal;
    since = now;
    last = now;
    next = now;
    told = now;
    this.timeout = timeout;
  }

  JsonValue id() {
    return id;
  }

  Client client() {
    return client;
  }

  Duration last() {
    return last;
  }

  /** When it is to be looked at again. */
  Duration next() {
    return next;
  }

  /** Looks at it no later than then. */
  void hurry(Duration when) {
    next = next.compareTo(when) > 0 ? when : next;
  }

  List<Port> ports() {
    return watches.stream()
        .flatMap(one ->
            one.target instanceof PortTarget target ? Stream.of(target.port()) : Stream.empty())
        .toList();
  }

  /** Looks; the document where it is over. */
  Optional<String> look(Duration now) {
    last = now;
    boolean done =
        goal.any
            ? watches.stream().anyMatch(one -> one.monitor.isListenedOn())
            : watches.stream().allMatch(this::isSo);
    if (done) {
      String outcome = goal.listening ? "listening" : isFirst ? "already-free" : "freed";
      return Optional.of(document(outcome, now, Optional.empty()));
    }
    isFirst = false;
    Duration left = since.plus(timeout).minus(now);
    if (left.isNegative() || left.isZero()) {
      return Optional.of(document("timed-out", now, inTheWay()));
    }
    Duration pause = watches.stream().map(this::pause).min(Duration::compareTo).orElse(LISTENERS);
    next = now.plus(pause.compareTo(left) < 0 ? pause : left);
    return Optional.empty();
  }

  private boolean isSo(Watch watch) {
    return goal.listening ? watch.monitor.isListenedOn() : watch.monitor.proof().isFree();
  }

  private Duration pause(Watch watch) {
    if (goal.listening) {
      return LISTENERS;
    }
    Duration poll = watch.monitor.pollInterval();
    Duration timer = watch.monitor.expiry().next().orElse(poll);
    Duration pause = timer.compareTo(SLACK) < 0 ? SLACK : timer;
    return pause.compareTo(poll) < 0 ? pause : poll;
  }

  private Optional<String> inTheWay() {
    if (goal.listening) {
      return Optional.of("nothing listens there yet");
    }
    return watches.stream()
        .filter(one -> !one.monitor.proof().isFree())
        .flatMap(one -> one.monitor.diagnose().causes().stream())
        .findFirst()
        .map(Cause::summary)
        .map(Facts::cut);
  }

  private String document(String outcome, Duration now, Optional<String> message) {
    Json json = Json.line();
    json.beginObject().name("target");
    json.value(
        watches.stream().map(one -> Escape.text(one.target)).collect(Collectors.joining(",")));
    json.name("outcome").value(outcome);
    json.name("waited_ms").value(now.minus(since).toMillis());
    AddressMonitor.Proof proof = AddressMonitor.Proof.NONE;
    Optional<Duration> rest = Optional.empty();
    if (!goal.listening && message.isEmpty()) {
      proof = proof();
      for (Watch watch : watches) {
        Optional<Duration> one = watch.monitor.rest(proof);
        rest =
            one.isPresent() && rest.filter(two -> two.compareTo(one.get()) > 0).isEmpty()
                ? one
                : rest;
      }
    }
    FreedJson.proof(json, proof, rest);
    new Facts(json, false).beginUntrusted();
    json.name("message").value(message.orElse(null)).endObject();
    return json.endObject().text();
  }

  /** The weakest of all. */
  private AddressMonitor.Proof proof() {
    AddressMonitor.Proof weakest = AddressMonitor.Proof.BIND;
    for (Watch watch : watches) {
      AddressMonitor.Proof one = watch.monitor.proof();
      weakest = one.compareTo(weakest) < 0 ? one : weakest;
    }
    return weakest;
  }

  /** Tells the client how long it has waited, where it wants to know. */
  void progress(Replies replies, Duration now) {
    boolean wanted = progressToken.text().or(progressToken::digits).isPresent();
    if (!wanted || told.plus(NEWS).compareTo(now) > 0) {
      return;
    }
    told = now;
    replies.notification(
        "notifications/progress",
        json -> {
          json.name("progressToken");
          Replies.value(json, progressToken);
          json.name("progress").value(now.minus(since).toMillis() / 1000);
          json.name("total").value(timeout.toMillis() / 1000);
        });
  }
}
