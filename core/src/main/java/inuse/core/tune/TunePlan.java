package inuse.core.tune;

import inuse.core.evidence.Phrase;
import java.util.List;
import java.util.Optional;

/** What would be done, or why nothing would be. */
public sealed interface TunePlan {
  /** There is nothing to do. */
  record Nothing(Phrase why) implements TunePlan {}

  /** It makes no sense: the kernel would refuse it. */
  record Wrong(String problem, String instead) implements TunePlan {}

  /**
   * Changes, in an order in which the kernel takes each of them.
   *
   * @param file what becomes of our file; nothing where the run time alone is changed
   * @param warnings what has to be known before
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
   * @param before what the kernel told, byte for byte
   * @param after as we write it
   */
  record Write(Setting setting, String before, String after) {
    /** Whether the kernel has it so already, and only the file lacks it. */
    boolean isDone() {
      return setting.canonical(before).equals(after);
    }
  }

  /** Our file before and after; there may be none before. */
  record FileChange(Optional<String> before, String after) {
    /** What it is to hold. */
    public FileText text() {
      return new FileText(Optional.of(after));
    }
  }

  /** What our file holds, or is to hold; nothing where there is none, or where it is to go. */
  record FileText(Optional<String> content) {}
}
