package inuse.run;

import static inuse.kernel.abi.Constants.O_APPEND;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_TRUNC;
import static inuse.kernel.abi.Constants.O_WRONLY;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import java.util.Optional;

/**
 * The report of a guarded command. The supervisor opens the file; each helper adds its row through
 * the descriptor that it is given.
 */
public final class ReportFile {
  private static final int OF_A_FILE = 0644;

  private final Host host;
  private final int fd;

  private ReportFile(Host host, int fd) {
    this.host = host;
    this.fd = fd;
  }

  /** Makes the file, or empties it; nothing where that cannot be done. */
  public static Optional<ReportFile> open(Host host, String path) {
    int flags = O_WRONLY | O_TRUNC | O_APPEND | O_CLOEXEC;
    int fd = host.calls().create(Bytes.of(path), flags, OF_A_FILE);
    return fd < 0 ? Optional.empty() : Optional.of(new ReportFile(host, fd));
  }

  /**
   * The one that a supervisor has opened for this process.
   *
   * @param variable the value of {@link HelperProcess#REPORT}
   */
  public static Optional<ReportFile> given(Host host, Optional<String> variable) {
    return variable
        .filter(Integer.toString(HelperProcess.REPORT_DESCRIPTOR)::equals)
        .map(given -> new ReportFile(host, HelperProcess.REPORT_DESCRIPTOR));
  }

  int descriptor() {
    return fd;
  }

  /** Adds to its end. */
  public void append(String text) {
    byte[] bytes = Bytes.utf8(text);
    var _ = host.calls().write(fd, bytes, 0, bytes.length);
  }

  /** Ends it. */
  public void close() {
    host.calls().close(fd);
  }
}
