package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.kernel.abi.Constants.S_IFREG;
import static java.util.Objects.requireNonNull;

import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeKernel;
import java.util.HashMap;
import java.util.Map;

/** Files with owners, and processes that run them, on a fake kernel. */
public final class Planted {
  /** A group of cgroup v2 is below that mount. */
  public static final String CGROUPS = "/sys/fs/cgroup";

  private static final int DIRECTORY = S_IFDIR | 0755;

  private final FakeKernel kernel;
  private final Map<String, FileStatus> statuses = new HashMap<>();
  private long inode = 1000;

  public Planted(FakeKernel kernel) {
    this.kernel = kernel;
    place("/", 0, DIRECTORY);
    kernel
        .file("/proc/self/mountinfo", "30 20 0:26 / " + CGROUPS + " rw - cgroup2 cgroup2 rw\n")
        .link("/proc/self/ns/mnt", "mnt:[1]");
    directory(CGROUPS, 0);
  }

  private Planted place(String path, long uid, int mode) {
    FileStatus status = new FileStatus(mode, uid, inode++, 8, 1);
    statuses.put(path, status);
    kernel.status(path, status);
    return this;
  }

  private void above(String path) {
    for (int at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
      String directory = path.substring(0, at);
      if (!statuses.containsKey(directory)) {
        place(directory, 0, DIRECTORY);
      }
    }
  }

  /** A file that anybody may run, below directories of root's where there are none yet. */
  public Planted program(String path, long uid) {
    return file(path, uid, 0755);
  }

  /** A file with these permissions. */
  public Planted file(String path, long uid, int permissions) {
    above(path);
    return place(path, uid, S_IFREG | permissions);
  }

  /** A directory. */
  public Planted directory(String path, long uid) {
    return directory(path, uid, 0755);
  }

  /** A directory with these permissions. */
  public Planted directory(String path, long uid, int permissions) {
    above(path);
    return place(path, uid, S_IFDIR | permissions);
  }

  /** Groups of cgroup v2 below one that a user owns, all that user's. */
  public Planted delegated(String group, long uid) {
    return directory(CGROUPS + group, uid);
  }

  /** A process that runs a file that is there, as a user. */
  public Planted process(int pid, long uid, String path) {
    return process(pid, uid + "\t" + uid + "\t" + uid + "\t" + uid, path);
  }

  /** A process that any user may have started as root: the real user stays. */
  public Planted setUserId(int pid, long real, String path) {
    return process(pid, real + "\t0\t0\t0", path);
  }

  private Planted process(int pid, String uids, String path) {
    String directory = "/proc/" + pid;
    kernel
        .file(directory + "/stat", pid + " (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 0 0\n")
        .file(directory + "/status", "Name:\tx\nTgid:\t" + pid + "\nUid:\t" + uids + "\n")
        .link(directory + "/exe", path)
        .link(directory + "/ns/mnt", "mnt:[1]");
    return seenAs(directory + "/exe", path);
  }

  /** The file of a process in /proc leads to that one. */
  public Planted seenAs(String link, String path) {
    kernel.status(link, requireNonNull(statuses.get(path)));
    return this;
  }

  /** The process works in that directory. */
  public Planted worksIn(int pid, String directory) {
    kernel.link("/proc/" + pid + "/cwd", directory);
    return seenAs("/proc/" + pid + "/cwd", directory);
  }

  /** The process was given these words. */
  public Planted said(int pid, String... words) {
    kernel.file("/proc/" + pid + "/cmdline", String.join("\0", words) + "\0");
    return this;
  }

  /** The process is in that group of cgroup v2. */
  public Planted in(int pid, String group) {
    kernel.file("/proc/" + pid + "/cgroup", "0::" + group + "\n");
    return this;
  }
}
