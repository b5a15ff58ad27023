package inuse.core.evidence;

import java.util.ArrayList;
import java.util.List;

/** A sentence in which other processes' words are kept apart from ours. */
public record Phrase(List<Part> parts) {
  /** A piece of a sentence. */
  public sealed interface Part {
    /** Our own words. */
    record Ours(String text) implements Part {}

    /** Another process's words, to be escaped. */
    record Theirs(Untrusted text) implements Part {}

    /** The option for that choice. */
    record Option(InuseCommand.Choice choice) implements Part {}

    /** A command that a user can run. */
    record Line(InuseCommand command) implements Part {}
  }

  public Phrase {
    parts = List.copyOf(parts);
  }

  /** A sentence of our own words only. */
  public static Phrase of(String text) {
    return new Phrase(List.of(new Part.Ours(text)));
  }

  /** Another process's words only. */
  public static Phrase of(Untrusted text) {
    return new Phrase(List.of(new Part.Theirs(text)));
  }

  /** Only a command line of inuse. */
  public static Phrase of(InuseCommand command) {
    return new Phrase(List.of(new Part.Line(command)));
  }

  /** Only the option for a choice. */
  public static Phrase of(InuseCommand.Choice choice) {
    return new Phrase(List.of(new Part.Option(choice)));
  }

  /** This phrase followed by another. */
  public Phrase then(Phrase more) {
    List<Part> all = new ArrayList<>(parts);
    all.addAll(more.parts);
    return new Phrase(all);
  }

  /** This phrase followed by our words. */
  public Phrase then(String more) {
    return then(of(more));
  }

  /** This phrase followed by a command that a user can run. */
  public Phrase then(InuseCommand command) {
    return then(of(command));
  }

  /** This phrase followed by the option for a choice. */
  public Phrase then(InuseCommand.Choice choice) {
    return then(of(choice));
  }

  /** This phrase followed by another process's words. */
  public Phrase then(Untrusted more) {
    return then(of(more));
  }
}
