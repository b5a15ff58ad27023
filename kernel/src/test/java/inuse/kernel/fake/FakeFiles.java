package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.AT_EMPTY_PATH;
import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.AT_SYMLINK_NOFOLLOW;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.O_NONBLOCK;
import static inuse.kernel.abi.Constants.O_PATH;
import static inuse.kernel.abi.Constants.S_IFBLK;
import static inuse.kernel.abi.Constants.S_IFCHR;
import static inuse.kernel.abi.Constants.S_IFDIR;
import static inuse.kernel.abi.Constants.S_IFIFO;
import static inuse.kernel.abi.Constants.S_IFLNK;
import static inuse.kernel.abi.Constants.S_IFREG;

import inuse.kernel.Bytes;
import inuse.kernel.FileStatus;
import inuse.kernel.abi.Architecture;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The files, links and directories that a test created. */
final class FakeFiles {
  private static final int ENOENT = 2;
  private static final int EBADF = 9;
  private static final int EPERM = 1;
  private static final int EEXIST = 17;
  private static final int ENOTDIR = 20;
  private static final int EINVAL = 22;
  private static final int ENODATA = 61;
  private static final int STATX_OWNER = 20;
  private static final int STATX_MODE = 28;
  private static final int STATX_INODE = 32;
  private static final int STATX_SIZE = 40;
  private static final String FD_INFO = "/proc/self/fdinfo/";
  private static final int DIRECTORY_ONLY = Architecture.X86_64.directoryOnly();
  private static final int NO_FOLLOW = Architecture.X86_64.noFollow();
  private static final int ALL_MAY = 0755;
  private static final String OPEN_FILES = "/proc/self/fd/";

  private final FakeRefusals refusals;
  private final FakeDescriptors descriptors;
  private final FakeIdentity identity;
  private final FakePaths paths = new FakePaths();
  private final Map<String, FileStatus> statuses = new HashMap<>();
  private final Map<String, FileStatus> made = new HashMap<>();
  private final Map<String, Runnable> hooks = new HashMap<>();
  private final Map<String, Integer> attributes = new HashMap<>();
  private final Map<Long, String> handles = new HashMap<>();
  private final Map<Integer, String> numbers = new HashMap<>();
  private boolean hidesItself;

  /** How much was read by mapping, in bytes. */
  int mapped;

  FakeFiles(FakeRefusals refusals, FakeDescriptors descriptors, FakeIdentity identity) {
    this.refusals = refusals;
    this.descriptors = descriptors;
    this.identity = identity;
  }

  FakePaths paths() {
    return paths;
  }

  void status(String path, FileStatus status) {
    statuses.put(path, status);
  }

  void noStatus(String path) {
    statuses.remove(path);
  }

  Set<String> statuses() {
    return new TreeSet<>(statuses.keySet());
  }

  void attribute(String path, String name, int length) {
    attributes.put(path + " " + name, length);
  }

  /** The length of an extended attribute. */
  int attribute(byte[] path, byte[] name) {
    return attributes.getOrDefault(text(path) + " " + text(name), -ENODATA);
  }

  void handle(long id, String path) {
    handles.put(id, path);
  }

  void numbered(int pid, String inProc) {
    numbers.put(pid, inProc);
  }

  void hideItself() {
    hidesItself = true;
  }

  /** Does something just before that call on that path, each time. */
  void before(String call, String path, Runnable action) {
    hooks.put(call + " " + path, action);
  }

  private void happens(String call, String path) {
    Runnable hook = hooks.get(call + " " + path);
    if (hook != null) {
      hook.run();
    }
  }

  /** Renames a directory with all that is in it; what is open stays open. */
  void move(String from, String to) {
    paths.move(from, to);
    for (String path : statuses()) {
      if (FakePaths.isWithin(path, from)) {
        statuses.put(to + path.substring(from.length()), statuses.remove(path));
      }
    }
    descriptors.all().stream()
        .filter(one -> FakePaths.isWithin(one.path, from))
        .forEach(one -> one.path = to + one.path.substring(from.length()));
  }

