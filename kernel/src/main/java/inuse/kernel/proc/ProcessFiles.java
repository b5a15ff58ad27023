package inuse.kernel.proc;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** /proc/PID/fd: which descriptors of a process are which sockets. */
public final class ProcessFiles {
  private static final String SOCKET = "socket:[";
  private static final String NAMESPACE = "net:[";

  private ProcessFiles() {}

  /** One descriptor that is a socket. */
  public record SocketFile(int fd, long inode) {}

  /** Decides which sockets are of interest. */
  public interface Wanted {
    boolean inode(long inode);
  }

  /**
   * The pids that /proc lists.
   *
   * @param own processes that are likely to hold sockets
   * @param kernel children of kthreadd: kernel threads, which have no files, and the rare user-mode
   *     helper
   */
  public record Processes(List<Integer> own, List<Integer> kernel) {}

  /** Lists the processes. */
  public static CallResult<Processes> processes(Proc proc) {
    return switch (proc.directory("/proc")) {
      case CallResult.Failed<List<Proc.Entry>>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<List<Proc.Entry>>(var entries) -> {
        Set<Long> kernelThreads = kernelThreads(proc);
        List<Integer> own = new ArrayList<>();
        List<Integer> kernel = new ArrayList<>();
        for (Proc.Entry entry : entries) {
          long pid = Numeral.decimal(entry.name()).orElse(0);
          if (pid > 0 && pid <= Integer.MAX_VALUE) {
            (kernelThreads.contains(pid) ? kernel : own).add((int) pid);
          }
        }
        yield new CallResult.Ok<>(new Processes(own, kernel));
      }
    };
  }

  /**
   * The children of kthreadd, in one read: they are most of the processes on a quiet host. Empty
   * where pid 2 is another process, as inside a container, or the kernel has no such file.
   */
  private static Set<Long> kernelThreads(Proc proc) {
    Set<Long> threads = new HashSet<>();
    if (isKernelThread(proc, 2)
        && proc.text("/proc/2/task/2/children") instanceof CallResult.Ok<String>(String children)) {
      for (String child : Fields.split(children.trim(), ' ')) {
        Numeral.decimal(child).ifPresent(threads::add);
      }
    }
    return threads;
  }

  private static boolean isKernelThread(Proc proc, int pid) {
    try {
      return ProcessStat.read(proc, pid) instanceof CallResult.Ok<ProcessStat>(ProcessStat stat)
          && stat.isKernelThread();
    } catch (Unparsable broken) {
      return false;
    }
  }

  /** One descriptor, and what it is open on. */
  public record OpenFile(int fd, String target) {}

  /**
   * What a process, or one of its threads, has open, some at a time.
   *
   * @return whether the visitor wanted all
   */
  public static CallResult<Boolean> open(
      Proc proc, String processDirectory, Proc.Visitor<List<OpenFile>> visitor) {
    String path = processDirectory + "/fd";
    int directory = proc.open(path);
    if (directory < 0) {
      return CallResult.failed("open", path, directory);
    }
    try {
      return switch (proc.entries(
          directory, path, entries -> visitor.visit(open(proc, directory, path, entries)))) {
        // What ended while it was read had little to show.
        case CallResult.Failed<Boolean> ended -> new CallResult.Ok<>(true);
        case CallResult.Ok<Boolean> all -> all;
      };
    } finally {
      proc.close(directory);
    }
  }

  private static List<OpenFile> open(
      Proc proc, int directory, String path, List<Proc.Entry> entries) {
    List<OpenFile> open = new ArrayList<>();
    for (Proc.Entry entry : entries) {
      long fd = Numeral.decimal(entry.name()).orElse(-1);
      if (fd >= 0
          && proc.linkIn(directory, entry.name(), path)
              instanceof CallResult.Ok<String>(String target)) {
        open.add(new OpenFile((int) fd, target));
      }
    }
    return open;
  }

  /** Takes what matters of a table of descriptors, as it is read. */
  public interface Table {
    /** A descriptor of a socket. */
    void socket(int fd, long inode);

    /** A descriptor of an io_uring. */
    default void ring(int fd) {}

    /** A descriptor of anything else. */
    default void other(int fd) {}

    /** Takes a descriptor whose link need not be read; false where it has to be. */
    default boolean knows(int fd) {
      return false;
    }

    /** So many more descriptors are there, those of a large table before they are looked at. */
    default void links(int count) {}

