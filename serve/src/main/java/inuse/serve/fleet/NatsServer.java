package inuse.serve.fleet;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A nats-server of its own, on loopback, for trying a fleet: every user of this host may use it.
 */
public final class NatsServer implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration UNTIL_READY = Duration.ofSeconds(20);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

  private final Process process;

  private NatsServer(Process process) {
    this.process = process;
    // A signal ends this program without closing anything.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
  }

  /**
   * Starts it, and makes the stream and the bucket.
   *
   * @param data its directory
   * @throws IOException where that failed; its message says why
   */
  public static NatsServer start(BusOptions options, Path data) throws IOException {
    URI url = URI.create(options.url());
    if (!"127.0.0.1".equals(url.getHost()) || options.isEncrypted()) {
      throw new IOException("--with-nats is for nats://127.0.0.1:PORT alone");
    }
    Files.createDirectories(data);
    List<String> command =
        List.of(
            "nats-server",
            "-a",
            url.getHost(),
            "-p",
            String.valueOf(url.getPort() < 0 ? 4222 : url.getPort()),
            "-js",
            "-sd",
            data.toString());
    NatsServer server =
        new NatsServer(
            new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(data.resolveSibling("nats.log").toFile())
                .start());
    try {
      server.prepare(options);
      return server;
    } catch (IOException failed) {
      server.close();
      throw failed;
    }
  }

  private void prepare(BusOptions options) throws IOException {
    long until = System.nanoTime() + UNTIL_READY.toNanos();
    try {
      while (true) {
        try (Bus bus = Bus.connect(options, "server", said -> {})) {
          Preparation.of(bus);
          return;
        } catch (IOException early) {
          if (process.waitFor(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException(
                "nats-server has ended with " + process.exitValue() + "; see nats.log", early);
          }
          if (System.nanoTime() > until) {
            throw early;
          }
        }
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      throw new IOException("it was interrupted", hurried);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException hurried) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
