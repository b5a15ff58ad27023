package inuse.record;

import static inuse.kernel.abi.Constants.O_APPEND;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_TRUNC;
import static inuse.kernel.abi.Constants.O_WRONLY;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.WholeWrite;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import java.util.Optional;

/** Files of a recorder besides its segments. */
public final class RecordFiles {
  /** Whose members may read the segments, where there is such a group. */
  private static final String GROUP = "inuse:";

  private static final int OF_A_FILE = 0644;

  private RecordFiles() {}

  /** Lets what is made from now on belong to the group inuse, where there is one. */
  public static void belongToGroup(Host host) {
    for (String line : host.lines("/etc/group")) {
      String[] fields = Fields.split(line, ':');
      if (line.startsWith(GROUP) && fields.length >= 3) {
        // Where that is not permitted the files belong to our own group, which is said by ls.
        Numeral.decimal(fields[2]).ifPresent(host.calls()::setGroup);
      }
    }
  }

  /**
   * Writes a text into a file.
   *
   * @return what failed
   */
  public static Optional<String> write(Host host, String path, String text) {
    return write(host, path, O_TRUNC, text);
  }

  /** Adds a text to the end of a file. */
  public static Optional<String> append(Host host, String path, String text) {
    return write(host, path, O_APPEND, text);
  }

  private static Optional<String> write(Host host, String path, int how, String text) {
    int fd = host.calls().create(Bytes.of(path), O_WRONLY | O_CLOEXEC | how, OF_A_FILE);
    if (fd < 0) {
      return Optional.of(path + ": " + Errno.of(fd));
    }
    int written = WholeWrite.of(host.calls(), fd, Bytes.utf8(text));
    host.calls().close(fd);
    return written < 0 ? Optional.of(path + ": " + Errno.of(written)) : Optional.empty();
  }
}
