package inuse.core.tune;

import inuse.core.evidence.Phrase;
import java.util.List;
import java.util.Optional;

/** A plan to change settings, or why there is none. */
public sealed interface TunePlan {
  /** There is nothing to do. */
  record Nothing(Phrase why) implements TunePlan {}

  /** The request is invalid: the kernel would refuse it. */
  record Wrong(String problem, Phrase instead) implements TunePlan {}

  /**
   * Changes, in an order in which the kernel accepts each of them.
   *
   * @param file the change of our file; empty where only the running kernel is changed
   * @param warnings what the user should know before
   */
  record Changes(List<Write> writes, Optional<FileChange> file, List<Phrase> warnings)
      implements TunePlan {
    public Changes {
      writes = List.copyOf(writes);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * One setting's change.
   *
   * @param before the kernel's text, byte for byte
   * @param after as we write it
   */
  record Write(Setting setting, String before, String after) {
    /** Whether the kernel already has that value, and only the file lacks it. */
    boolean isDone() {
      return setting.canonical(before).equals(after);
    }
  }

  /** Our file before and after; there may be none before. */
  record FileChange(Optional<String> before, String after) {
    /** The new content. */
    public FileText text() {
      return new FileText(Optional.of(after));
    }
  }

  /**
   * The content of our file, present or planned; empty where there is no file, or it is to be
   * removed.
   */
  record FileText(Optional<String> content) {}
}
