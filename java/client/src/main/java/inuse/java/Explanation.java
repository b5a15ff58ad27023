package inuse.java;

import java.util.Optional;

/**
 * What is known about a failure.
 *
 * @param kind how far it came
 * @param target the address that was refused; empty where the failure does not name it
 * @param diagnosis what holds that address; present where the kind is {@link Kind#EXPLAINED}
 * @param text for people, in one or more lines, whatever the kind is: names and pids, no command
 *     lines
 */
public record Explanation(
    Kind kind, Optional<String> target, Optional<Diagnosis> diagnosis, String text) {
  /** How far an explanation came. */
  public enum Kind {
    /** The address was found and asked about. */
    EXPLAINED,
    /** A bind was refused, and nothing in the failure says which port. */
    NO_PORT,
    /** Nothing in the failure says that a bind was refused. */
    NOT_A_REFUSED_BIND,
    /** The address was found, and could not be asked about; the text says why. */
    NOT_ANSWERED
  }
}
