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

  /** This, and then somebody else's. */
  public Phrase then(Untrusted more) {
    return then(of(more));
  }
}
