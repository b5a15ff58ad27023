package inuse.serve.fleet;

import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PublishOptions;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.PublishAck;
import io.nats.client.support.NatsJetStreamConstants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends what waits in the outbox. Of an event whose acknowledgement was lost it is not known
 * whether the server has it: before anything is sent again, the server is asked what it has of this
 * host since the last one that it acknowledged. So it needs no memory of ids that lasts as long as
 * a partition; the server's own (its duplicate window) only catches what was still on its way.
 */
final class Publisher {
  /** Events that are on their way at once. */
  private static final int BATCH = 500;

  /** A consumer that is not read for so long is gone. */
  private static final Duration INACTIVE = Duration.ofSeconds(30);

  private static final int NOT_FOUND = 404;

  private final Outbox outbox;
  private boolean inDoubt = true;

  Publisher(Outbox outbox) {
    this.outbox = outbox;
  }

  /** The connection was lost: it is not known what the server has got. */
  void doubt() {
    inDoubt = true;
  }

  /**
   * Sends some.
   *
   * @return whether there may be more
   * @throws IOException where the server did not take it; it is sent again
   */
  boolean send(Bus bus) throws IOException, InterruptedException, SQLException {
    List<Outbox.Waiting> waiting = outbox.next(BATCH);
    if (waiting.isEmpty()) {
      return false;
    }
    if (inDoubt) {
      learn(bus);
      inDoubt = false;
      return true;
    }
    inDoubt = true;
    JetStream stream = bus.stream();
    List<CompletableFuture<PublishAck>> acknowledgements = new ArrayList<>();
    try {
      for (Outbox.Waiting one : waiting) {
        acknowledgements.add(
            stream.publishAsync(
                one.subject(),
                one.lines().getBytes(StandardCharsets.UTF_8),
                PublishOptions.builder()
                    .messageId(one.id())
                    .expectedStream(Subjects.STREAM)
                    .build()));
      }
    } catch (IllegalStateException lost) {
      throw new IOException("the connection is lost", lost);
    }
    long until = System.nanoTime() + Bus.PATIENCE.toNanos();
    for (int i = 0; i < waiting.size(); i++) {
      PublishAck one = taken(acknowledgements.get(i), until - System.nanoTime());
      outbox.acknowledged(waiting.get(i), one.getSeqno());
    }
    inDoubt = false;
    return true;
  }

  private static PublishAck taken(CompletableFuture<PublishAck> one, long most)
      throws IOException, InterruptedException {
    try {
      return one.get(Math.max(most, 1), TimeUnit.NANOSECONDS);
    } catch (ExecutionException refused) {
      throw new IOException("an event was not taken: " + refused.getCause(), refused);
    } catch (TimeoutException late) {
      throw new IOException("an event was not taken in time", late);
    }
  }

  /** Asks what the server has of this host that it may not have acknowledged. */
  private void learn(Bus bus) throws IOException, InterruptedException, SQLException {
    JetStreamManagement management = bus.management();
    String name = outbox.host().text();
    try {
      try {
        management.deleteConsumer(Subjects.STREAM, name);
      } catch (JetStreamApiException absent) {
        if (absent.getErrorCode() != NOT_FOUND) {
          throw absent;
        }
      }
      long left =
          management
              .createConsumer(Subjects.STREAM, since(name, outbox.sequence() + 1))
              .getCalculatedPending();
      JetStreamSubscription subscription =
          bus.stream().subscribe(null, PullSubscribeOptions.bind(Subjects.STREAM, name));
      while (left > 0) {
        List<Message> messages = subscription.fetch((int) Math.min(left, BATCH), Bus.PATIENCE);
        if (messages.isEmpty()) {
          throw new IOException("the server did not say which events it has");
        }
        for (Message one : messages) {
          String id =
              one.hasHeaders()
                  ? one.getHeaders().getFirst(NatsJetStreamConstants.MSG_ID_HDR)
                  : null;
          outbox.has(id == null ? "" : id, one.metaData().streamSequence());
        }
        left -= messages.size();
      }
      subscription.unsubscribe();
    } catch (JetStreamApiException refused) {
      throw new IOException("the stream of events: " + refused.getMessage(), refused);
    }
  }

  private ConsumerConfiguration since(String name, long sequence) {
    return ConsumerConfiguration.builder()
        .name(name)
        .filterSubject(Subjects.events(outbox.host()))
        .deliverPolicy(DeliverPolicy.ByStartSequence)
        .startSequence(sequence)
        .ackPolicy(AckPolicy.None)
        .headersOnly(true)
        .memStorage(true)
        .inactiveThreshold(INACTIVE)
        .build();
  }
}
