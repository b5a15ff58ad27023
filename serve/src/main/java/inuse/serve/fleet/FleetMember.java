package inuse.serve.fleet;

import inuse.render.Json;
import inuse.render.Timestamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A host in a fleet: it answers, says that it is there, and hands on what was recorded. */
public final class FleetMember implements AutoCloseable {
  /** How often it says that it is there. */
  private static final Duration REFRESH = Duration.ofSeconds(10);

  /** Between two looks at the outbox. */
  private static final Duration PERIOD = Duration.ofMillis(250);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

  private final BusOptions options;
  private final HostName host;
  private final Here here;
  private final Outbox outbox;
  private final Publisher publisher;
  private final Consumer<String> complaints;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch begin;
  private final Thread thread;
  private long refreshed = System.nanoTime() - REFRESH.toNanos();
  private String lastComplaint = "";

  /**
   * A member, which begins with {@link #start}.
   *
   * @param begin when it may send events: as soon as all that is in the segments is in the index
   */
  public FleetMember(
      BusOptions options,
      HostName host,
      Here here,
      Outbox outbox,
      CountDownLatch begin,
      Consumer<String> complaints) {
    this.options = options;
    this.host = host;
    this.here = here;
    this.outbox = outbox;
    this.begin = begin;
    this.complaints = complaints;
    publisher = new Publisher(outbox);
    thread = Thread.ofPlatform().name("fleet").unstarted(this::run);
  }

  /** Begins. A server that is not there yet is waited for. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      Duration pause = Duration.ZERO;
      while (!stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        pause = AFTER_FAILURE;
        try (Bus bus = Bus.connect(options, host.text(), this::complain);
            Answering _ = new Answering(host, here, bus)) {
          belong(bus);
        } catch (IOException failed) {
          complain(String.valueOf(failed.getMessage()));
        }
      }
    } catch (SQLException broken) {
      complaints.accept("what waits for the fleet cannot be read: " + broken.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says a thing once, until there is another one; what ends when this ends is not said. */
  private synchronized void complain(String what) {
    if (stop.getCount() > 0 && !what.equals(lastComplaint)) {
      lastComplaint = what;
      complaints.accept(what);
    }
  }

  private void belong(Bus bus) throws InterruptedException, SQLException {
    Duration pause = Duration.ZERO;
    while (!stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      pause = PERIOD;
      if (!bus.isConnected()) {
        publisher.doubt();
        continue;
      }
      try {
        if (System.nanoTime() - refreshed >= REFRESH.toNanos()) {
          bus.put(Subjects.now(host), presence().getBytes(StandardCharsets.UTF_8));
          refreshed = System.nanoTime();
        }
        pause = begin.getCount() == 0 && publisher.send(bus) ? Duration.ZERO : PERIOD;
      } catch (IOException failed) {
        complain(String.valueOf(failed.getMessage()));
        pause = AFTER_FAILURE;
      }
    }
  }

  private String presence() throws InterruptedException {
    int listeners = here.listeners();
    return Json.line()
        .beginObject()
        .name("schema")
        .value("inuse.now/1")
        .name("version")
        .value(here.version())
        .name("now")
        .value(Timestamp.millis(Clocks.now()))
        .name("listeners")
        .value(listeners < 0 ? null : listeners)
        .endObject()
        .text();
  }

  @Override
  public void close() {
    stop.countDown();
    thread.interrupt();
    try {
      thread.join();
      outbox.close();
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    } catch (SQLException broken) {
      complaints.accept(String.valueOf(broken.getMessage()));
    }
  }
}
