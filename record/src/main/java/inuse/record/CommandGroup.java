package inuse.record;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_WRONLY;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.util.Optional;

/**
 * A control group of cgroup v2 below the one that this process is in, for one command and all that
 * it starts: its binds are told, and no others.
 */
public final class CommandGroup {
  private static final String V2 = "0::";
  private static final int OF_A_DIRECTORY = 0755;

  private final SystemCalls calls;
  private final String former;
  private final String directory;

  private CommandGroup(SystemCalls calls, String former, String directory) {
    this.calls = calls;
    this.former = former;
    this.directory = directory;
  }

  /** What came of making one. */
  public sealed interface Made {
    /** It is there, and nothing is in it. */
    record Ready(CommandGroup group) implements Made {}

    /** It is not, for that reason. */
    record Refused(String why) implements Made {}
  }

  /** Makes one. */
  public static Made make(Host host) {
    Optional<String> whole = Recorder.wholeGroup(host);
    String path = "";
    for (String line : host.lines("/proc/self/cgroup")) {
      if (line.startsWith(V2)) {
        path = line.substring(V2.length());
      }
    }
    if (whole.isEmpty() || path.isEmpty()) {
      return new Made.Refused("cgroup v2 is not mounted");
    }
    String former = whole.get() + (path.equals("/") ? "" : path);
    String directory = former + "/inuse-record-" + host.calls().getPid();
    int made = host.calls().makeDirectory(Bytes.of(directory), OF_A_DIRECTORY);
    return made < 0
        ? new Made.Refused("mkdir " + directory + ": " + Errno.of(made))
        : new Made.Ready(new CommandGroup(host.calls(), former, directory));
  }

  /** Its directory. */
  public String directory() {
    return directory;
  }

  /** Moves this process into it, so that what is started is in it from its first instruction. */
  Optional<Errno> enter() {
    return move(directory);
  }

  /** Moves this process back. */
  void leave() {
    var _ = move(former);
  }

  private Optional<Errno> move(String group) {
    int fd = calls.open(AT_FDCWD, Bytes.of(group + "/cgroup.procs"), O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
      return Optional.of(Errno.of(fd));
    }
    byte[] self = {'0'};
    int moved = calls.write(fd, self, 0, self.length);
    calls.close(fd);
    return moved < 0 ? Optional.of(Errno.of(moved)) : Optional.empty();
  }

  /**
   * Removes it.
   *
   * @return false where something that the command started is left in it
   */
  public boolean remove() {
    return calls.removeDirectory(Bytes.of(directory)) >= 0;
  }
}
