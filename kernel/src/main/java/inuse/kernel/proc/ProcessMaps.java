package inuse.kernel.proc;

import inuse.kernel.CallResult;
import java.util.ArrayList;
import java.util.List;

/** /proc/PID/maps: sockets that a process has mapped into its memory. */
public final class ProcessMaps {
  private static final String SOCKET = " socket:[";

  private ProcessMaps() {}

  /** The inodes of the mapped sockets. */
  public static CallResult<List<Long>> sockets(Proc proc, int pid) {
    return switch (proc.text("/proc/" + pid + "/maps")) {
      case CallResult.Failed<String>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<String>(String text) -> new CallResult.Ok<>(parse(text));
    };
  }

  /** Searches for the word instead of parsing every line: a browser's map has tens of thousands. */
  public static List<Long> parse(String text) {
    List<Long> inodes = new ArrayList<>();
    int at = text.indexOf(SOCKET);
    while (at >= 0) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      String[] fields = text.substring(text.lastIndexOf('\n', at) + 1, end).split(" +", -1);
      // Address, rights, offset, device, inode, name; a file's name may contain blanks, and may be
      // forged.
      long inode = fields.length == 6 ? ProcessFiles.socketInode(fields[5]) : 0;
      if (inode > 0 && fields[4].equals(Long.toString(inode))) {
        inodes.add(inode);
      }
      at = text.indexOf(SOCKET, end);
    }
    return inodes;
  }
}
