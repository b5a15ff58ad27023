package inuse.core.ask.holders;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.io.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The source that tells which processes have which sockets open. */
public interface HolderSource {
  /**
   * Finds every descriptor of the wanted sockets; what was not searched by the deadline is a gap.
   */
  Found find(Set<Inode> wanted, Deadline deadline);

  /** The sockets found, by pid, and what was not searched. */
  record Found(Map<Pid, List<Holder.OpenSocket>> byPid, List<Gap> gaps) {
    /** The processes that have that socket open. */
    public List<Pid> pids(BoundSocket socket) {
      List<Pid> pids = new ArrayList<>();
      byPid.forEach((pid, open) -> {
        for (Holder.OpenSocket one : open) {
          if (socket.inode().isPresent() && one.inode().equals(socket.inode().get())) {
            pids.add(pid);
            break;
          }
        }
      });
      return pids;
    }
  }
}
