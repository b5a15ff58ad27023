package inuse.serve;

import inuse.core.Inuse;
import inuse.core.evidence.Extent;
import inuse.core.evidence.Untrusted;
import inuse.core.list.Expectation;
import inuse.core.list.Listing;
import inuse.jvm.ForeignSystemCalls;
import inuse.render.ListJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks by itself: what this user may see. On a thread of its own, as the library wants it. */
final class OwnLook implements CurrentPorts.Look {
  private static final int SECONDS = 15;

  private final String version;
  private final Optional<Path> expected;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("list").factory());

  /** Looks, and compares with that file where there is one. */
  OwnLook(String version, Optional<Path> expected) {
    this.version = version;
    this.expected = expected;
  }

  @Override
  public String document() throws IOException, InterruptedException {
    Future<String> document = thread.submit(this::look);
    try {
      return document.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause());
    } catch (TimeoutException late) {
      document.cancel(true);
      throw new IOException("what is bound was not told in time", late);
    }
  }

  private String look() throws IOException {
    try (Inuse inuse = Inuse.open(new ForeignSystemCalls())) {
      Listing listing = inuse.list(Extent.HERE);
      Optional<List<Expectation.Difference>> differences =
          expected.isPresent()
              ? Optional.of(differences(inuse, listing, expected.get()))
              : Optional.empty();
      StringBuilder document = new StringBuilder();
      ListJson.write(version, listing, differences, document::append);
      return document.toString();
    }
  }

  private static List<Expectation.Difference> differences(Inuse inuse, Listing listing, Path file)
      throws IOException {
    Untrusted path =
        new Untrusted(
            new String(
                file.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    return inuse
        .expectation(path)
        .orElseThrow(() -> new IOException(file + " was not written by inuse list --save"))
        .differences(
            Expectation.of(
                listing.rows(), listing.inventory().spaces().getFirst().ephemeral().toOptional()));
  }
}
