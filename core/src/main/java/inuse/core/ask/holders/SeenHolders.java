package inuse.core.ask.holders;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Via;
import inuse.core.io.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a program in the kernel saw, as holders: of each process its own table, and its threads'.
 */
final class SeenHolders {
  private final KernelSearch.Seen seen;
  private final Map<Integer, List<SeenFile>> byProcess = new TreeMap<>();

  SeenHolders(KernelSearch.Seen seen) {
    this.seen = seen;
    for (SeenFile file : seen.files()) {
      // A process that is being reaped has no number any more.
      if (file.process() > 0) {
        byProcess.computeIfAbsent(file.process(), one -> new ArrayList<>()).add(file);
      }
    }
  }

  /** The holders, after quicker ways were refused. */
  HolderSource.Found found(
      Set<Inode> wanted, HolderProgram.Kind kind, Deadline deadline, List<String> refused) {
    FoundHolders found = new FoundHolders(wanted, deadline);
    Map<Pid, List<Holder.Reference>> threads = new TreeMap<>();
    byProcess.forEach((process, files) -> {
      found.begin();
      Set<Long> inThreads = new HashSet<>();
      for (SeenFile file : files) {
        if (file.thread() != process) {
          inThreads.add(file.inode());
        } else {
          found.socket(file.fd(), file.inode());
        }
      }
      found.end(new Pid(process));
      found
          .byPid()
          .getOrDefault(new Pid(process), List.of())
          .forEach(one -> inThreads.remove(one.inode().number()));
      if (!inThreads.isEmpty()) {
        threads.put(
            new Pid(process),
            inThreads.stream()
                .sorted()
                .map(inode -> new Holder.Reference(new Inode(inode), Via.THREAD_TABLE, true))
                .toList());
      }
    });
    List<Gap> gaps = new ArrayList<>();
    found.leftOut().ifPresent(gaps::add);
    return new HolderSource.Found(
        found.byPid(),
        threads,
        gaps,
        new HolderSource.How(kind.way(), refused, more()),
        seen.others());
  }

  /**
   * Sockets in a table that several processes share. Each of their threads has a reference of its
   * own while it waits in a call, as threads of one process have.
   */
  private Set<Inode> inSharedTables() {
    Map<Long, Integer> owners = new HashMap<>();
    Set<Long> shared = new HashSet<>();
    byProcess.forEach((process, files) ->
        files.forEach(file -> {
          Integer before = owners.put(file.table(), process);
          if (before != null && !before.equals(process)) {
            shared.add(file.table());
          }
        }));
    Set<Inode> inodes = new HashSet<>();
    byProcess
        .values()
        .forEach(files ->
            files.stream()
                .filter(file -> shared.contains(file.table()))
                .forEach(file -> inodes.add(new Inode(file.inode()))));
    return inodes;
  }

  /** How many references to each socket's open file are no descriptors that were seen. */
  private Map<Inode, Integer> more() {
    // Processes may share a table, and live threads of a dead first one do.
    record Place(long table, int fd) {}

    Map<Inode, Set<Place>> places = new HashMap<>();
    Map<Inode, Long> counted = new HashMap<>();
    byProcess
        .values()
        .forEach(files ->
            files.forEach(file -> {
              Inode inode = new Inode(file.inode());
              places
                  .computeIfAbsent(inode, one -> new HashSet<>())
                  .add(new Place(file.table(), file.fd()));
              counted.put(inode, seen.references(file));
            }));
    Map<Inode, Integer> more = new HashMap<>();
    counted.keySet().removeAll(inSharedTables());
    counted.forEach((inode, count) -> {
      int seen = places.getOrDefault(inode, Set.of()).size();
      more.put(inode, (int) Math.max(-1, Math.min(Integer.MAX_VALUE, count - seen)));
    });
    return more;
  }
}
