package inuse.kernel.proc;

import inuse.kernel.CallResult;
import java.util.ArrayList;
import java.util.List;

/**
 * What /proc/PID/fdinfo/FD (proc_pid_fdinfo(5)) reports about a descriptor that may keep sockets
 * alive.
 *
 * @param inFlight how many descriptors were sent to this unix socket and not received yet
 * @param registered inodes of the sockets that this io_uring has among its fixed files
 * @param polled operations that this io_uring has pending, by number, IORING_OP_ of io_uring.h
 */
public record FdInfo(int inFlight, List<Long> registered, List<Integer> polled) {
  /** The target of /proc/PID/fd/FD where that is an io_uring. */
  public static final String IO_URING = "anon_inode:[io_uring]";

  private static final String IN_FLIGHT = "scm_fds:";
  private static final String OPERATION = "op=";

  public FdInfo {
    registered = List.copyOf(registered);
    polled = List.copyOf(polled);
  }

  /** Reads it for a process, {@code /proc/PID}, or a thread, {@code /proc/PID/task/TID}. */
  public static CallResult<FdInfo> read(Proc proc, String directory, int fd) {
    return switch (proc.text(directory + "/fdinfo/" + fd)) {
      case CallResult.Failed<String>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<String>(String text) -> new CallResult.Ok<>(parse(text));
    };
  }

  /** Ignores all other lines: their wording differs between kernels. */
  public static FdInfo parse(String text) {
    int inFlight = 0;
    List<Long> registered = new ArrayList<>();
    List<Integer> polled = new ArrayList<>();
    for (String raw : Fields.split(text, '\n')) {
      String line = raw.trim();
      if (line.startsWith(IN_FLIGHT)) {
        inFlight = small(line.substring(IN_FLIGHT.length()).trim());
      } else if (line.startsWith(OPERATION)) {
        int end = line.indexOf(',');
        polled.add(small(line.substring(OPERATION.length(), end < 0 ? line.length() : end)));
      } else {
        // "0: socket:[7975]": the text after the number may also be a path that another user chose.
        int colon = line.indexOf(": ");
        long inode = colon < 0 ? 0 : ProcessFiles.socketInode(line.substring(colon + 2));
        if (inode > 0) {
          registered.add(inode);
        }
      }
    }
    return new FdInfo(inFlight, registered, polled);
  }

  private static int small(String text) {
    long value = Numeral.decimal(text).orElse(0);
    return value > Integer.MAX_VALUE ? 0 : (int) value;
  }
}
