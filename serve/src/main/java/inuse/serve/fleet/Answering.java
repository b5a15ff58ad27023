package inuse.serve.fleet;

import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Answers the questions that come to a host: two at once, and a few that wait. */
final class Answering implements AutoCloseable {
  private static final int AT_ONCE = 2;
  private static final int WAITING = 16;

  private final HostName host;
  private final Here here;
  private final Bus bus;
  private final ThreadPoolExecutor threads;

  Answering(HostName host, Here here, Bus bus) {
    this.host = host;
    this.here = here;
    this.bus = bus;
    threads =
        new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(WAITING),
            // The library belongs to a platform thread.
            Thread.ofPlatform().daemon().name("answer").factory());
    Dispatcher dispatcher = bus.connection().createDispatcher(this::take);
    dispatcher.subscribe(Subjects.ASK_ALL);
    dispatcher.subscribe(Subjects.ask(host));
  }

  private void take(Message message) {
    Optional<FleetQuestion> question = FleetQuestion.read(message.getData());
    if (question.isEmpty()) {
      return;
    }
    try {
      threads.execute(() -> reply(question.get(), answer(question.get())));
    } catch (RejectedExecutionException full) {
      reply(question.get(), problem("it has too many questions at once"));
    }
  }

  private String answer(FleetQuestion question) {
    try {
      String document =
          switch (question.matter()) {
            case FleetQuestion.Present(var targets) -> here.present(targets);
            case FleetQuestion.Past past ->
                here.past(past.by(Clocks.ahead(Clocks.now(), question.now())));
          };
      String copy =
          JsonCopy.read(document.getBytes(StandardCharsets.UTF_8))
              .map(JsonCopy::of)
              .orElseThrow(() -> new IOException("inuse said there what is not JSON"));
      return copy.length() > HostAnswer.MOST_BYTES
          ? problem("its answer is longer than " + HostAnswer.MOST_BYTES + " bytes")
          : HostAnswer.json(here.version(), Clocks.now(), Optional.empty(), copy);
    } catch (IOException failed) {
      return problem(String.valueOf(failed.getMessage()));
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return problem("it is being stopped");
    }
  }

  private String problem(String why) {
    return HostAnswer.json(here.version(), Clocks.now(), Optional.of(why), "");
  }

  private void reply(FleetQuestion question, String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    try {
      bus.connection().publish(Subjects.answer(question.id(), host), bytes);
    } catch (IllegalStateException | IllegalArgumentException lost) {
      // There is no connection to answer over: the one who asked sees that this host is silent.
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