  /** The path that a call means: below a descriptor, and through a link to one. */
  private String at(int directory, byte[] path) {
    String name = text(path);
    if (!name.startsWith("/") && directory != AT_FDCWD) {
      name = FakePaths.below(descriptors.get(directory).path, name);
    }
    int slash = name.indexOf('/', OPEN_FILES.length());
    return name.startsWith(OPEN_FILES) && slash > 0
        ? FakePaths.below(
            descriptors.get(Integer.parseInt(name.substring(OPEN_FILES.length(), slash))).path,
            name.substring(slash + 1))
        : name;
  }

  int open(int directory, byte[] path, int flags) {
    String name = at(directory, path);
    happens("open", name);
    int refusal = refusals.of("open", name);
    if (refusal < 0) {
      return refusal;
    }
    if (name.startsWith(OPEN_FILES) && paths.content(name).isEmpty()) {
      int fd = Integer.parseInt(name.substring(OPEN_FILES.length()));
      // A standard stream is no file of these.
      return fd <= 2 ? -ENOENT : opened(descriptors.get(fd).copy(), flags);
    }
    Optional<Long> namespace = identity.namespaceOf(name);
    if (namespace.isPresent()) {
      FakeDescriptor descriptor = new FakeDescriptor(name);
      descriptor.namespace = namespace.get();
      return descriptors.add(descriptor);
    }
    Optional<byte[]> ofPidfd = ofPidfd(name);
    if (ofPidfd.isPresent()) {
      return descriptors.add(new FakeDescriptor(name, ofPidfd.get()));
    }
    String real = paths.followed(name, (flags & NO_FOLLOW) == 0);
    return isThere(real) || paths.link(real).isPresent()
        ? opened(new FakeDescriptor(real), flags)
        : -ENOENT;
  }

  private boolean isThere(String name) {
    return paths.content(name).isPresent() || isDirectory(name) || statuses.containsKey(name);
  }

  private boolean isDirectory(String name) {
    return paths.isDirectory(name)
        || statuses.keySet().stream().anyMatch(one -> one.startsWith(name + "/"));
  }

  /** Opening a pipe waits for its other end, and opening a device is an act of its driver. */
  private int opened(FakeDescriptor file, int flags) {
    int kind = status(file.path).map(FileStatus::kind).orElse(S_IFREG);
    boolean named = (flags & O_PATH) != 0;
    if ((flags & DIRECTORY_ONLY) != 0 && kind != S_IFDIR) {
      return -ENOTDIR;
    }
    if (!named && paths.link(file.path).isPresent() && file.namespace == 0) {
      return -ENOENT;
    }
    if (!named && (kind == S_IFCHR || kind == S_IFBLK)) {
      throw new AssertionError("a device is opened: " + file.path);
    }
    if (!named && kind == S_IFIFO && (flags & O_NONBLOCK) == 0) {
      throw new AssertionError("open would wait for ever: " + file.path);
    }
    file.content =
        kind == S_IFDIR ? paths.entries(file.path) : paths.content(file.path).orElse(file.content);
    return descriptors.add(file);
  }

  /** The file of a pidfd, if that is the path of one. */
  private Optional<byte[]> ofPidfd(String path) {
    if (!path.startsWith(FD_INFO) || hidesItself) {
      return Optional.empty();
    }
    return descriptors
        .find(Integer.parseInt(path.substring(FD_INFO.length())))
        .filter(one -> one.path.startsWith("pidfd "))
        .map(one -> numbers.getOrDefault(one.pid, Integer.toString(one.pid)))
        .map(pids -> "Pid:\t" + pids.split("\t", -1)[0] + "\nNSpid:\t" + pids + "\n")
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }

  int create(byte[] path, int flags) {
    String name = text(path);
    int refusal = refusals.of("create", name);
    if (refusal < 0) {
      return refusal;
    }
    boolean there = paths.content(name).isPresent();
    if (there && (flags & O_EXCL) != 0) {
      return -EEXIST;
    }
    if (!there) {
      paths.file(name, new byte[0]);
    }
    return open(AT_FDCWD, path, flags);
  }

  int read(int fd, byte[] into) {
    FakeDescriptor file = descriptors.get(fd);
    int refusal = refusals.of("read", file.path);
    return refusal < 0 ? refusal : file.read(into);
  }

