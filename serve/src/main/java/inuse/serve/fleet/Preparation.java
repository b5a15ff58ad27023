package inuse.serve.fleet;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.KeyValueManagement;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.time.Duration;

/** Makes what a fleet needs on a server: the stream of events, and the bucket of hosts. */
final class Preparation {
  /** Events are kept for so long. */
  private static final Duration KEPT = Duration.ofDays(30);

  /** Bytes of all events; then the oldest go. */
  private static final long MOST_BYTES = 1L << 30;

  /** Bytes of an event with its processes. */
  private static final int MOST_OF_ONE = 64 * 1024;

  /** For what is on its way while a connection is lost; what came before is asked for. */
  private static final Duration DUPLICATES = Duration.ofMinutes(2);

  /** A host that is silent for so long is not known any more. */
  private static final Duration SILENT = Duration.ofDays(7);

  /** Bytes of what a host says of itself. */
  private static final int MOST_OF_A_HOST = 4096;

  private Preparation() {}

  /** Makes them, or sets those that are there to what they should be. */
  static void of(Bus bus) throws IOException {
    StreamConfiguration stream =
        StreamConfiguration.builder()
            .name(Subjects.STREAM)
            .subjects(Subjects.EVENTS)
            .storageType(StorageType.File)
            .discardPolicy(DiscardPolicy.Old)
            .maxAge(KEPT)
            .maxBytes(MOST_BYTES)
            .maximumMessageSize(MOST_OF_ONE)
            .duplicateWindow(DUPLICATES)
            .build();
    KeyValueConfiguration bucket =
        KeyValueConfiguration.builder()
            .name(Subjects.BUCKET)
            .ttl(SILENT)
            .maximumValueSize(MOST_OF_A_HOST)
            .storageType(StorageType.File)
            .build();
    try {
      JetStreamManagement management = bus.management();
      if (management.getStreamNames().contains(Subjects.STREAM)) {
        management.updateStream(stream);
      } else {
        management.addStream(stream);
      }
      KeyValueManagement buckets = bus.connection().keyValueManagement();
      if (buckets.getBucketNames().contains(Subjects.BUCKET)) {
        buckets.update(bucket);
      } else {
        buckets.create(bucket);
      }
    } catch (JetStreamApiException refused) {
      throw new IOException(refused.getMessage(), refused);
    }
  }
}
