package inuse.core;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.O_WRONLY;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
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
    byte[] bytes = Bytes.of(text);
    int written = 0;
    int count = 1;
    while (written < bytes.length && count > 0) {
      count = calls.write(fd, bytes, written, bytes.length - written);
      written += Math.max(count, 0);
    }
    calls.close(fd);
    int done = count > 0 ? calls.rename(aside, Bytes.of(path)) : Math.min(count, -1);
    if (done < 0) {
      calls.unlink(AT_FDCWD, aside);
      return failed(count > 0 ? "rename" : "write", path, done);
    }
    return Optional.empty();
  }

  private static Optional<String> failed(String call, String path, int rawResult) {
    return Optional.of(call + " " + path + ": " + Errno.of(rawResult));
  }
}