    /** Whether nothing more is wanted, asked every few hundred descriptors. */
    default boolean isOver() {
      return false;
    }
  }

  /**
   * Reads the table of a process, {@code /proc/PID}, or of a thread; a descriptor that closes
   * meanwhile is not an error.
   *
   * @return whether all of it was wanted
   */
  public static CallResult<Boolean> table(Proc proc, String processDirectory, Table table) {
    String path = processDirectory + "/fd";
    int directory = proc.open(path);
    if (directory < 0) {
      return CallResult.failed("open", path, directory);
    }
    try {
      return links(proc, directory, path, table);
    } finally {
      proc.close(directory);
    }
  }

  /** The same of a directory that is open, and stays so. */
  static CallResult<Boolean> links(Proc proc, int directory, String path, Table table) {
    Reader reader = new Reader(proc, directory, table);
    CallResult<Boolean> read = proc.links(directory, path, reader);
    return reader.denied ? CallResult.failed("readlink", path, -Errno.EACCES.code()) : read;
  }

  /** The same of one descriptor alone. */
  static void link(Proc proc, int directory, int fd, Table table) {
    proc.numberedLink(directory, fd, new Reader(proc, directory, table));
  }

  /** Tells the kinds of links apart by their bytes. */
  private static final class Reader implements Proc.Links {
    /** Descriptors that one read of a directory does not have. */
    private static final int MANY = 256;

    /** As bytes: a link is compared a hundred thousand times. */
    private static final byte[] SOCKET_LINK = Bytes.of(SOCKET);

    private static final byte[] RING_LINK = Bytes.of(FdInfo.IO_URING);

    private final Proc proc;
    private final int directory;
    private final Table table;
    private int taken;
    private int told;
    private boolean denied;

    Reader(Proc proc, int directory, Table table) {
      this.proc = proc;
      this.directory = directory;
      this.table = table;
    }

    @Override
    public boolean knows(int fd) {
      boolean known = table.knows(fd);
      taken += known ? 1 : 0;
      return known;
    }

    @Override
    public boolean take(int fd, byte[] target, int length) {
      taken++;
      denied = length == -Errno.EACCES.code();
      if (isSocket(target, length)) {
        long inode = DirectoryRecords.number(target, SOCKET_LINK.length, length - 1);
        if (inode > 0) {
          table.socket(fd, inode);
        }
      } else if (length == RING_LINK.length && startsWith(target, RING_LINK)) {
        table.ring(fd);
      } else if (length > 0) {
        table.other(fd);
      }
      return !denied;
    }

    @Override
    public boolean isOver() {
      int there = taken;
      if (told == 0 && taken >= MANY) {
        // Since Linux 6.2; zero before.
        there = (int) Math.max(taken, Math.min(proc.size(directory), Integer.MAX_VALUE));
      }
      table.links(Math.max(0, there - told));
      told = Math.max(told, there);
      return table.isOver();
    }

    private static boolean isSocket(byte[] target, int length) {
      return length > SOCKET_LINK.length
          && target[length - 1] == ']'
          && startsWith(target, SOCKET_LINK);
    }

    /** The rest of the array is of a longer link, read before. */
    private static boolean startsWith(byte[] target, byte[] text) {
      int same = 0;
      while (same < text.length && target[same] == text[same]) {
        same++;
      }
      return same == text.length;
    }
  }

  /** The wanted sockets among a process's descriptors. */
  public static CallResult<List<SocketFile>> sockets(Proc proc, int pid, Wanted wanted) {
    List<SocketFile> found = new ArrayList<>();
    Table table =
        (fd, inode) -> {
          if (wanted.inode(inode)) {
            found.add(new SocketFile(fd, inode));
          }
        };
    return switch (table(proc, "/proc/" + pid, table)) {
      case CallResult.Failed<Boolean>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<Boolean> read -> new CallResult.Ok<>(found);
    };
  }

  /** The inode in {@code socket:[12345]}, or zero where the link is to something else. */
  public static long socketInode(String target) {
    return inode(target, SOCKET);
  }

  /** The inode in {@code net:[12345]}, the network namespace of a process. */
  public static long namespaceInode(String target) {
    return inode(target, NAMESPACE);
  }

  private static long inode(String target, String kind) {
    return target.startsWith(kind) && target.endsWith("]")
        ? Numeral.parse(target, kind.length(), target.length() - 1, 10).orElse(0)
        : 0;
  }
}
