package inuse.core.fix;

import static inuse.kernel.abi.Constants.S_IFSOCK;

import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.io.DirectoryPath;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Removes a stale socket file, and never one that was replaced or is served since: the file is
 * first moved aside, where no newcomer finds it, and examined again. A server whose file was moved
 * stays reachable by it, and gets it back.
 *
 * <p>All of it happens in one directory that is held open: where its path leads meanwhile does not
 * matter.
 */
final class FileEffects {
  /** Maximum names beside the file that are tried. */
  private static final int MAX_NAMES = 100;

  private final SystemCalls calls;
  private final Predicate<UnixTarget.Path> isStale;

  FileEffects(SystemCalls calls, Predicate<UnixTarget.Path> isStale) {
    this.calls = calls;
    this.isStale = isStale;
  }

  /** See {@link Effects#remove}. */
  Effects.Result remove(UnixTarget.Path file) {
    int directory = DirectoryPath.open(calls, file.directory());
    if (directory < 0) {
      return result(directory);
    }
    try {
      return remove(directory, file);
    } finally {
      calls.close(directory);
    }
  }

  private Effects.Result remove(int directory, UnixTarget.Path file) {
    String name = file.name().bytes();
    return switch (status(directory, name)) {
      case CallResult.Failed<FileStatus>(var why) -> result(-why.errno().code());
      case CallResult.Ok<FileStatus>(FileStatus status) -> {
        if (status.kind() != S_IFSOCK) {
          yield Effects.Result.FAILED;
        }
        yield isStale.test(reached(directory, name).orElse(file))
            ? moveAside(directory, name, status)
            : Effects.Result.RELEASED;
      }
    };
  }

  private Effects.Result moveAside(int directory, String name, FileStatus looked) {
    for (int i = 0; i < MAX_NAMES; i++) {
      String aside = "." + i + ".inuse-" + calls.getPid();
      int moved = calls.renameNoReplace(directory, Bytes.of(name), Bytes.of(aside));
      if (moved >= 0) {
        return removeAside(directory, name, aside, looked);
      }
      if (!Errno.of(moved).equals(Errno.EEXIST)) {
        return result(moved);
      }
    }
    return Effects.Result.FAILED;
  }

  private Effects.Result removeAside(int directory, String name, String aside, FileStatus looked) {
    boolean same =
        status(directory, aside) instanceof CallResult.Ok<FileStatus>(FileStatus now)
            && now.isSameFile(looked);
    Effects.Result instead = Effects.Result.RELEASED;
    if (same && reached(directory, aside).filter(isStale).isPresent()) {
      int removed = calls.unlink(directory, Bytes.of(aside));
      if (removed >= 0) {
        return Effects.Result.DONE;
      }
      instead = result(removed);
    }
    int back = calls.renameNoReplace(directory, Bytes.of(aside), Bytes.of(name));
    // Where the moved file has gone there is nothing to restore.
    return back >= 0 || back == -Errno.ENOENT.code() ? instead : Effects.Result.FAILED;
  }

  /** A path by which the file is reached through the directory that is held; none if too long. */
  private static Optional<UnixTarget.Path> reached(int directory, String name) {
    String path = "/proc/self/fd/" + directory + "/" + name;
    return path.length() > UnixTarget.MAX_PATH_BYTES
        ? Optional.empty()
        : Optional.of(new UnixTarget.Path(new Untrusted(path)));
  }

  private CallResult<FileStatus> status(int directory, String name) {
    return FileStatus.in(calls, directory, Bytes.of(name));
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
