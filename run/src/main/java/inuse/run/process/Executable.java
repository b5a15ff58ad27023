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

/** The file of a program, found as execvp(3) would, but never handed to a shell. */
public sealed interface Executable {
  /** What execvp(3) takes where there is no PATH. */
  String DEFAULT_PATH = "/bin:/usr/bin";

  /** A file that may be run. */
  record Found(String path) implements Executable {}

  /** There is one, and it cannot be run. */
  record Refused(String path, String errno) implements Executable {}

  /** There is none. */
  record Missing() implements Executable {}

  /**
   * Looks for one.
   *
   * @param name one char for each byte; with a slash it is a path
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
   * Becomes the program, by execve(2); it returns only where that failed.
   *
   * @param words its name and its arguments, each one char for each byte
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
