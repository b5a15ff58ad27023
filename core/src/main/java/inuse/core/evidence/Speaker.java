package inuse.core.evidence;

import java.util.Optional;

/**
 * Whose word it is what is said about a process. The kernel and root are one speaker: what only
 * root can have made is as good as what the kernel says.
 */
@SuppressWarnings("ClassInitializationDeadlock") // an interface is not initialised with its records
public sealed interface Speaker {
  /** The kernel, or what only root can have made. */
  Speaker ROOT = new User(Uid.ROOT);

  /** Not known, or several users at once. */
  Speaker ANYBODY = new Anybody();

  /** A user: what its processes say, and what it may write or name. */
  record User(Uid user) implements Speaker {}

  /** Somebody whose word nobody acts on. */
  record Anybody() implements Speaker {}

  static Speaker of(Uid uid) {
    return new User(uid);
  }

  /** The user; empty where it is not one. */
  default Optional<Uid> uid() {
    return switch (this) {
      case User(Uid user) -> Optional.of(user);
      case Anybody anybody -> Optional.empty();
    };
  }
}
