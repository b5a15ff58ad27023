package inuse.cli.hook;

import java.util.Optional;

/**
 * What a command prints, or reads.
 *
 * @param aim which processes it is about
 * @param text the text itself where the line says it; empty where it does not
 */
record Flow(Optional<Aim> aim, String text) {
  static final Flow NOTHING = new Flow(Optional.empty(), "");

  static Flow about(Optional<Aim> aim) {
    return new Flow(aim, "");
  }
}
