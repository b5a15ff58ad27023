package inuse.core.io;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.CLOCK_BOOTTIME;
import static inuse.kernel.abi.Constants.CLOCK_REALTIME;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_PATH;

import inuse.core.evidence.Directory;
import inuse.core.evidence.Moment;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Proc;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The machine that is examined: its system calls, and its files below /proc, /sys and /etc.
 *
 * <p>System calls such as setns(2) and setresuid(2) change the calling thread, and results pass
 * through shared scratch memory: only one thread at a time may use a host, and not a virtual one,
 * which moves between carriers.
 */
public record Host(SystemCalls calls, Proc proc, Optional<Duration> patience) {
  /** USER_HZ, 100 on every architecture served here. */
  public static final long NANOS_PER_TICK = 10_000_000;

  public Host(SystemCalls calls, Proc proc) {
    this(calls, proc, Optional.empty());
  }

  /** The host that we run on. */
  public static Host of(SystemCalls calls) {
    return new Host(calls, new Proc(calls, ""));
  }

  /** The same host, of which a question is answered within that time. */
  public Host within(Duration time) {
    return new Host(calls, proc, Optional.of(time));
  }

  /** The deadline of a question that is asked now. */
  public Deadline deadline() {
    return patience.map(time -> new Deadline(calls, time)).orElseGet(() -> Deadline.growing(calls));
  }

  /** The time of CLOCK_REALTIME. */
  public Moment now() {
    return new Moment(calls.clockNanos(CLOCK_REALTIME) / 1_000_000);
  }

  /** Whole clock ticks since boot, as field 22 of proc_pid_stat(5) counts them. */
  public long ticks() {
    return calls.clockNanos(CLOCK_BOOTTIME) / NANOS_PER_TICK;
  }

  /** The lines of a text file; none where it cannot be read. */
  public List<String> lines(String path) {
    return proc.text(path) instanceof CallResult.Ok<String>(String text)
        ? List.of(Fields.split(text, '\n'))
        : List.of();
  }

  /** The names in a directory; none where it cannot be read. */
  public List<String> names(String directory) {
    return proc.directory(directory) instanceof CallResult.Ok<List<Proc.Entry>>(var entries)
        ? entries.stream().map(Proc.Entry::name).toList()
        : List.of();
  }

  /** The directory at that path, links followed; empty where there is none. */
  public Optional<Directory> directory(String path) {
    int flags = O_PATH | O_CLOEXEC | calls.architecture().directoryOnly();
    int fd = calls.open(AT_FDCWD, Bytes.of(path), flags);
    if (fd < 0) {
      return Optional.empty();
    }
    Optional<Directory> directory = directory(fd);
    calls.close(fd);
    return directory;
  }

  /** An open directory. */
  public Optional<Directory> directory(int fd) {
    return FileStatus.of(calls, fd) instanceof CallResult.Ok<FileStatus>(FileStatus status)
        ? Optional.of(new Directory(status.major(), status.minor(), status.inode()))
        : Optional.empty();
  }
}
