package inuse.core.fix;

import static inuse.kernel.abi.Constants.S_IFSOCK;

import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import java.util.function.Predicate;

/**
 * Removes a stale socket file, and never one that was replaced or is served since: the file is
 * first moved aside, where no newcomer finds it, and examined again. A server whose file was moved
 * stays reachable by it, and gets it back.
 */
final class FileEffects {
  /** Maximum names beside the file that are tried. */
  private static final int MAX_NAMES = 100;

  private static final int SHORTEST_NAME = 3;

  private final SystemCalls calls;
  private final Predicate<UnixTarget.Path> isStale;

  FileEffects(SystemCalls calls, Predicate<UnixTarget.Path> isStale) {
    this.calls = calls;
    this.isStale = isStale;
  }

  /** See {@link Effects#remove}. */
  Effects.Result remove(UnixTarget.Path file) {
    return switch (status(file)) {
      case CallResult.Failed<FileStatus>(var why) -> result(-why.errno().code());
      case CallResult.Ok<FileStatus>(FileStatus status) -> {
        if (status.kind() != S_IFSOCK) {
          yield Effects.Result.FAILED;
        }
        yield isStale.test(file) ? moveAside(file, status) : Effects.Result.RELEASED;
      }
    };
  }

  private Effects.Result moveAside(UnixTarget.Path file, FileStatus looked) {
    String directory = file.directory().bytes();
    String inside = directory.endsWith("/") ? directory : directory + "/";
    int room = UnixTarget.MAX_PATH_BYTES - inside.length();
    for (int i = 0; i < MAX_NAMES; i++) {
      String name = "." + i + ".inuse-" + calls.getPid();
      if (room < SHORTEST_NAME) {
        return Effects.Result.FAILED;
      }
      String aside = inside + name.substring(0, Math.min(room, name.length()));
      int moved = calls.renameNoReplace(bytes(file), Bytes.of(aside));
      if (moved >= 0) {
        return removeAside(file, new UnixTarget.Path(new Untrusted(aside)), looked);
      }
      if (!Errno.of(moved).equals(Errno.EEXIST)) {
        return result(moved);
      }
    }
    return Effects.Result.FAILED;
  }

  private Effects.Result removeAside(
      UnixTarget.Path file, UnixTarget.Path aside, FileStatus looked) {
    boolean same =
        status(aside) instanceof CallResult.Ok<FileStatus>(FileStatus now)
            && now.inode() == looked.inode()
            && now.major() == looked.major()
            && now.minor() == looked.minor();
    Effects.Result instead = Effects.Result.RELEASED;
    if (same && isStale.test(aside)) {
      int removed = calls.unlink(bytes(aside));
      if (removed >= 0) {
        return Effects.Result.DONE;
      }
      instead = result(removed);
    }
    int back = calls.renameNoReplace(bytes(aside), bytes(file));
    // Where the moved file has gone there is nothing to restore.
    return back >= 0 || back == -Errno.ENOENT.code() ? instead : Effects.Result.FAILED;
  }

  private CallResult<FileStatus> status(UnixTarget.Path file) {
    return FileStatus.read(calls, bytes(file));
  }

  private static byte[] bytes(UnixTarget.Path file) {
    return Bytes.of(file.path().bytes());
  }

  private static Effects.Result result(int failure) {
    Errno errno = Errno.of(failure);
    if (errno.equals(Errno.ENOENT)) {
      return Effects.Result.RELEASED;
    }
    return errno.isDenied() || errno.equals(Errno.EROFS)
        ? Effects.Result.DENIED
        : Effects.Result.FAILED;
  }
}
