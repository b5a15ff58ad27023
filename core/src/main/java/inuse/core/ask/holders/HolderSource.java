package inuse.core.ask.holders;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.io.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The source that tells which processes have which sockets open. */
public interface HolderSource {
  /**
   * Finds every descriptor of the wanted sockets; what was not searched by the deadline is a gap.
   */
  Found find(Set<Inode> wanted, Deadline deadline);

  /**
   * The same of a busy port. Where it costs nothing more, its other sockets are told, too, as
   * {@link Found#others}.
   */
  default Found find(Set<Inode> wanted, Port busy, Deadline deadline) {
    return find(wanted, deadline);
  }

  /**
   * The sockets found.
   *
   * @param byPid what /proc/PID/fd lists of them, by pid
   * @param threads those that a thread has in a table of its own, or when its process's first
   *     thread has ended; only some ways of searching see them
   * @param gaps what was not searched
   * @param others what else the same processes have, where the search saw it; of a busy port
   *     perhaps its sockets alone
   */
  record Found(
      Map<Pid, List<Holder.OpenSocket>> byPid,
      Map<Pid, List<Holder.Reference>> threads,
      List<Gap> gaps,
      How how,
      Optional<OtherFiles> others) {
    /** What a search found that sees nothing else. */
    Found(
        Map<Pid, List<Holder.OpenSocket>> byPid,
        Map<Pid, List<Holder.Reference>> threads,
        List<Gap> gaps,
        How how) {
      this(byPid, threads, gaps, how, Optional.empty());
    }

    /** What the search of /proc found. */
    Found(Map<Pid, List<Holder.OpenSocket>> byPid, List<Gap> gaps) {
      this(byPid, new TreeMap<>(), gaps, How.BY_PROC);
    }

    /** The processes that have each socket open. */
    public Map<Inode, List<Pid>> byInode() {
      Map<Inode, List<Pid>> byInode = new HashMap<>();
      byPid.forEach((pid, open) -> {
        for (Holder.OpenSocket one : open) {
          List<Pid> its = byInode.computeIfAbsent(one.inode(), any -> new ArrayList<>(1));
          if (its.isEmpty() || !its.getLast().equals(pid)) {
            its.add(pid);
          }
        }
      });
      return byInode;
    }

    /** Whether every one of them is open in some process. */
    boolean hasAll(Set<Inode> wanted) {
      Set<Inode> left = new HashSet<>(wanted);
      byPid.values().forEach(all -> all.forEach(one -> left.remove(one.inode())));
      return left.isEmpty();
    }

    /** The same, after quicker ways were refused. */
    Found after(List<String> refused) {
      return new Found(byPid, threads, gaps, new How(how.way, refused, how.more), others);
    }
  }

  /**
   * How it was searched.
   *
   * @param refused the quicker ways that could not be gone, and why
   * @param more how many references to a socket's open file the kernel counts beyond its
   *     descriptors, where they could be counted; negative where they changed meanwhile
   */
  record How(HolderSearch.Way way, List<String> refused, Map<Inode, Integer> more) {
    static final How BY_PROC = new How(HolderSearch.Way.PROC, List.of(), new HashMap<>());

    public How {
      refused = List.copyOf(refused);
      // Not Map.copyOf: in the executable, a lookup in an empty copy divides by zero.
      more = new HashMap<>(more);
    }
  }
}
