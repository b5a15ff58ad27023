package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.FILEID_KERNFS;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDONLY;

import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Cgroup2;
import inuse.kernel.proc.Proc;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Paths of control groups by the id that the kernel has for them, which is the inode of their
 * directory: opened by that handle with CAP_DAC_READ_SEARCH, else found by a search.
 */
public final class CgroupNames {
  /** Directories that a search looks at. */
  private static final int MAX_DIRECTORIES = 20_000;

  private static final long ROOT_ID = 1;

  private final SystemCalls calls;
  private final Proc proc;
  private final Map<Long, Reading<Untrusted>> known = new HashMap<>();
  private Optional<String> mount = Optional.empty();
  private boolean mountSought;

  public CgroupNames(Host host) {
    calls = host.calls();
    proc = host.proc();
  }

  public Reading<Untrusted> path(long id) {
    if (id == ROOT_ID) {
      return Reading.known(new Untrusted("/"));
    }
    Reading<Untrusted> path = known.get(id);
    if (path == null) {
      path = find(id);
      known.put(id, path);
    }
    return path;
  }

  private Reading<Untrusted> find(long id) {
    if (!mountSought) {
      mountSought = true;
      if (proc.text("/proc/self/mountinfo") instanceof CallResult.Ok<String>(String text)) {
        mount = Cgroup2.mountPoint(text);
      }
    }
    if (mount.isEmpty()) {
      return Reading.unknown(Reading.Why.UNSUPPORTED);
    }
    return byHandle(mount.get(), id)
        .or(() -> bySearch(mount.get(), id))
        .map(path -> Reading.known(new Untrusted(path)))
        .orElse(Reading.unknown(Reading.Why.VANISHED));
  }

  private Optional<String> byHandle(String mountPoint, long id) {
    int mountFd = proc.openDirectory(mountPoint);
    if (mountFd < 0) {
      return Optional.empty();
    }
    try {
      byte[] handle = new byte[16];
      Bytes.putInt(handle, 0, 8);
      Bytes.putInt(handle, 4, FILEID_KERNFS);
      Bytes.putLong(handle, 8, id);
      int fd = calls.openByHandle(mountFd, handle, O_RDONLY | O_CLOEXEC);
      if (fd < 0) {
        return Optional.empty();
      }
      try {
        return switch (proc.link("/proc/self/fd/" + fd)) {
          case CallResult.Ok<String>(String path) ->
              path.startsWith(mountPoint)
                  ? Optional.of(path.substring(mountPoint.length()))
                  : Optional.empty();
          case CallResult.Failed<String> failed -> Optional.empty();
        };
      } finally {
        calls.close(fd);
      }
    } finally {
      calls.close(mountFd);
    }
  }

  private Optional<String> bySearch(String mountPoint, long id) {
    Deque<String> waiting = new ArrayDeque<>(List.of(""));
    for (int seen = 0; seen < MAX_DIRECTORIES && !waiting.isEmpty(); seen++) {
      String path = waiting.removeFirst();
      if (proc.directory(mountPoint + path)
          instanceof CallResult.Ok<List<Proc.Entry>>(var entries)) {
        for (Proc.Entry entry : entries) {
          if (entry.directory() && entry.inode() == id) {
            return Optional.of(path + "/" + entry.name());
          }
          if (entry.directory()) {
            waiting.addLast(path + "/" + entry.name());
          }
        }
      }
    }
    return Optional.empty();
  }
}
