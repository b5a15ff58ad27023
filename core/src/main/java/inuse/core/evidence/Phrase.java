package inuse.core.evidence;

import java.util.ArrayList;
import java.util.List;

/** A sentence in which other processes' words are kept apart from ours. */
public record Phrase(List<Part> parts) {
  /** A piece of a sentence. */
  public sealed interface Part {
    /** Our own words. */
    record Ours(String text) implements Part {}

    /** Somebody else's, to be escaped. */
    record Theirs(Untrusted text) implements Part {}

    /** How a user makes that choice. */
    record Option(InuseCommand.Choice choice) implements Part {}

    /** What a user can run. */
    record Line(InuseCommand command) implements Part {}
  }

  public Phrase {
    parts = List.copyOf(parts);
  }

  /** A sentence without anybody else's words. */
  public static Phrase of(String text) {
    return new Phrase(List.of(new Part.Ours(text)));
  }

  /** Somebody else's word alone. */
  public static Phrase of(Untrusted text) {
    return new Phrase(List.of(new Part.Theirs(text)));
  }

  /** A line of inuse alone. */
  public static Phrase of(InuseCommand command) {
    return new Phrase(List.of(new Part.Line(command)));
  }

  /** The name of a choice alone. */
  public static Phrase of(InuseCommand.Choice choice) {
    return new Phrase(List.of(new Part.Option(choice)));
  }

  /** This, and then that. */
  public Phrase then(Phrase more) {
    List<Part> all = new ArrayList<>(parts);
    all.addAll(more.parts);
    return new Phrase(all);
  }

  /** This, and then our words. */
  public Phrase then(String more) {
    return then(of(more));
  }

  /** This, and then what a user can run. */
  public Phrase then(InuseCommand command) {
    return then(of(command));
  }

  /** This, and then how a user makes that choice. */
  public Phrase then(InuseCommand.Choice choice) {
    return then(of(choice));
  }

  /** This, and then somebody else's. */
  public Phrase then(Untrusted more) {
    return then(of(more));
  }
}
