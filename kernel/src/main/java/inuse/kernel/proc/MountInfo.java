package inuse.kernel.proc;

import inuse.kernel.CallResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Network namespaces that a bind mount of nsfs keeps alive, as {@code ip netns add}, Docker and CNI
 * make them; from /proc/self/mountinfo (proc_pid_mountinfo(5)).
 */
public final class MountInfo {
  private MountInfo() {}

  /**
   * One bind mount.
   *
   * @param inode of the namespace
   * @param path where it is mounted
   */
  public record Mount(long inode, String path) {}

  /** The mounts that this process sees. */
  public static CallResult<List<Mount>> read(Proc proc) {
    return switch (proc.text("/proc/self/mountinfo")) {
      case CallResult.Failed<String>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<String>(String text) -> new CallResult.Ok<>(parse(text));
    };
  }

  /** The root of such a mount is {@code net:[4026532184]}, in the fourth field. */
  public static List<Mount> parse(String mountInfo) {
    List<Mount> mounts = new ArrayList<>();
    int from = 0;
    while (from < mountInfo.length()) {
      int end = mountInfo.indexOf('\n', from);
      end = end < 0 ? mountInfo.length() : end;
      int root = mountInfo.indexOf(" net:[", from);
      if (root < 0) {
        break;
      }
      if (root < end) {
        String[] fields = Fields.split(mountInfo.substring(from, end), ' ', 6);
        long inode = fields.length > 5 ? ProcessFiles.namespaceInode(fields[3]) : 0;
        if (inode > 0) {
          mounts.add(new Mount(inode, fields[4]));
        }
      }
      from = end + 1;
    }
    return mounts;
  }
}
