package inuse.core.ask.holders;

import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Port;
import inuse.kernel.bpf.Assembler;
import inuse.kernel.bpf.Bpf;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A program of {@link HolderTables} for some sockets, or all of a port. */
final class HolderProgram {
  /** Instructions grow with each; beyond it every socket is told, and chosen from here. */
  static final int MOST_INODES = 64;

  /** Functions of the kernel that the programs call by the ids of their types. */
  static final List<String> CALLED =
      List.of("bpf_rdonly_cast", "bpf_iter_num_new", "bpf_iter_num_next", "bpf_iter_num_destroy");

  /** Members of the kernel's structures that the tables name. */
  static final Map<String, List<String>> MEMBERS =
      Map.of(
          "task_struct",
          List.of("tgid", "pid", "files", "group_leader", "thread_pid"),
          "file",
          List.of("f_op", "f_inode", "f_ref", "f_count"),
          "inode",
          List.of("i_ino"),
          "socket",
          List.of("sk"),
          "files_struct",
          List.of("fdt"),
          "fdtable",
          List.of("max_fds", "fd"),
          "pid",
          List.of("level", "numbers"),
          "list_head",
          List.of());

  private final String table;

  /**
   * The program of that kind.
   *
   * @param sockets what is wanted: where the inodes are too many, every socket is told
   */
  HolderProgram(Kind kind, Sockets sockets, boolean childNamespace) {
    Set<Long> inodes = sockets.inodes();
    boolean all = inodes.size() > MOST_INODES || sockets.port().isPresent();
    List<Long> named = all ? List.of() : inodes.stream().sorted().toList();
    String numbers = childNamespace ? HolderTables.NUMBERS_IN_A_CHILD : HolderTables.NUMBERS;
    table =
        switch (kind) {
          case TASK_FILE ->
              HolderTables.FILES
                  + (sockets.port().isPresent() ? HolderTables.FILE_HAS_PORT : "")
                  + HolderTables.FILE_INODE
                  + wanted(named, "OUT")
                  + HolderTables.FILE_IS_WANTED
                  + numbers
                  + HolderTables.WRITE
                  + HolderTables.END;
          case TASK ->
              HolderTables.TASKS
                  + wanted(named, "LOOP")
                  + HolderTables.SLOT_IS_WANTED
                  + numbers
                  + HolderTables.WRITE
                  + HolderTables.TABLE_ENDS
                  + numbers
                  + HolderTables.WRITE
                  + HolderTables.END;
        };
  }

  /**
   * The sockets that a program tells of.
   *
   * @param port where it is known, all sockets of it, whatever their inodes: only by the iterator
   *     over files
   */
  record Sockets(Set<Long> inodes, Optional<Port> port) {
    static Sockets of(Set<Inode> wanted, Optional<Port> port) {
      Set<Long> inodes = new HashSet<>();
      wanted.forEach(one -> inodes.add(one.number()));
      return new Sockets(inodes, port);
    }
  }

  /** Which of the kernel's iterators calls the program. */
  enum Kind {
    /** For each task; the program walks its table. */
    TASK("bpf_iter_task", 0, HolderSearch.Way.BPF_TASK),
    /** For each open file, to which the iterator itself has a reference meanwhile. */
    TASK_FILE("bpf_iter_task_file", 1, HolderSearch.Way.BPF_TASK_FILE);

    private final String iterator;
    private final int referencesOfItsOwn;
    private final HolderSearch.Way way;

    Kind(String iterator, int referencesOfItsOwn, HolderSearch.Way way) {
      this.iterator = iterator;
      this.referencesOfItsOwn = referencesOfItsOwn;
      this.way = way;
    }

    HolderSearch.Way way() {
      return way;
    }

    /**
     * Whether it can tell of so many sockets. Of one task the kernel collects 32 KB, and a server
     * with thousands of connections is one task.
     */
    boolean tells(int sockets, Optional<Port> busy) {
      return this == TASK_FILE || (sockets <= MOST_INODES && busy.isEmpty());
    }

    /** What is asked for: a port only of the iterator that tells of so many. */
    Sockets sockets(Set<Inode> wanted, Optional<Port> busy) {
      return Sockets.of(wanted, busy.filter(any -> this == TASK_FILE));
    }

    /** The function to which the program is put. */
    String iterator() {
      return iterator;
    }

    int referencesOfItsOwn() {
      return referencesOfItsOwn;
    }
  }

  /** The instructions, with what each means. */
  String table() {
    return table;
  }

  /** Compares r1, 32 bits wide, as inodes of sockets are. Where none is named, all are wanted. */
  private static String wanted(List<Long> inodes, String otherwise) {
    if (inodes.isEmpty()) {
      return "";
    }
    StringBuilder lines = new StringBuilder();
    for (long inode : inodes) {
      int number = (int) inode;
      lines.append("16 1 0 FOUND ").append(number);
      lines.append(" | if w1 == ").append(number).append(" goto FOUND\n");
    }
    lines.append("05 0 0 ").append(otherwise).append(" 0 | goto ").append(otherwise);
    return lines.append('\n').toString();
  }

  /** Names of the table for which there is no number. */
  List<String> missing(Map<String, Integer> symbols) {
    return new Assembler(symbols).unknown(table);
  }

  /** The program for the kernel. */
  Bpf.Program assembled(Map<String, Integer> symbols, int attachTo) {
    return new Bpf.Program(new Assembler(symbols).assemble(table), HolderTables.LICENCE, attachTo);
  }
}
