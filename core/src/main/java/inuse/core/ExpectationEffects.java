package inuse.core;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.O_WRONLY;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.WholeWrite;
import java.util.Optional;

/** Writes the file of what should be bound: beside it first, so that no reader sees half of one. */
final class ExpectationEffects {
  private static final int OF_A_FILE = 0644;

  private final SystemCalls calls;

  ExpectationEffects(Host host) {
    calls = host.calls();
  }

  /**
   * Writes or replaces it.
   *
   * @param text one char for each byte
   * @return what failed
   */
  Optional<String> save(String path, String text) {
    byte[] aside = Bytes.of(path + ".new");
    calls.unlink(AT_FDCWD, aside);
    int fd = calls.create(aside, O_WRONLY | O_EXCL | O_CLOEXEC, OF_A_FILE);
    if (fd < 0) {
      return failed("open", path, fd);
    }
    int written = WholeWrite.of(calls, fd, Bytes.of(text));
    calls.close(fd);
    int done = written < 0 ? written : calls.rename(aside, Bytes.of(path));
    if (done < 0) {
      calls.unlink(AT_FDCWD, aside);
      return failed(written < 0 ? "write" : "rename", path, done);
    }
    return Optional.empty();
  }

  private static Optional<String> failed(String call, String path, int rawResult) {
    return Optional.of(call + " " + path + ": " + Errno.of(rawResult));
  }
}
