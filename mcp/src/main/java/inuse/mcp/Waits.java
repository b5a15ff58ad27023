package inuse.mcp;

import inuse.core.Changes;
import inuse.core.Inuse;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.io.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The waits that are open. Other requests are answered meanwhile: each wait is looked at when the
 * kernel tells of the end of a socket, and now and then.
 */
final class Waits implements AutoCloseable {
  /** Waits at a time: an agent needs one. */
  private static final int MAX_OPEN = 16;

  /** Where nothing is waited for. */
  private static final Duration IDLE = Duration.ofHours(1);

  /** Between two looks, however often something is told: on a busy port each connection is news. */
  private static final Duration BREATH = Duration.ofMillis(5);

  private final Inuse inuse;
  private final Replies replies;
  private final Channel channel;
  private final Places places;
  private final List<Wait> open = new ArrayList<>();
  private Optional<Changes> changes = Optional.empty();

  Waits(Inuse inuse, Replies replies, Channel channel) {
    this.inuse = inuse;
    this.replies = replies;
    this.channel = channel;
    places = new Places(inuse);
  }

  /** Begins a wait, which is over where what is waited for is so already. */
  Answer begin(Message.Request request, Client client, Given given) {
    if (open.size() == MAX_OPEN) {
      return new Answer.Problem("there are " + MAX_OPEN + " waits at a time, no more");
    }
    return switch (places.of(given)) {
      case Places.Read.Wrong(Answer.Problem why) -> why;
      case Places.Read.Understood(List<? extends Target> targets) ->
          begin(request, client, given, targets);
    };
  }

  private Answer begin(
      Message.Request request, Client client, Given given, List<? extends Target> targets) {
    boolean listening = given.choice(Tool.UNTIL).equals("listening");
    if (listening && !targets.stream().allMatch(PortTarget.class::isInstance)) {
      return new Answer.Problem("of unix sockets only bindable is waited for");
    }
    List<Wait.Watch> watches = new ArrayList<>();
    for (Target target : targets) {
      watches.add(new Wait.Watch(target, inuse.monitor(places.next(target))));
    }
    // One server at one of localhost's addresses is enough.
    boolean any = listening && given.text(Tool.TARGET).orElse("").contains("localhost");
    Wait wait =
        new Wait(
            request.id(),
            client,
            request.parameters().at("_meta", "progressToken"),
            watches,
            new Wait.Goal(listening, any),
            channel.clock(),
            Duration.ofSeconds(given.whole(Tool.TIMEOUT)));
    if (changes.isEmpty() && !listening) {
      changes = Optional.of(inuse.changes());
    }
    Optional<String> done = wait.look(channel.clock());
    if (done.isPresent()) {
      return new Answer.Document(done.get());
    }
    open.add(wait);
    return new Answer.Later();
  }

  /** How long nothing needs to be looked at. */
  Duration pause() {
    Duration now = channel.clock();
    return open.stream()
        .map(one -> one.next().minus(now))
        .min(Duration::compareTo)
        .map(one -> one.isNegative() ? Duration.ZERO : one)
        .orElse(IDLE);
  }

  /** What to wait for besides. */
  OptionalInt descriptor() {
    return open.isEmpty()
        ? OptionalInt.empty()
        : changes.map(Changes::descriptor).orElse(OptionalInt.empty());
  }

  /** Looks at those that are due. */
  void look() {
    boolean told = !open.isEmpty() && changes.filter(one -> one.haveEnded(ports())).isPresent();
    for (Wait wait : new ArrayList<>(open)) {
      Duration now = channel.clock();
      if (told && wait.last().plus(BREATH).compareTo(now) <= 0) {
        wait.hurry(now);
      } else if (told) {
        wait.hurry(wait.last().plus(BREATH));
      }
      if (wait.next().compareTo(now) <= 0) {
        wait.look(now).ifPresentOrElse(done -> end(wait, done), () -> wait.progress(replies, now));
      }
    }
  }

  private void end(Wait wait, String document) {
    open.remove(wait);
    ToolResult.write(replies, wait.id(), wait.client(), document);
  }

  private Set<Port> ports() {
    Set<Port> ports = new HashSet<>();
    open.forEach(one -> ports.addAll(one.ports()));
    return ports;
  }

  /** Gives up the wait of that request, if it is one. */
  void cancel(JsonValue id) {
    open.removeIf(one -> one.id().equals(id));
  }

  @Override
  public void close() {
    changes.ifPresent(Changes::close);
  }
}
