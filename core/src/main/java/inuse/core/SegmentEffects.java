package inuse.core;

import static inuse.kernel.abi.Constants.AT_FDCWD;

import inuse.core.events.Segments.Segment;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import java.util.List;
import java.util.Optional;

/** Erases what a recorder wrote. */
final class SegmentEffects {
  private final Host host;

  SegmentEffects(Host host) {
    this.host = host;
  }

  /** Removes those segments; what failed, if anything did. */
  Optional<String> erase(List<Segment> segments) {
    for (Segment segment : segments) {
      int removed = host.calls().unlink(AT_FDCWD, Bytes.of(segment.path()));
      if (removed < 0 && removed != -Errno.ENOENT.code()) {
        return Optional.of("unlink " + segment.path() + ": " + Errno.of(removed));
      }
    }
    return Optional.empty();
  }
}
