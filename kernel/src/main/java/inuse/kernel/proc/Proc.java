package inuse.kernel.proc;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_NOCTTY;
import static inuse.kernel.abi.Constants.O_NONBLOCK;
import static inuse.kernel.abi.Constants.O_PATH;
import static inuse.kernel.abi.Constants.O_RDONLY;
import static inuse.kernel.abi.Constants.S_IFREG;
import static inuse.kernel.proc.DirectoryRecords.NAME;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Files under an injected root, {@code ""} for the machine's own. Texts are ISO-8859-1, one char
 * per byte, so that other processes' text arrives unchanged.
 */
public final class Proc {
  /** Bytes that are read of one file; the rest is ignored. */
  public static final int MAX_BYTES = 4 << 20;

  /** The longest target of a link, PATH_MAX. */
  private static final int MAX_LINK_BYTES = 4095;

  /** Small, since most files are, and untouched memory costs no page fault. */
  private static final int CHUNK = 8 * 1024;

  private final SystemCalls calls;
  private final String root;
  private final byte[] chunk;
  private final byte[] link;

  /** Of what was read last: a text is made of it with one copy. */
  private final char[] chars;

  /** How the paths begin that are looked up in {@link #directory}. */
  private final String within;

  private final int directory;

  public Proc(SystemCalls calls, String root) {
    this.calls = calls;
    this.root = root;
    chunk = new byte[CHUNK];
    link = new byte[MAX_LINK_BYTES];
    chars = new char[CHUNK];
    within = "";
    directory = AT_FDCWD;
  }

  private Proc(Proc whole, String within, int directory) {
    calls = whole.calls;
    root = whole.root;
    chunk = whole.chunk;
    link = whole.link;
    chars = whole.chars;
    this.within = within;
    this.directory = directory;
  }

  /** A directory entry: a name and its inode. */
  public record Entry(String name, long inode, boolean directory) {}

  /** Decides of each piece of something long whether more is wanted. */
  public interface Visitor<T> {
    /** Takes a piece; false to leave it at that. */
    boolean visit(T piece);
  }

  /** Reads a file, of at most {@link #MAX_BYTES}; outside /proc only a regular one. */
  public CallResult<String> text(String path) {
    return start(path, MAX_BYTES);
  }

  /**
   * Reads several files below a directory. They are those of one process where it is that of a
   * process, or are not there, also where another process has its pid meanwhile.
   *
   * @param reading is given a way to read them by the same paths
   * @return the failure to open the directory
   */
  public <T> CallResult<T> within(String path, Function<Proc, T> reading) {
    int named = open(root + path, O_PATH);
    if (named < 0) {
      return CallResult.failed("open", path, named);
    }
    try {
      return new CallResult.Ok<>(reading.apply(new Proc(this, root + path + "/", named)));
    } finally {
      calls.close(named);
    }
  }

  /** Reads the start of a file, at most that many bytes. */
  public CallResult<String> start(String path, int bytes) {
    int fd = path.startsWith("/proc/") ? open(path) : openFile(path);
    if (fd < 0) {
      return CallResult.failed("open", path, fd);
    }
    try {
      // Nearly every file fits into one read, and is copied once.
      String first = "";
      StringBuilder rest = new StringBuilder();
      while (first.length() + rest.length() < bytes) {
        int count = calls.read(fd, chunk);
        if (count < 0) {
          return CallResult.failed("read", path, count);
        }
        if (count == 0) {
          break;
        }
        int wanted = bytes - first.length() - rest.length();
        String more = text(chunk, Math.min(count, wanted));
        if (first.isEmpty()) {
          first = more;
        } else {
          rest.append(more);
        }
      }
      return new CallResult.Ok<>(rest.isEmpty() ? first : first + rest);
    } finally {
      calls.close(fd);
    }
  }