  int readAt(int fd, byte[] into, long offset) {
    FakeDescriptor file = descriptors.get(fd);
    int refusal = refusals.of("pread64", file.path);
    paths.content(file.path).ifPresent(now -> file.content = now);
    return refusal < 0 ? refusal : file.readAt(into, offset);
  }

  int readMapped(int fd, byte[] into, int length, long offset) {
    FakeDescriptor file = descriptors.get(fd);
    int refusal = refusals.of("mmap", file.path);
    if (refusal < 0) {
      return refusal;
    }
    byte[] all = new byte[length];
    if (file.readAt(all, offset) < length) {
      throw new AssertionError("SIGBUS: read behind the end of " + file.path);
    }
    System.arraycopy(all, 0, into, 0, length);
    mapped += length;
    return length;
  }

  int write(int fd, byte[] from, int offset, int length) {
    Optional<FakeDescriptor> file = descriptors.find(fd);
    Optional<byte[]> content = file.flatMap(one -> paths.content(one.path));
    if (file.isEmpty() || content.isEmpty()) {
      return -EBADF;
    }
    String path = file.get().path;
    int refusal = refusals.of("write", path);
    if (refusal < 0) {
      return refusal;
    }
    // A file of /proc/sys takes each write for the whole value.
    byte[] before = path.startsWith("/proc/") ? new byte[0] : content.get();
    byte[] after = Arrays.copyOf(before, before.length + length);
    System.arraycopy(from, offset, after, before.length, length);
    paths.file(path, after);
    return length;
  }

  int entries(int fd, byte[] into) {
    FakeDescriptor directory = descriptors.get(fd);
    if (paths.content(directory.path).isPresent()) {
      return -ENOTDIR;
    }
    int refusal = refusals.of("getdents64", directory.path);
    if (refusal < 0) {
      return refusal;
    }
    if (directory.offset == 0 && paths.isDirectory(directory.path)) {
      directory.content = paths.entries(directory.path);
    }
    int count = 0;
    while (directory.offset < directory.content.length) {
      int size = Bytes.getShort(directory.content, directory.offset + 16);
      if (count + size > into.length) {
        break;
      }
      System.arraycopy(directory.content, directory.offset, into, count, size);
      count += size;
      directory.offset += size;
    }
    return count;
  }

  int readLink(int directory, byte[] path, byte[] into) {
    String name = at(directory, path);
    happens("readlink", name);
    int refusal = refusals.of("readlink", name);
    if (refusal < 0) {
      return refusal;
    }
    Optional<String> target =
        identity.isOwnFile(name)
            ? Optional.of("net:[" + identity.namespace() + "]")
            : paths.link(name);
    if (target.isEmpty() && name.startsWith(OPEN_FILES)) {
      target =
          Optional.of(descriptors.get(Integer.parseInt(name.substring(OPEN_FILES.length()))).path);
    }
    if (target.isEmpty()) {
      return paths.content(name).isPresent() ? -EINVAL : -ENOENT;
    }
    byte[] bytes = target.get().getBytes(StandardCharsets.ISO_8859_1);
    int count = Math.min(bytes.length, into.length);
    System.arraycopy(bytes, 0, into, 0, count);
    return count;
  }

  int statx(int directory, byte[] path, int flags, byte[] into) {
    if ((flags & AT_EMPTY_PATH) != 0 && directory <= 2) {
      Bytes.putShort(into, STATX_MODE, S_IFIFO);
      return 0;
    }
    if ((flags & AT_EMPTY_PATH) != 0 && path.length == 0) {
      FakeDescriptor file = descriptors.get(directory);
      if (file.socket.isPresent()) {
        return owner(file.socket.get(), into);
      }
      int refusal = refusals.of("statx", file.path);
      if (refusal < 0) {
        return refusal;
      }
      if (file.path.endsWith("/fd")) {
        Bytes.putLong(into, STATX_SIZE, paths.names(file.path).size());
      }
      return file.namespace != 0
          ? told(new FileStatus(S_IFREG, 0, file.namespace, 0, 4), into)
          : status(file.path).map(status -> told(status, into)).orElse(-EINVAL);
    }
    String name = at(directory, path);
    int refusal = refusals.of("statx", name);
    if (refusal < 0) {
      return refusal;
    }
    String real = paths.followed(name, (flags & AT_SYMLINK_NOFOLLOW) == 0);
    Optional<FileStatus> status =
        statuses.containsKey(name) ? Optional.of(statuses.get(name)) : status(real);
    return status.map(one -> told(one, into)).orElse(-ENOENT);
  }

