package inuse.run.process;

import static inuse.kernel.abi.Constants.AT_EACCESS;
import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.S_IFREG;
import static inuse.kernel.abi.Constants.X_OK;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import java.util.List;
import java.util.Optional;

/** The file of a program, found as by execvp(3), but never passed to a shell. */
public sealed interface Executable {
  /** The default of execvp(3) without a PATH. */
  String DEFAULT_PATH = "/bin:/usr/bin";

  /** A file that may be executed. */
  record Found(String path) implements Executable {}

  /** The file exists, but cannot be executed. */
  record Refused(String path, String errno) implements Executable {}

  /** There is no such file. */
  record Missing() implements Executable {}

  /**
   * Looks for a program.
   *
   * @param name one char per byte; with a slash it is a path
   * @param path directories, separated by colons; an empty one is the working directory
   */
  static Executable find(Host host, String name, Optional<String> path) {
    SystemCalls calls = host.calls();
    if (name.isEmpty()) {
      return new Missing();
    }
    if (name.indexOf('/') >= 0) {
      return look(calls, name);
    }
    Executable best = new Missing();
    for (String directory : path.orElse(DEFAULT_PATH).split(":", -1)) {
      Executable here = look(calls, directory.isEmpty() ? name : directory + "/" + name);
      switch (here) {
        case Found found -> {
          return found;
        }
        case Refused refused -> best = best instanceof Missing ? refused : best;
        case Missing missing -> {}
      }
    }
    return best;
  }

  /**
   * Becomes the program by execve(2); returns only if that fails.
   *
   * @param words its name and its arguments, one char per byte
   * @param sockets descriptors that become its 3, 4, …
   */
  static ProgramEnd become(
      Host host, String path, List<String> words, List<String> environment, List<Integer> sockets) {
    return ProgramEnd.of(
        host.calls()
            .become(
                Bytes.of(path),
                Bytes.each(words),
                Bytes.each(environment),
                sockets.stream().mapToInt(Integer::intValue).toArray()));
  }

  private static Executable look(SystemCalls calls, String path) {
    if (!(FileStatus.follow(calls, Bytes.of(path))
        instanceof CallResult.Ok<FileStatus>(var file))) {
      return new Missing();
    }
    int access = calls.access(AT_FDCWD, Bytes.of(path), X_OK, AT_EACCESS);
    return file.kind() != S_IFREG
        ? new Refused(path, Errno.EACCES.toString())
        : access < 0 ? new Refused(path, Errno.of(access).toString()) : new Found(path);
  }
}
