package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.AT_EMPTY_PATH;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.S_IFIFO;

import inuse.kernel.Bytes;
import inuse.kernel.FileStatus;
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
  private static final int STATX_OWNER = 20;
  private static final int STATX_MODE = 28;
  private static final int STATX_INODE = 32;

  private final FakeRefusals refusals;
  private final FakeDescriptors descriptors;
  private final FakeIdentity identity;
  private final FakePaths paths = new FakePaths();
  private final Map<String, FileStatus> statuses = new HashMap<>();
  private final Map<String, Runnable> hooks = new HashMap<>();
  private final Map<Long, String> handles = new HashMap<>();

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

  void handle(long id, String path) {
    handles.put(id, path);
  }

  void beforeOpen(String path, Runnable action) {
    hooks.put(path, action);
  }

  int open(byte[] path) {
    String name = text(path);
    Runnable hook = hooks.get(name);
    if (hook != null) {
      hook.run();
    }
    int refusal = refusals.of("open", name);
    if (refusal < 0) {
      return refusal;
    }
    Optional<Long> namespace = identity.namespaceOf(name);
    if (namespace.isPresent()) {
      FakeDescriptor descriptor = new FakeDescriptor(name);
      descriptor.namespace = namespace.get();
      return descriptors.add(descriptor);
    }
    Optional<byte[]> content = paths.content(name);
    if (content.isEmpty() && !paths.isDirectory(name)) {
      return -ENOENT;
    }
    return descriptors.add(new FakeDescriptor(name, content.orElseGet(() -> paths.entries(name))));
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
    return open(path);
  }

  int read(int fd, byte[] into) {
    FakeDescriptor file = descriptors.get(fd);
    int refusal = refusals.of("read", file.path);
    return refusal < 0 ? refusal : file.read(into);
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
    String name = text(path);
    if (!name.startsWith("/")) {
      name = descriptors.get(directory).path + "/" + name;
    }
    int refusal = refusals.of("readlink", name);
    if (refusal < 0) {
      return refusal;
    }
    Optional<String> target =
        identity.isOwnFile(name)
            ? Optional.of("net:[" + identity.namespace() + "]")
            : paths.link(name);
    if (target.isEmpty() && name.startsWith("/proc/self/fd/")) {
      target = Optional.of(descriptors.get(Integer.parseInt(name.substring(14))).path);
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
    if ((flags & AT_EMPTY_PATH) != 0) {
      Optional<FakeSocket> socket = descriptors.get(directory).socket;
      if (socket.flatMap(FakeSocket::owner).isEmpty() || path.length > 0) {
        return -EINVAL;
      }
      Bytes.putInt(into, STATX_OWNER, socket.get().owner().get().intValue());
      Bytes.putLong(into, STATX_INODE, socket.get().inode());
      return 0;
    }
    String name = text(path);
    int refusal = refusals.of("statx", name);
    FileStatus status = statuses.get(name);
    if (refusal < 0 || status == null) {
      return refusal < 0 ? refusal : -ENOENT;
    }
    Bytes.putInt(into, STATX_OWNER, (int) status.uid());
    Bytes.putShort(into, STATX_MODE, status.mode());
    Bytes.putLong(into, STATX_INODE, status.inode());
    Bytes.putInt(into, 136, (int) status.major());
    Bytes.putInt(into, 140, (int) status.minor());
    return 0;
  }

  int renameNoReplace(byte[] from, byte[] to) {
    String old = text(from);
    int refusal = refusals.of("renameat2", old);
    if (refusal < 0) {
      return refusal;
    }
    if (paths.content(text(to)).isPresent() || statuses.containsKey(text(to))) {
      return -EEXIST;
    }
    Optional<byte[]> content = paths.take(old);
    FileStatus status = statuses.remove(old);
    content.ifPresent(bytes -> paths.file(text(to), bytes));
    if (status != null) {
      statuses.put(text(to), status);
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

  int makeDirectory(byte[] path) {
    int refusal = refusals.of("mkdirat", text(path));
    if (refusal < 0 || paths.isDirectory(text(path))) {
      return refusal < 0 ? refusal : -EEXIST;
    }
    paths.directory(text(path), 1L);
    return 0;
  }

  int unlink(byte[] path) {
    int refusal = refusals.of("unlinkat", "");
    if (refusal < 0) {
      return refusal;
    }
    boolean file = paths.take(text(path)).isPresent();
    boolean status = statuses.remove(text(path)) != null;
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