  private static int owner(FakeSocket socket, byte[] into) {
    if (socket.owner().isEmpty()) {
      return -EINVAL;
    }
    Bytes.putInt(into, STATX_OWNER, socket.owner().get().intValue());
    Bytes.putLong(into, STATX_INODE, socket.inode());
    return 0;
  }

  /** What the test said of it, else root's file, link or directory of a device of its own. */
  private Optional<FileStatus> status(String name) {
    if (statuses.containsKey(name)) {
      return Optional.of(statuses.get(name));
    }
    if (made.containsKey(name) && isDirectory(name)) {
      return Optional.of(made.get(name));
    }
    int kind =
        paths.link(name).isPresent()
            ? S_IFLNK
            : paths.content(name).isPresent() ? S_IFREG : isDirectory(name) ? S_IFDIR : 0;
    return kind == 0
        ? Optional.empty()
        : Optional.of(
            new FileStatus(
                kind | ALL_MAY, 0, paths.inode(name), 0, name.startsWith("/proc") ? 4 : 7));
  }

  private static int told(FileStatus status, byte[] into) {
    Bytes.putInt(into, STATX_OWNER, (int) status.uid());
    Bytes.putShort(into, STATX_MODE, status.mode());
    Bytes.putLong(into, STATX_INODE, status.inode());
    Bytes.putInt(into, 136, (int) status.major());
    Bytes.putInt(into, 140, (int) status.minor());
    return 0;
  }

  int renameNoReplace(int directory, byte[] from, byte[] to) {
    happens("renameat2", at(directory, from));
    String old = at(directory, from);
    int refusal = refusals.of("renameat2", old);
    if (refusal < 0) {
      return refusal;
    }
    String name = at(directory, to);
    if (paths.content(name).isPresent() || statuses.containsKey(name)) {
      return -EEXIST;
    }
    Optional<byte[]> content = paths.take(old);
    FileStatus status = statuses.remove(old);
    content.ifPresent(bytes -> paths.file(name, bytes));
    if (status != null) {
      statuses.put(name, status);
    }
    return content.isEmpty() && status == null ? -ENOENT : 0;
  }

  int rename(byte[] from, byte[] to) {
    int refusal = refusals.of("renameat2", text(from));
    if (refusal < 0) {
      return refusal;
    }
    Optional<byte[]> content = paths.take(text(from));
    content.ifPresent(bytes -> paths.file(text(to), bytes));
    return content.isEmpty() ? -ENOENT : 0;
  }

  int makeDirectory(byte[] path, int mode) {
    String name = text(path);
    int refusal = refusals.of("mkdirat", name);
    if (refusal < 0 || paths.isDirectory(name)) {
      return refusal < 0 ? refusal : -EEXIST;
    }
    paths.directory(name, 1L);
    made.put(name, new FileStatus(S_IFDIR | mode, identity.uid(), 1, 0, 7));
    return 0;
  }

  int unlink(int directory, byte[] path) {
    int refusal = refusals.of("unlinkat", "");
    if (refusal < 0) {
      return refusal;
    }
    String name = at(directory, path);
    boolean file = paths.take(name).isPresent();
    boolean status = statuses.remove(name) != null;
    return file || status ? 0 : -ENOENT;
  }

  int openByHandle(int mount, byte[] handle) {
    descriptors.get(mount);
    String path = handles.get(Bytes.getLong(handle, 8));
    return path == null ? -EPERM : descriptors.add(new FakeDescriptor(path));
  }

  static String text(byte[] path) {
    return new String(path, StandardCharsets.ISO_8859_1);
  }
}
