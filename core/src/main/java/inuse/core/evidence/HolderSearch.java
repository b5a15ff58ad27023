package inuse.core.evidence;

import java.util.List;

/**
 * How the holders were searched for, and what is known of those that may have been missed.
 *
 * @param way how it was searched
 * @param refused the quicker ways that could not be gone, each with why
 * @param complete whether every table of descriptors that can be seen from here was read
 * @param hidden how many more references to the sockets the kernel counts than are accounted for:
 *     zero proves that nobody was missed
 */
public record HolderSearch(
    Way way, List<String> refused, boolean complete, Reading<Integer> hidden) {
  /** There was nothing to search for. */
  public static final HolderSearch NOT_NEEDED =
      new HolderSearch(Way.PROC, List.of(), true, Reading.unknown(Reading.Why.NOT_ASKED));

  public HolderSearch {
    refused = List.copyOf(refused);
  }

  /** The ways to search. */
  public enum Way {
    /** The links of /proc/PID/fd. */
    PROC("proc"),
    /** The same, but for tables that have much in common: they are compared by kcmp(2). */
    KCMP("kcmp"),
    /** A program in the kernel that walks every table of descriptors (iterator task). */
    BPF_TASK("bpf-task"),
    /** A program in the kernel that is called for every open file (iterator task_file). */
    BPF_TASK_FILE("bpf-task-file");

    private final String word;

    Way(String word) {
      this.word = word;
    }

    /** The word for programs. */
    public String word() {
      return word;
    }
  }

  /** Whether nobody can have been missed. */
  public boolean isProved() {
    return hidden.is(0);
  }
}
