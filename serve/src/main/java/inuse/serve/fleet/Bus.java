package inuse.serve.fleet;

import inuse.serve.input.PemFiles;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** A connection to the server. It comes back by itself when it was lost. */
final class Bus implements AutoCloseable {
  /** How long the server may take for one answer. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  /** A connection that is silent for three of these is lost. */
  private static final Duration PING = Duration.ofSeconds(5);

  private final Connection connection;

  private Bus(Connection connection) {
    this.connection = connection;
  }

  /**
   * Connects.
   *
   * @param member who this is: replies are sent to subjects of that name
   * @param complaints is told what the server refuses
   * @throws IOException where that failed; its message says why
   */
  static Bus connect(BusOptions options, String member, Consumer<String> complaints)
      throws IOException, InterruptedException {
    Options.Builder builder =
        new Options.Builder()
            .server(options.url())
            .connectionName("inuse " + member)
            .inboxPrefix(Subjects.inbox(member))
            .maxReconnects(-1)
            .reconnectWait(BETWEEN_TRIES)
            .connectionTimeout(PATIENCE)
            .pingInterval(PING)
            // What cannot be sent fails, and is sent again by the outbox.
            .reconnectBufferSize(0)
            .errorListener(
                new ErrorListener() {
                  @Override
                  public void errorOccurred(Connection connection, String error) {
                    complaints.accept(error);
                  }
                });
    if (options.isEncrypted()) {
      builder.sslContext(context(options));
    }
    if (options.credentials().isPresent()) {
      String[] words = BusOptions.login(options.credentials().get());
      builder.userInfo(words[0], words[1]);
    }
    try {
      return new Bus(Nats.connect(builder.build()));
    } catch (IOException | IllegalArgumentException | IllegalStateException failed) {
      throw new IOException(options.url() + ": " + failed.getMessage(), failed);
    }
  }

  private static SSLContext context(BusOptions options) throws IOException {
    return PemFiles.client(options.own(), options.authorities());
  }

  Connection connection() {
    return connection;
  }

  boolean isConnected() {
    return connection.getStatus() == Connection.Status.CONNECTED;
  }

  JetStream stream() throws IOException {
    return connection.jetStream(options());
  }

  JetStreamManagement management() throws IOException {
    return connection.jetStreamManagement(options());
  }

  /** The bucket, for reading. */
  KeyValue bucket() throws IOException {
    return connection.keyValue(
        Subjects.BUCKET, KeyValueOptions.builder().jetStreamOptions(options()).build());
  }

  /** Writes one key of the bucket, without asking the server about all of it. */
  void put(String subject, byte[] value) throws IOException {
    try {
      stream().publish(subject, value);
    } catch (JetStreamApiException refused) {
      throw new IOException(refused.getMessage(), refused);
    } catch (IllegalStateException lost) {
      throw new IOException("the connection is lost", lost);
    }
  }

  private static JetStreamOptions options() {
    return JetStreamOptions.builder().requestTimeout(PATIENCE).build();
  }

  /** Ends it. Over TLS that takes jnats a second, for which nothing has to wait. */
  @Override
  public void close() {
    var _ = Thread.ofPlatform().daemon().name("close").start(this::end);
  }

  private void end() {
    try {
      connection.close();
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
