package inuse.core.ask.holders;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.io.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The source that tells which processes have which sockets open. */
public interface HolderSource {
  /**
   * Finds every descriptor of the wanted sockets; what was not searched by the deadline is a gap.
   */
  Found find(Set<Inode> wanted, Deadline deadline);

  /**
   * What was found.
   *
   * @param byPid the sockets
   * @param gaps what was not searched
   * @param others what else the same processes have, where the search saw it
   */
  record Found(
      Map<Pid, List<Holder.OpenSocket>> byPid, List<Gap> gaps, Optional<OtherFiles> others) {

    /** What was found by a source that sees nothing else. */
    public Found(Map<Pid, List<Holder.OpenSocket>> byPid, List<Gap> gaps) {
      this(byPid, gaps, Optional.empty());
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
  }
}
