package inuse.run.remote;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDONLY;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import java.util.Optional;

/** An executable of inuse that can be carried to another host: an ELF file. */
public final class Carried implements AutoCloseable {
  private static final String OURS = "/proc/self/exe";
  private static final int HEADER = 64;
  private static final int MACHINE_AT = 18;

  private final SystemCalls calls;
  private final int fd;
  private final String machine;
  private final long size;

  private Carried(SystemCalls calls, int fd, String machine, long size) {
    this.calls = calls;
    this.fd = fd;
    this.machine = machine;
    this.size = size;
  }

  /** This program, unless it runs in a JVM. */
  public static Optional<Carried> own(Host host) {
    boolean jvm =
        host.proc().link(OURS) instanceof CallResult.Ok<String>(String path)
            && path.endsWith("/java");
    return jvm ? Optional.empty() : of(host, OURS);
  }

  /** The executable at that path. */
  public static Optional<Carried> of(Host host, String path) {
    int fd = host.calls().open(AT_FDCWD, Bytes.of(path), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      return Optional.empty();
    }
    byte[] header = new byte[HEADER];
    int count = host.calls().readAt(fd, header, 0);
    Optional<String> machine =
        count == HEADER && Bytes.text(header, 0, 4).equals("\u007fELF")
            ? machine(Bytes.getShort(header, MACHINE_AT))
            : Optional.empty();
    if (machine.isEmpty()) {
      host.calls().close(fd);
      return Optional.empty();
    }
    return Optional.of(new Carried(host.calls(), fd, machine.get(), size(host.calls(), fd)));
  }

  /** What uname(2) calls it. */
  private static Optional<String> machine(int number) {
    return switch (number) {
      case 62 -> Optional.of("x86_64");
      case 183 -> Optional.of("aarch64");
      default -> Optional.empty();
    };
  }

  private static long size(SystemCalls calls, int fd) {
    byte[] chunk = new byte[64 * 1024];
    long size = 0;
    int count = calls.readAt(fd, chunk, 0);
    while (count > 0) {
      size += count;
      count = calls.readAt(fd, chunk, size);
    }
    return size;
  }

  /** Its architecture, as {@code uname -m} says it. */
  String machine() {
    return machine;
  }

  /** How many bytes it has. */
  long size() {
    return size;
  }

  /** Reads a piece of it; zero at its end. */
  int read(byte[] into, long offset) {
    return calls.readAt(fd, into, offset);
  }

  @Override
  public void close() {
    calls.close(fd);
  }
}
