package inuse.core.io;

import static inuse.kernel.abi.Constants.CLOCK_BOOTTIME;
import static inuse.kernel.abi.Constants.CLOCK_REALTIME;

import inuse.core.evidence.Moment;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Proc;
import java.util.List;
import java.util.Optional;

/**
 * The machine that is examined: its system calls, and its files below /proc, /sys and /etc.
 *
 * <p>System calls such as setns(2) and setresuid(2) change the calling thread, and results pass
 * through shared scratch memory: only one thread at a time may use a host, and not a virtual one,
 * which moves between carriers.
 */
public record Host(SystemCalls calls, Proc proc) {
  /** USER_HZ, 100 on every architecture served here. */
  public static final long NANOS_PER_TICK = 10_000_000;

  /** The host that we run on. */
  public static Host of(SystemCalls calls) {
    return new Host(calls, new Proc(calls, ""));
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

  /**
   * A directory's path as the kernel writes it: without links, dots and slashes at the end.
   *
   * @return empty where there is no such directory; the given path where the kernel's is not known
   */
  public Optional<String> canonical(String directory) {
    int fd = proc.open(directory);
    if (fd < 0) {
      return Optional.empty();
    }
    CallResult<String> link = proc.link("/proc/self/fd/" + fd);
    calls.close(fd);
    return Optional.of(link instanceof CallResult.Ok<String>(String path) ? path : directory);
  }
}
