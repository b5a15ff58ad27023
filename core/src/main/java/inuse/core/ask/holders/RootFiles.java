package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.kernel.abi.Constants.S_IFLNK;
import static inuse.kernel.abi.Constants.S_ISVTX;

import inuse.core.evidence.Uid;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import java.util.Optional;

/** Files and directories that nobody but root can change, replace or rename. */
public final class RootFiles {
  /** S_IWGRP and S_IWOTH (inode(7)). */
  static final int OTHERS_MAY_WRITE = 022;

  private final SystemCalls calls;
  private final UserNames users;

  public RootFiles(SystemCalls calls, UserNames users) {
    this.calls = calls;
    this.users = users;
  }

  /**
   * Whether what is at that path is root's alone, and all that leads to it: each directory is
   * root's, and no other user may rename anything in it. A path with a link in it is nobody's.
   */
  public boolean isRoots(String path) {
    Optional<FileStatus> above = status("/");
    if (!path.startsWith("/") || above.filter(this::isOfRoot).isEmpty()) {
      return false;
    }
    StringBuilder walked = new StringBuilder();
    for (String name : Fields.split(path.substring(1), '/')) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        return false;
      }
      walked.append('/').append(name);
      Optional<FileStatus> here = status(walked.toString());
      if (here.filter(this::isOfRoot).isEmpty() || !isKept(above.get(), here.get())) {
        return false;
      }
      above = here;
    }
    return !isOpen(above.get());
  }

  /**
   * What is at that path, where it is one file with that of the process; a link is not followed.
   */
  boolean isSame(String path, FileStatus file) {
    return status(path)
        .filter(one ->
            one.inode() == file.inode()
                && one.major() == file.major()
                && one.minor() == file.minor())
        .isPresent();
  }

  /** Whether a path leads to the same file for us and for a process. */
  public boolean isSame(String path, String ofProcess) {
    return FileStatus.follow(calls, Bytes.of(ofProcess))
            instanceof CallResult.Ok<FileStatus>(FileStatus file)
        && isSame(path, file);
  }

  /** Whether something is at that path. */
  public boolean exists(String path) {
    return status(path).isPresent();
  }

  private Optional<FileStatus> status(String path) {
    return FileStatus.read(calls, Bytes.of(path))
            instanceof CallResult.Ok<FileStatus>(FileStatus file)
        ? Optional.of(file)
        : Optional.empty();
  }

  private boolean isOfRoot(FileStatus file) {
    return users.uid(file.uid()).equals(Uid.ROOT) && file.kind() != S_IFLNK;
  }

  static boolean isOpen(FileStatus file) {
    return (file.mode() & OTHERS_MAY_WRITE) != 0;
  }

  /**
   * Whether nobody else can put something in its place. In a sticky directory such as /tmp that is
   * so for a directory of root's, and not for a file: any user may link it there by another name,
   * unless fs.protected_hardlinks says otherwise.
   */
  private static boolean isKept(FileStatus directory, FileStatus entry) {
    boolean sticky = (directory.mode() & S_ISVTX) != 0 && entry.kind() == S_IFDIR;
    return !isOpen(directory) || sticky;
  }
}
