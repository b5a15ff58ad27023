package inuse.core.ask;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_NONBLOCK;
import static inuse.kernel.abi.Constants.O_PATH;
import static inuse.kernel.abi.Constants.O_RDONLY;
import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.kernel.abi.Constants.S_IFREG;

import inuse.core.evidence.Directory;
import inuse.core.evidence.Holder;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Workplace;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.Unparsable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds where processes work: from a working directory upwards in the process's own mount
 * namespace, where a path of ours means nothing.
 */
@SuppressWarnings("exports") // made by Inuse
public final class WorkplaceSearch {
  /** More levels than a path has names. */
  private static final int MAX_LEVELS = 2048;

  /** A reference of git(1), or the place of its directory. */
  private static final int MAX_GIT_BYTES = 4096;

  private static final String GIT = ".git";
  private static final String BRANCH = "ref: refs/heads/";
  private static final String PLACE = "gitdir: ";
  private static final int COMMIT = 40;
  private static final int SHORT_COMMIT = 7;

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
      ProcessIdentity process = holder.identity();
      if (walk(process.pid().toString(), (fd, place) -> place.equals(directory))
          && isStill(process)) {
        found.add(process);
      }
    }
    return found;
  }

  /** The workplaces of these, as far as they may be seen. */
  public Map<ProcessIdentity, Workplace> of(List<Holder> holders) {
    Map<ProcessIdentity, Workplace> found = new LinkedHashMap<>();
    // A TreeMap: the holders choose the keys.
    Map<String, Optional<Workplace>> known = new TreeMap<>();
    for (Holder holder : holders) {
      if (holder.workingDirectory() instanceof Reading.Known<Untrusted>(Untrusted directory)
          && !found.containsKey(holder.identity())) {
        String place = mounts(holder) + " " + directory.bytes();
        Optional<Workplace> its = known.get(place);
        if (its == null) {
          its = Optional.of(look(holder.pid().toString(), directory));
          known.put(place, its);
        }
        its.ifPresent(one -> found.put(holder.identity(), one));
      }
    }
    return found;
  }

  /** Where this process works. */
  public Optional<Workplace> own() {
    return proc.link("/proc/self/cwd") instanceof CallResult.Ok<String>(String directory)
        ? Optional.of(look("self", new Untrusted(directory)))
        : Optional.empty();
  }

  /** Its mount namespace; itself where that may not be seen. */
  private String mounts(Holder holder) {
    return proc.link("/proc/" + holder.pid() + "/ns/mnt")
            instanceof CallResult.Ok<String>(String namespace)
        ? namespace
        : holder.pid().toString();
  }

  private Workplace look(String pid, Untrusted directory) {
    boolean removed = isRemoved(pid, directory);
    String path = removed ? directory.withoutDeleted().bytes() : directory.bytes();
    Project project = new Project(pid, path);
    boolean found = walk(pid, project);
    return new Workplace(
        new Untrusted(path),
        removed,
        found ? Optional.of(new Untrusted(project.path)) : Optional.empty(),
        project.branch);
  }

  /** Whether the kernel's mark of a removed directory is that, and not how it is called. */
  private boolean isRemoved(String pid, Untrusted directory) {
    if (directory.withoutDeleted().equals(directory)) {
      return false;
    }
    String process = "/proc/" + pid;
    boolean still =
        FileStatus.follow(calls, Bytes.of(process + "/cwd"))
                instanceof CallResult.Ok<FileStatus>(FileStatus its)
            && FileStatus.follow(calls, Bytes.of(process + "/root" + directory.bytes()))
                instanceof CallResult.Ok<FileStatus>(FileStatus named)
            && named.isSameFile(its);
    return !still;
  }

  /** What is done with each directory from a working directory upwards; true ends the walk. */
  private interface Level {
    boolean test(int fd, Directory place);
  }

  /** Looks for the nearest directory with a {@code .git}. */
  private final class Project implements Level {
    private final String pid;
    private String path;
    private boolean above;
    private Optional<Untrusted> branch = Optional.empty();

    Project(String pid, String path) {
      this.pid = pid;
      this.path = path;
    }

    @Override
    public boolean test(int fd, Directory place) {
      if (above) {
        path = path.substring(0, Math.max(path.lastIndexOf('/'), 0));
      }
      above = true;
      if (!(FileStatus.in(calls, fd, Bytes.of(GIT))
          instanceof CallResult.Ok<FileStatus>(FileStatus git))) {
        return false;
      }
      if (git.kind() == S_IFDIR) {
        branch = read(fd, GIT + "/HEAD").flatMap(WorkplaceSearch::branch);
      } else if (git.kind() == S_IFREG) {
        // The file of a worktree leads to its own part of the repository.
        branch =
            read(fd, GIT)
                .filter(text -> text.startsWith(PLACE))
                .map(text -> text.substring(PLACE.length()).trim())
                .flatMap(text ->
                    text.startsWith("/")
                        ? read(AT_FDCWD, "/proc/" + pid + "/root" + text + "/HEAD")
                        : read(fd, text + "/HEAD"))
                .flatMap(WorkplaceSearch::branch);
      }
      path = path.isEmpty() ? "/" : path;
      return true;
    }
  }

  private static Optional<Untrusted> branch(String head) {
    String text = head.trim();
    if (text.startsWith(BRANCH)) {
      return Optional.of(new Untrusted(text.substring(BRANCH.length())));
    }
    return text.length() == COMMIT && Untrusted.isPlain(text, "")
        ? Optional.of(new Untrusted(text.substring(0, SHORT_COMMIT)))
        : Optional.empty();
  }

  /** A small file, which may be anybody's: no link is followed, and no pipe waited for. */
  private Optional<String> read(int directory, String path) {
    int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | calls.architecture().noFollow();
    int fd = calls.open(directory, Bytes.of(path), flags);
    if (fd < 0) {
      return Optional.empty();
    }
    try {
      boolean file =
          FileStatus.of(calls, fd) instanceof CallResult.Ok<FileStatus>(FileStatus status)
              && status.kind() == S_IFREG;
      byte[] bytes = new byte[MAX_GIT_BYTES];
      int count = file ? calls.read(fd, bytes) : -1;
      return count < 0 ? Optional.empty() : Optional.of(Bytes.text(bytes, 0, count));
    } finally {
      calls.close(fd);
    }
  }

  /** Whether the walk was ended by one of the levels. */
  private boolean walk(String pid, Level level) {
    int fd = open(AT_FDCWD, "/proc/" + pid + "/cwd");
    boolean found = false;
    Optional<Directory> place = fd < 0 ? Optional.empty() : host.directory(fd);
    for (int i = 0; i < MAX_LEVELS && place.isPresent() && !found; i++) {
      found = level.test(fd, place.get());
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
    return found;
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
