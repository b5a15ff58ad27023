package inuse.serve.fleet;

import inuse.core.events.Event;
import inuse.core.events.History;
import inuse.core.events.HistoryQuery;
import inuse.core.evidence.PortTarget;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.support.NatsJetStreamConstants;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a host that is silent now had told the server until then. */
final class StoredPast {
  private static final int BATCH = 500;
  private static final Duration INACTIVE = Duration.ofSeconds(30);

  /** Messages that are read; the most recent ones where there are more. */
  private static final long MOST = 200_000;

  private final Bus bus;

  StoredPast(Bus bus) {
    this.bus = bus;
  }

  private record Told(String boot, List<Event> events) {
    long nanos() {
      return events.isEmpty() ? 0 : events.getLast().stamp().nanos();
    }
  }

  /** The answer to a query whose times are of that host's clock. */
  History.Answer of(HostName host, HistoryQuery query) throws IOException, InterruptedException {
    List<Told> told = new ArrayList<>();
    try {
      for (String subject : subjects(host, query)) {
        read(subject, told);
      }
    } catch (JetStreamApiException refused) {
      throw new IOException("the stream of events: " + refused.getMessage(), refused);
    }
    return history(query, told);
  }

  private static List<String> subjects(HostName host, HistoryQuery query) {
    if (query.targets().isEmpty()) {
      return List.of(Subjects.events(host));
    }
    List<String> subjects = new ArrayList<>();
    subjects.add(Subjects.gap(host));
    for (PortTarget target : query.targets()) {
      String one = Subjects.event(host, target.protocol(), target.port());
      if (!subjects.contains(one)) {
        subjects.add(one);
      }
    }
    return subjects;
  }

  private void read(String subject, List<Told> told)
      throws IOException, InterruptedException, JetStreamApiException {
    ConsumerConfiguration consumer =
        ConsumerConfiguration.builder()
            .name(QuestionId.random())
            .filterSubject(subject)
            .deliverPolicy(DeliverPolicy.All)
            .ackPolicy(AckPolicy.None)
            .memStorage(true)
            .inactiveThreshold(INACTIVE)
            .build();
    var made = bus.management().createConsumer(Subjects.STREAM, consumer);
    long left = made.getCalculatedPending();
    JetStreamSubscription subscription =
        bus.stream().subscribe(null, PullSubscribeOptions.bind(Subjects.STREAM, made.getName()));
    while (left > 0) {
      List<Message> messages = subscription.fetch((int) Math.min(left, BATCH), Bus.PATIENCE);
      if (messages.isEmpty()) {
        throw new IOException("the server did not say what it has");
      }
      left -= messages.size();
      if (left < MOST) {
        messages.forEach(one -> told.add(told(one)));
      }
    }
    subscription.unsubscribe();
  }

  private static Told told(Message message) {
    String id =
        message.hasHeaders()
            ? message.getHeaders().getFirst(NatsJetStreamConstants.MSG_ID_HDR)
            : null;
    return new Told(
        EventMessage.boot(id == null ? "" : id), EventMessage.events(message.getData()));
  }

  /** Boots in the order in which they were told of, and each in its own order. */
  private static History.Answer history(HistoryQuery query, List<Told> told) {
    Map<String, Long> boots = new HashMap<>();
    for (Told one : told) {
      if (!one.events.isEmpty()) {
        boots.merge(one.boot, one.events.getLast().stamp().time().epochMillis(), Math::min);
      }
    }
    told.sort(
        Comparator.<Told>comparingLong(one -> boots.getOrDefault(one.boot, 0L))
            .thenComparing(Told::boot)
            .thenComparingLong(Told::nanos));
    History history = new History(query);
    String boot = "";
    for (Told one : told) {
      if (one.events.isEmpty()) {
        continue;
      }
      if (!one.boot.equals(boot)) {
        boot = one.boot;
        history.accept(
            new Event.Start(one.events.getFirst().stamp(), boot, 0, "", true, Event.Source.BPF));
      }
      one.events.forEach(history::accept);
    }
    return history.answer(false);
  }
}
