package inuse.core.io;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_PATH;
import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.kernel.abi.Constants.S_IFLNK;

import inuse.core.evidence.Untrusted;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Opens a directory in which something is to be changed, one name after the other, as openat2(2)
 * with RESOLVE_NO_SYMLINKS would, except that links of root and of this user are followed, and
 * those of the user whose directory they lead to. Another user's link could lead to anything, and
 * elsewhere at the next look.
 */
public final class DirectoryPath {
  /** As many links as the kernel follows (path_resolution(7)). */
  private static final int MAX_LINKS = 40;

  private static final int MAX_LINK_BYTES = 4095;

  private final SystemCalls calls;
  private final Deque<String> names = new ArrayDeque<>();
  private final Set<Long> linkOwners = new HashSet<>();
  private int links;

  private DirectoryPath(SystemCalls calls) {
    this.calls = calls;
  }

  /**
   * Opens it with O_PATH.
   *
   * @return a descriptor that the caller closes, or a negated errno: ELOOP for a link that is not
   *     followed
   */
  public static int open(SystemCalls calls, Untrusted path) {
    DirectoryPath walk = new DirectoryPath(calls);
    walk.push(path.bytes());
    int fd = walk.directory(AT_FDCWD, path.bytes().startsWith("/") ? "/" : ".");
    while (fd >= 0 && !walk.names.isEmpty()) {
      fd = walk.step(fd, walk.names.removeFirst());
    }
    if (fd >= 0 && walk.isLedAstray(fd)) {
      calls.close(fd);
      return -Errno.ELOOP.code();
    }
    return fd;
  }

  /** The next descriptor; the former is closed. */
  private int step(int directory, String name) {
    if (name.isEmpty() || name.equals(".")) {
      return directory;
    }
    int next = open(directory, name, calls.architecture().noFollow());
    int result = next < 0 ? next : entered(directory, name, next);
    if (next >= 0 && result != next) {
      calls.close(next);
    }
    if (result != directory) {
      calls.close(directory);
    }
    return result;
  }

  private int entered(int directory, String name, int next) {
    return switch (FileStatus.of(calls, next)) {
      case CallResult.Failed<FileStatus>(var why) -> -why.errno().code();
      case CallResult.Ok<FileStatus>(FileStatus status) ->
          switch (status.kind()) {
            case S_IFDIR -> next;
            case S_IFLNK -> follow(directory, name, next, status);
            default -> -Errno.ENOTDIR.code();
          };
    };
  }

  /** The directory from which the names of an open link lead on. */
  private int follow(int directory, String name, int link, FileStatus status) {
    linkOwners.add(status.uid());
    links++;
    if (links > MAX_LINKS) {
      return -Errno.ELOOP.code();
    }
    if (isInProc(status)) {
      // /proc/PID/root and its like have no text that leads there.
      return directory(directory, name);
    }
    byte[] target = new byte[MAX_LINK_BYTES];
    int length = calls.readLink(link, new byte[0], target);
    if (length < 0) {
      return length;
    }
    String text = Bytes.text(target, 0, length);
    push(text);
    return text.startsWith("/") ? directory(AT_FDCWD, "/") : directory;
  }

  private void push(String path) {
    for (String name : List.of(Fields.split(path, '/')).reversed()) {
      names.addFirst(name);
    }
  }

  private boolean isInProc(FileStatus status) {
    return FileStatus.read(calls, Bytes.of("/proc/self"))
            instanceof CallResult.Ok<FileStatus>(var proc)
        && proc.major() == status.major()
        && proc.minor() == status.minor();
  }

  private boolean isLedAstray(int fd) {
    linkOwners.remove(0L);
    linkOwners.remove(calls.getEffectiveUid());
    if (FileStatus.of(calls, fd) instanceof CallResult.Ok<FileStatus>(FileStatus status)) {
      linkOwners.remove(status.uid());
    }
    return !linkOwners.isEmpty();
  }

  private int directory(int from, String name) {
    return open(from, name, calls.architecture().directoryOnly());
  }

  private int open(int from, String name, int flags) {
    return calls.open(from, Bytes.of(name), O_PATH | O_CLOEXEC | flags);
  }
}
