package inuse.kernel.proc;

import inuse.kernel.Answer;
import java.util.ArrayList;
import java.util.List;

/** /proc/PID/maps: sockets that a process has mapped into its memory. */
public final class MemoryMap {
  private static final String SOCKET = " socket:[";

  private MemoryMap() {}

  /** The inodes of the mapped sockets. */
  public static Answer<List<Long>> sockets(Proc proc, int pid) {
    return switch (proc.text("/proc/" + pid + "/maps")) {
      case Answer.Failed<String>(var why) -> new Answer.Failed<>(why);
      case Answer.Got<String>(String text) -> new Answer.Got<>(parse(text));
    };
  }

  /** Looks for the words and not at every line: a browser's map has tens of thousands. */
  public static List<Long> parse(String text) {
    List<Long> inodes = new ArrayList<>();
    int at = text.indexOf(SOCKET);
    while (at >= 0) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      String[] fields = text.substring(text.lastIndexOf('\n', at) + 1, end).split(" +", -1);
      // Address, rights, offset, device, inode, name; a file's name may hold blanks and lies.
      long inode = fields.length == 6 ? ProcessFiles.socketInode(fields[5]) : 0;
      if (inode > 0 && fields[4].equals(Long.toString(inode))) {
        inodes.add(inode);
      }
      at = text.indexOf(SOCKET, end);
    }
    return inodes;
  }
}