  private String text(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      chars[i] = (char) (bytes[i] & 0xff);
    }
    return new String(chars, 0, length);
  }

  /**
   * Reads a file of lines, however long it is.
   *
   * @param visitor is given whole lines, some at a time
   * @return whether all of it was read, and the visitor wanted all
   */
  public CallResult<Boolean> lines(String path, Visitor<String> visitor) {
    int fd = open(path);
    if (fd < 0) {
      return CallResult.failed("open", path, fd);
    }
    try {
      StringBuilder text = new StringBuilder();
      while (text.length() < MAX_BYTES) {
        int count = calls.read(fd, chunk);
        if (count < 0) {
          return CallResult.failed("read", path, count);
        }
        text.append(text(chunk, count));
        int end = count == 0 ? text.length() : text.lastIndexOf("\n") + 1;
        boolean more = end == 0 || visitor.visit(text.substring(0, end));
        text.delete(0, end);
        if (count == 0 || !more) {
          return new CallResult.Ok<>(more);
        }
      }
      return new CallResult.Ok<>(false);
    } finally {
      calls.close(fd);
    }
  }

  /**
   * The target of a symbolic link. No link is empty: that is how Linux 5.10 refuses a namespace's,
   * without an error.
   */
  public CallResult<String> link(String path) {
    String whole = root + path;
    int length = calls.readLink(from(whole), name(whole), link);
    return length <= 0
        ? CallResult.failed("readlink", path, length < 0 ? length : -Errno.EACCES.code())
        : new CallResult.Ok<>(text(link, length));
  }

  /** The entries of a directory, without "." and "..", in the kernel's order. */
  public CallResult<List<Entry>> directory(String path) {
    int fd = openDirectory(path);
    if (fd < 0) {
      return CallResult.failed("open", path, fd);
    }
    try {
      List<Entry> entries = new ArrayList<>();
      return switch (entries(fd, path, entries::addAll)) {
        case CallResult.Failed<Boolean>(var why) -> new CallResult.Failed<>(why);
        case CallResult.Ok<Boolean> whole -> new CallResult.Ok<>(entries);
      };
    } finally {
      calls.close(fd);
    }
  }

  /**
   * Opens for reading: a descriptor that the caller closes, or a negated errno. It does not wait
   * for the other end of a pipe, and takes no terminal.
   */
  public int open(String path) {
    return open(root + path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  }

  /** Opens a directory, and nothing else: ENOTDIR. */
  public int openDirectory(String path) {
    return open(root + path, O_RDONLY | calls.architecture().directoryOnly());
  }

  /**
   * Opens a regular file for reading, and nothing else: EINVAL. Whatever another party puts at the
   * path, it is looked at before it is opened: opening a device is an act of its driver.
   */
  public int openFile(String path) {
    int named = open(root + path, O_PATH);
    if (named < 0) {
      return named;
    }
    try {
      if (FileStatus.of(calls, named) instanceof CallResult.Ok<FileStatus>(FileStatus status)
          && status.kind() != S_IFREG) {
        return -Errno.EINVAL.code();
      }
      int fd = open("/proc/self/fd/" + named, O_RDONLY | O_NONBLOCK | O_NOCTTY);
      // Without /proc there is only the path.
      return fd == -Errno.ENOENT.code() ? open(path) : fd;
    } finally {
      calls.close(named);
    }
  }

  private int open(String whole, int flags) {
    return calls.open(from(whole), name(whole), flags | O_CLOEXEC);
  }

  /** Where a path is looked up. */
  private int from(String whole) {
    return whole.startsWith(within) ? directory : AT_FDCWD;
  }

  private byte[] name(String whole) {
    return Bytes.of(whole.startsWith(within) ? whole.substring(within.length()) : whole);
  }

  void close(int fd) {
    calls.close(fd);
  }

  /** The size of an open file; of a directory of descriptors how many there are. */
  long size(int fd) {
    return FileStatus.size(calls, fd);
  }

  /** The target of a link in an open directory; used where many links are read. */
  CallResult<String> linkIn(int directory, String name, String path) {
    int length = calls.readLink(directory, Bytes.of(name), link);
    return length < 0
        ? CallResult.failed("readlink", path, length)
        : new CallResult.Ok<>(text(link, length));
  }

  /** Takes the links of a directory whose names are numbers, one after the other. */
  interface Links {
    /** Takes one by its number alone; false where its target has to be read. */
    default boolean knows(int number) {
      return false;
    }

    /**
     * Takes one link; false to leave it at that.
     *
     * @param target which the next link overwrites
     * @param length of the target, or a negated errno
     */
    boolean take(int number, byte[] target, int length);

    /** Whether to leave it at that, asked every few hundred links. */
    boolean isOver();
  }

  /**
   * Reads the rest of an open directory of numbered links. A host may have a million of them, so
   * that no object is made of one.
   *
   * @return whether all of them were taken
   */
  CallResult<Boolean> links(int directory, String path, Links links) {
    while (true) {
      int count = calls.getDirectoryEntries(directory, chunk);
      if (count <= 0) {
        return count == 0
            ? new CallResult.Ok<>(true)
            : CallResult.failed("getdents64", path, count);
      }
      if (!areTaken(directory, count, links) || links.isOver()) {
        return new CallResult.Ok<>(false);
      }
    }
  }

  /** Takes one link of such a directory. */
  void numberedLink(int directory, int number, Links links) {
    byte[] name = Bytes.of(Integer.toString(number));
    links.take(number, link, calls.readLink(directory, name, link));
  }

  private boolean areTaken(int directory, int length, Links links) {
    int at = 0;
    while (at + NAME < length) {
      int size = DirectoryRecords.size(chunk, at, length);
      if (size == 0) {
        return true;
      }
      int end = DirectoryRecords.nameEnd(chunk, at, size);
      long number = DirectoryRecords.number(chunk, at + NAME, end);
      if (number >= 0 && number <= Integer.MAX_VALUE && !links.knows((int) number)) {
        byte[] name = new byte[end - at - NAME];
        System.arraycopy(chunk, at + NAME, name, 0, name.length);
        if (!links.take((int) number, link, calls.readLink(directory, name, link))) {
          return false;
        }
      }
      at += size;
    }
    return true;
  }

  /**
   * The rest of an open directory, some entries at a time: it may have a million.
   *
   * @return whether the visitor wanted all
   */
  CallResult<Boolean> entries(int fd, String path, Visitor<List<Entry>> visitor) {
    while (true) {
      int count = calls.getDirectoryEntries(fd, chunk);
      if (count < 0) {
        return CallResult.failed("getdents64", path, count);
      }
      List<Entry> entries = new ArrayList<>();
      DirectoryRecords.parse(chunk, count, entries);
      if (count == 0 || !visitor.visit(entries)) {
        return new CallResult.Ok<>(count == 0);
      }
    }
  }
}
