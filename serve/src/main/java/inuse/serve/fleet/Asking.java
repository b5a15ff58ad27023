package inuse.serve.fleet;

import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.impl.NatsKeyValueWatchSubscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Asks hosts, and waits for those that are known and for as long as it may. */
final class Asking {
  /** Hosts whose answers are kept. */
  private static final int MOST_HOSTS = 10_000;

  private final Bus bus;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Map<HostName, HostAnswer> answers = new TreeMap<>();

  Asking(Bus bus) {
    this.bus = bus;
  }

  /** The hosts that have said that they are there. */
  Map<HostName, Presence> known() throws IOException, InterruptedException {
    Map<HostName, Presence> known = new ConcurrentSkipListMap<>();
    CountDownLatch all = new CountDownLatch(1);
    KeyValueWatcher watcher =
        new KeyValueWatcher() {
          @Override
          public void watch(KeyValueEntry entry) {
            if (known.size() < MOST_HOSTS) {
              Presence.of(entry).ifPresent(one -> known.put(one.host(), one));
            }
          }

          @Override
          public void endOfData() {
            all.countDown();
          }
        };
    try {
      NatsKeyValueWatchSubscription watching = bus.bucket().watchAll(watcher);
      boolean complete = all.await(Bus.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      watching.unsubscribe();
      if (!complete) {
        throw new IOException("the server did not say which hosts there are");
      }
    } catch (JetStreamApiException refused) {
      throw new IOException(
          "the hosts of the fleet are not known: " + refused.getMessage(), refused);
    }
    return known;
  }

  /**
   * Asks.
   *
   * @param hosts whose answers are waited for
   * @param onlyThose whether no other host is asked
   */
  Map<HostName, HostAnswer> ask(
      FleetQuestion.Matter matter, Set<HostName> hosts, boolean onlyThose, Duration timeout)
      throws InterruptedException {
    String id = QuestionId.random();
    Dispatcher dispatcher =
        bus.connection()
            .createDispatcher(message -> {
              String subject = message.getSubject();
              HostName.of(subject.substring(subject.lastIndexOf('.') + 1))
                  .ifPresent(host -> take(HostAnswer.read(host, message.getData())));
            });
    dispatcher.subscribe(Subjects.answers(id));
    byte[] question =
        new FleetQuestion(id, Clocks.now(), matter).json().getBytes(StandardCharsets.UTF_8);
    if (onlyThose) {
      hosts.forEach(host -> bus.connection().publish(Subjects.ask(host), question));
    } else {
      bus.connection().publish(Subjects.ASK_ALL, question);
    }
    try {
      return await(hosts, timeout);
    } finally {
      bus.connection().closeDispatcher(dispatcher);
    }
  }

  private void take(HostAnswer answer) {
    lock.lock();
    try {
      if (answers.size() < MOST_HOSTS) {
        answers.putIfAbsent(answer.host(), answer);
      }
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Map<HostName, HostAnswer> await(Set<HostName> hosts, Duration timeout)
      throws InterruptedException {
    Set<HostName> missing = new HashSet<>(hosts);
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (left > 0) {
        missing.removeAll(answers.keySet());
        if (missing.isEmpty()) {
          break;
        }
        left = arrived.awaitNanos(left);
      }
      return new TreeMap<>(answers);
    } finally {
      lock.unlock();
    }
  }
}
