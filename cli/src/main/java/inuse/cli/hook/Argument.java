package inuse.cli.hook;

import java.util.List;
import java.util.Optional;

/**
 * A word as a command gets it.
 *
 * @param text with {@link #UNKNOWN} for what is known when it runs only
 * @param aim which processes it is about
 */
record Argument(String text, Optional<Aim> aim) {
  /** Stands for what another command prints. */
  static final String UNKNOWN = "\u0001";

  static List<String> texts(List<Argument> arguments) {
    return arguments.stream().map(Argument::text).toList();
  }

  /** Which processes any of them is about. */
  static Optional<Aim> aim(List<Argument> arguments) {
    return arguments.stream().map(Argument::aim).reduce(Optional.empty(), Aim::both);
  }
}
