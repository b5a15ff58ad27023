package inuse.core.fix;

import inuse.core.evidence.Container;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import java.util.Optional;

/** Containers that may be acted on. */
final class Vouched {
  private Vouched() {}

  /** A container on that user's word, which the user may act on. */
  static Statement.Trusted<Container> by(Uid user, Container container) {
    return new Statement<>(container, Speaker.of(user))
        .trusted(user, Optional.empty())
        .orElseThrow();
  }
}
