package inuse.core.ask;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_PATH;

import inuse.core.evidence.Directory;
import inuse.core.evidence.Holder;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.Unparsable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the processes that work in a directory or below: from a working directory upwards in the
 * process's own mount namespace, where a path of ours means nothing.
 */
@SuppressWarnings("exports") // made by Inuse
public final class WorkplaceSearch {
  /** More levels than a path has names. */
  private static final int MAX_LEVELS = 2048;

  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;

  public WorkplaceSearch(Host host) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
  }

  /** Those that are known to work there; not those of which it may not be seen. */
  public Set<ProcessIdentity> below(Directory directory, List<Holder> holders) {
    Set<ProcessIdentity> found = new LinkedHashSet<>();
    for (Holder holder : holders) {
      if (isBelow(directory, holder.identity())) {
        found.add(holder.identity());
      }
    }
    return found;
  }

  private boolean isBelow(Directory directory, ProcessIdentity process) {
    int fd = open(AT_FDCWD, "/proc/" + process.pid() + "/cwd");
    boolean found = false;
    Optional<Directory> place = fd < 0 ? Optional.empty() : host.directory(fd);
    for (int level = 0; level < MAX_LEVELS && place.isPresent() && !found; level++) {
      found = place.get().equals(directory);
      int parent = found ? -1 : open(fd, "..");
      Optional<Directory> above = parent < 0 ? Optional.empty() : host.directory(parent);
      // The root is its own parent.
      place = above.equals(place) ? Optional.empty() : above;
      if (parent >= 0) {
        calls.close(fd);
        fd = parent;
      }
    }
    if (fd >= 0) {
      calls.close(fd);
    }
    return found && isStill(process);
  }

  /** The pid may have passed to another process before its directory was opened. */
  private boolean isStill(ProcessIdentity process) {
    try {
      return ProcessStat.read(proc, process.pid().number())
              instanceof CallResult.Ok<ProcessStat>(ProcessStat stat)
          && stat.startTicks() == process.startTicks();
    } catch (Unparsable broken) {
      return false;
    }
  }

  private int open(int from, String path) {
    int flags = O_PATH | O_CLOEXEC | calls.architecture().directoryOnly();
    return calls.open(from, Bytes.of(path), flags);
  }
}
