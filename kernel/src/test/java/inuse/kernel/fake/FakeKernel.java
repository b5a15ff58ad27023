package inuse.kernel;

import static inuse.kernel.abi.Constants.AF_NETLINK;
import static inuse.kernel.abi.Constants.AT_EMPTY_PATH;
import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.CLOCK_BOOTTIME;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.CLOCK_REALTIME;
import static inuse.kernel.abi.Constants.CLONE_NEWNET;
import static inuse.kernel.abi.Constants.MSG_DONTWAIT;
import static inuse.kernel.abi.Constants.NS_GET_NSTYPE;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.SCM_RIGHTS;
import static inuse.kernel.abi.Constants.SIOCGIFINDEX;
import static inuse.kernel.abi.Constants.SIOCGIFNAME;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_COOKIE;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_REUSEPORT;
import static inuse.kernel.abi.Constants.TIOCGWINSZ;

import inuse.kernel.abi.Architecture;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A Linux made of maps. Files, links and directories are there because a test put them there; a
 * dump is answered by what a test scripted; time passes only where somebody waits. A descriptor
 * that is closed twice, or used when it is not open, ends the test.
 */
public final class FakeKernel implements SystemCalls {
  private static final int ENOENT = 2;
  private static final int ECONNREFUSED = 111;
  private static final int ESRCH = 3;
  private static final int EINTR = 4;
  private static final int EBADF = 9;
  private static final int EAGAIN = 11;
  private static final int EEXIST = 17;
  private static final int EINVAL = 22;
  private static final int ENODEV = 19;
  private static final int ENOTTY = 25;
  private static final int ENOTDIR = 20;
  private static final int EPERM = 1;
  private static final int DIRECTORY_TYPE = 4;
  private static final int FILE_TYPE = 8;
  private static final int DIRENT_BYTES = 19;
  private static final int STATX_OWNER = 20;
  private static final String SIGNALS = "signalfd";

  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final Map<String, String> links = new LinkedHashMap<>();
  private final Map<String, Long> inodes = new LinkedHashMap<>();
  private final Map<String, FileStatus> statuses = new HashMap<>();
  private final Map<String, Integer> refusals = new HashMap<>();
  private final Map<String, Runnable> hooks = new HashMap<>();
  private final List<String> signals = new ArrayList<>();
  private final Map<String, Runnable> reactions = new HashMap<>();
  private final Map<Integer, Descriptor> open = new TreeMap<>();
  private final Map<Integer, Long> clocks = new HashMap<>();
  private final Map<String, HeldSocket> held = new HashMap<>();
  private final Map<String, List<String>> sent = new HashMap<>();
  private final Set<Integer> ownTables = new HashSet<>();
  private final Map<Integer, String> interfaces = new HashMap<>();
  private final Map<Long, String> handles = new HashMap<>();
  private final Deque<List<Datagram>> scripts = new ArrayDeque<>();
  private final List<byte[]> requests = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private Optional<Dumper> dumper = Optional.empty();
  private Binder binder = (socket, address) -> 0;
  private Binder connector = (socket, address) -> -ECONNREFUSED;
  private Optional<Integer> columns = Optional.empty();
  private String stdin = "";
  private final Map<String, Long> namespaces = new LinkedHashMap<>();
  private Optional<Long> namespace = Optional.empty();
  private long uid = 1000;
  private long namespaceCookie = 1;
  private int nextFd = 3;
  private int mostWritten = Integer.MAX_VALUE;
  private int opened;
  private final Map<String, Peer> programs = new HashMap<>();
  private final Map<String, Peer> servers = new HashMap<>();
  private final List<String> spawned = new ArrayList<>();
  private final Map<Integer, Boolean> children = new TreeMap<>();
  private final List<List<String>> environments = new ArrayList<>();
  private final Map<String, Integer> exits = new HashMap<>();
  private final Map<Integer, Integer> exitOf = new HashMap<>();
  private final List<Later> later = new ArrayList<>();
  private int interruptions;
  private int nextPid = 9000;

  private record Later(long atNanos, Runnable action) {}

  /** What one recvfrom(2) gives: bytes from a sender, or an errno. */
  public static final class Datagram {
    private final byte[] bytes;
    private final int sender;
    private final int errno;

    private Datagram(byte[] bytes, int sender, int errno) {
      this.bytes = bytes.clone();
      this.sender = sender;
      this.errno = errno;
    }

    public byte[] bytes() {
      return bytes.clone();
    }

    /** From the kernel. */
    public static Datagram of(byte[] bytes) {
      return new Datagram(bytes, 0, 0);
    }

    /** From another process. */
    public static Datagram from(int sender, byte[] bytes) {
      return new Datagram(bytes, sender, 0);
    }

    /** An error instead. */
    public static Datagram error(int errno) {
      return new Datagram(new byte[0], 0, errno);
    }
  }

  /** Answers dumps that no test scripted. */
  public interface Dumper {
    List<Datagram> answer(byte[] request);
  }

  /** A program that can be spawned, or a server behind a unix socket. */
  public interface Peer {
    /** What it says to that command line or request; nothing when it never answers. */
    Optional<String> answer(String asked);
  }

  /** Answers bind(2): zero, or a negated errno. */
  public interface Binder {
    int bind(Descriptor socket, byte[] address);
  }

  /** What pidfd_getfd(2) gives a duplicate of. */
  public record HeldSocket(
      long cookie, boolean reuseAddress, boolean reusePort, Optional<HeldName> name) {
    public HeldSocket(long cookie, boolean reuseAddress, boolean reusePort) {
      this(cookie, reuseAddress, reusePort, Optional.empty());
    }
  }

  /**
   * What a duplicate says of itself.
   *
   * @param address struct sockaddr
   * @param options of four or eight bytes, by level and name as {@code 1/38}
   */
  public record HeldName(List<Byte> address, long uid, Map<String, Long> options) {}

  /** An open descriptor. */
  public static final class Descriptor {
    private final String path;
    private final byte[] content;
    private final int domain;
    private final int type;
    private final Map<String, Integer> options = new HashMap<>();
    private final Deque<Datagram> queue = new ArrayDeque<>();
    private Optional<HeldSocket> copyOf = Optional.empty();
    private List<String> unreceived = List.of();
    private final Deque<byte[]> stream = new ArrayDeque<>();
    private Optional<Peer> server = Optional.empty();
    private boolean isStream;
    private boolean ended;
    private int pid;
    private int groups;
    private int offset;
    private long namespace;

    private Descriptor(String path, byte[] content, int domain, int type) {
      this.path = path;
      this.content = content;
      this.domain = domain;
      this.type = type;
    }

    public int domain() {
      return domain;
    }

    public int type() {
      return type;
    }

    /** An option of four bytes, zero where nobody set it. */
    public int option(int level, int name) {
      return options.getOrDefault(level + "/" + name, 0);
    }
  }

  /** Makes a clock of a host that booted a thousand seconds ago. */
  public FakeKernel() {
    clocks.put(CLOCK_MONOTONIC, 1_000_000_000_000L);
    clocks.put(CLOCK_BOOTTIME, 1_000_000_000_000L);
    clocks.put(CLOCK_REALTIME, 1_800_000_000_000_000_000L);
  }

  /** Puts a program there, which runs at once, or never ends when it has no answer. */
  public FakeKernel program(String path, Peer program) {
    programs.put(path, program);
    return this;
  }

  /** The exit status of that program, zero where no test said. */
  public FakeKernel exits(String path, int status) {
    exits.put(path, status);
    return this;
  }

  /** Does something while somebody waits, when that much time has passed. */
  public FakeKernel later(long nanos, Runnable action) {
    later.add(new Later(clockNanos(CLOCK_MONOTONIC) + nanos, action));
    return this;
  }

  /** Lets the next waits be interrupted. */
  public FakeKernel interrupts(int times) {
    interruptions = times;
    return this;
  }

  /** A signal comes to whoever reads signals from a descriptor. */
  public void raise() {
    open.values().stream()
        .filter(one -> one.path.equals(SIGNALS))
        .forEach(one -> one.stream.add(new byte[128]));
  }

  /** The kernel tells something to all who listen to it over netlink. */
  public void news(Datagram datagram) {
    open.values().stream().filter(one -> one.groups != 0).forEach(one -> one.queue.add(datagram));
  }

  /** Lets a server listen on a unix socket. */
  public FakeKernel server(String path, Peer server) {
    servers.put(path, server);
    return this;
  }

  /** Command lines of what was spawned. */
  public List<String> spawned() {
    return List.copyOf(spawned);
  }

  /** The environments of what was spawned. */
  public List<List<String>> environments() {
    return List.copyOf(environments);
  }

  /** The child that was spawned last ends now, after printing that. */
  public void endChild(String printed) {
    children.replaceAll((child, ended) -> child == nextPid - 1 || ended);
    open.values().stream()
        .filter(one -> one.path.equals("pipe") && one.isStream && !one.ended)
        .forEach(one -> say(one, Optional.of(printed)));
  }

  /** Children that nobody has waited for. */
  public List<Integer> unreaped() {
    return List.copyOf(children.keySet());
  }

  /** Puts a file there. */
  public FakeKernel file(String path, String text) {
    files.put(path, text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** What is in a file now; nothing where there is none. */
  public Optional<String> content(String path) {
    return Optional.ofNullable(files.get(path))
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /** Puts a symbolic link there. */
  public FakeKernel link(String path, String target) {
    links.put(path, target);
    return this;
  }

  /** Puts an empty directory there, or gives a directory its inode. */
  public FakeKernel directory(String path, long inode) {
    inodes.put(path, inode);
    return this;
  }

  /** Takes everything away at and below a path. */
  public FakeKernel remove(String path) {
    files.keySet().removeIf(one -> isWithin(one, path));
    links.keySet().removeIf(one -> isWithin(one, path));
    inodes.keySet().removeIf(one -> isWithin(one, path));
    return this;
  }

  /**
   * Lets a call on a path, or on nothing in particular, fail.
   *
   * @param call open, create, fchmod, fsync, flock, mkdirat, read, getdents64, readlink, statx,
   *     faccessat2, setns; write with a descriptor; renameat2, posix_spawn; socket, sendto,
   *     pidfd_open, pidfd_getfd, pidfd_send_signal, recvmsg, kcmp, openByHandle, unlinkat,
   *     signalfd, clock with an empty path, socket with the number of the domain, or bind with
   *     netlink
   */
  public FakeKernel refuse(String call, String path, Errno errno) {
    refusals.put(call + " " + path, errno.code());
    return this;
  }

  /** Does something just before a path is opened, each time. */
  public FakeKernel beforeOpen(String path, Runnable action) {
    hooks.put(path, action);
    return this;
  }

  /** Scripts the answer to the next dump for which nothing is scripted yet. */
  public FakeKernel dump(Datagram... datagrams) {
    scripts.addLast(List.of(datagrams));
    return this;
  }

  /** Answers all dumps that are not scripted. */
  public FakeKernel dumps(Dumper answers) {
    dumper = Optional.of(answers);
    return this;
  }

  public FakeKernel binds(Binder answers) {
    binder = answers;
    return this;
  }

  /** Answers connect(2) likewise; nobody is there unless a test says so. */
  public FakeKernel connects(Binder answers) {
    connector = answers;
    return this;
  }

  /** Lets statx(2) tell of a file, links not followed. */
  public FakeKernel status(String path, FileStatus status) {
    statuses.put(path, status);
    return this;
  }

  /** Takes a file from statx(2) again. */
  public FakeKernel noStatus(String path) {
    statuses.remove(path);
    return this;
  }

  /** Lets pidfd_getfd(2) take this socket. */
  public FakeKernel holds(int pid, int fd, HeldSocket socket) {
    held.put(pid + "/" + fd, socket);
    return this;
  }

  /** Puts the file of a network namespace there, as a link that can be opened too. */
  public FakeKernel networkNamespace(String path, long inode) {
    namespaces.put(path, inode);
    links.put(path, "net:[" + inode + "]");
    return this;
  }

  /** Puts the asking thread into a network namespace. */
  public FakeKernel inNetworkNamespace(long inode) {
    namespace = Optional.of(inode);
    return this;
  }

  /** The network namespace that the asking thread is in, zero where no test said. */
  public long networkNamespace() {
    return namespace.orElse(0L);
  }

  /** Lets pidfd_getfd(2) take a unix socket to which descriptors of these things were sent. */
  public FakeKernel sentTo(int pid, int fd, String... targets) {
    sent.put(pid + "/" + fd, List.of(targets));
    return this;
  }

  /** Gives a thread a table of descriptors of its own. */
  public FakeKernel ownTable(int thread) {
    ownTables.add(thread);
    return this;
  }

  public FakeKernel networkInterface(int index, String name) {
    interfaces.put(index, name);
    return this;
  }

  /** Lets open_by_handle_at(2) find a directory by its id. */
  public FakeKernel handle(long id, String path) {
    handles.put(id, path);
    return this;
  }

  public FakeKernel clock(int clock, long nanos) {
    clocks.put(clock, nanos);
    return this;
  }

  /** Lets time pass. */
  public void advance(long nanos) {
    clocks.replaceAll((clock, now) -> now + nanos);
  }

  /** SO_NETNS_COOKIE of sockets made here; a negated errno where the kernel has none. */
  public FakeKernel namespaceCookie(long cookie) {
    namespaceCookie = cookie;
    return this;
  }

  public FakeKernel user(long effectiveUid) {
    uid = effectiveUid;
    return this;
  }

  /** Makes standard output a terminal. */
  public FakeKernel terminal(int width) {
    columns = Optional.of(width);
    return this;
  }

  /** What somebody types, once. */
  public FakeKernel stdin(String text) {
    stdin = text;
    return this;
  }

  /** Bytes that one write(2) takes at most, as of a pipe that is nearly full. */
  public FakeKernel mostWritten(int bytes) {
    mostWritten = bytes;
    return this;
  }

  public String stdout() {
    return stdout.toString(StandardCharsets.UTF_8);
  }

  public String stderr() {
    return stderr.toString(StandardCharsets.UTF_8);
  }

  /** Does something when that process gets that signal. */
  public FakeKernel onSignal(int pid, int signal, Runnable reaction) {
    reactions.put(pid + " " + signal, reaction);
    return this;
  }

  /** The signals that were sent, each as {@code pid signal}, in order. */
  public List<String> signals() {
    return List.copyOf(signals);
  }

  /** What was sent over netlink, in order. */
  public List<byte[]> requests() {
    return List.copyOf(requests);
  }

  /** The sizes of the buffers that were offered for netlink's answers, in order. */
  public List<Integer> bufferLengths() {
    return List.copyOf(lengths);
  }

  /** Paths and kinds of what is open still. */
  public List<String> openDescriptors() {
    return open.values().stream().map(one -> one.path).toList();
  }

  /** How many descriptors were ever opened. */
  public int opened() {
    return opened;
  }

  @Override
  public Architecture architecture() {
    return Architecture.X86_64;
  }

  @Override
  public int open(int directory, byte[] path, int flags) {
    String name = text(path);
    Runnable hook = hooks.get(name);
    if (hook != null) {
      hook.run();
    }
    int refusal = refusal("open", name);
    if (refusal < 0) {
      return refusal;
    }
    if (isOwnNamespace(name) || namespaces.containsKey(name)) {
      Descriptor descriptor = new Descriptor(name, new byte[0], 0, 0);
      descriptor.namespace =
          isOwnNamespace(name) ? networkNamespace() : namespaces.getOrDefault(name, 0L);
      return add(descriptor);
    }
    byte[] content = files.get(name);
    if (content == null && !isDirectory(name)) {
      return -ENOENT;
    }
    return add(new Descriptor(name, content == null ? entries(name) : content, 0, 0));
  }

  @Override
  public int create(byte[] path, int flags, int mode) {
    String name = text(path);
    int refusal = refusal("create", name);
    if (refusal < 0) {
      return refusal;
    }
    if (files.containsKey(name) && (flags & O_EXCL) != 0) {
      return -EEXIST;
    }
    files.putIfAbsent(name, new byte[0]);
    return open(AT_FDCWD, path, flags);
  }

  @Override
  public int close(int fd) {
    if (open.remove(fd) == null) {
      throw new AssertionError("close of descriptor " + fd + ", which is not open");
    }
    return 0;
  }

  @Override
  public int read(int fd, byte[] into) {
    if (fd == 0) {
      byte[] line = Bytes.of(stdin);
      stdin = "";
      System.arraycopy(line, 0, into, 0, line.length);
      return line.length;
    }
    Descriptor file = descriptor(fd);
    int refusal = refusal("read", file.path);
    if (refusal < 0) {
      return refusal;
    }
    if (file.isStream) {
      return readStream(file, into);
    }
    int count = Math.min(into.length, file.content.length - file.offset);
    System.arraycopy(file.content, file.offset, into, 0, count);
    file.offset += count;
    return count;
  }

  @Override
  public int write(int fd, byte[] from, int offset, int length) {
    if (fd != 1 && fd != 2) {
      return writeFile(fd, from, offset, length);
    }
    int refusal = refusal("write", Integer.toString(fd));
    if (refusal < 0) {
      return refusal;
    }
    int count = Math.min(length, mostWritten);
    (fd == 1 ? stdout : stderr).write(from, offset, count);
    return count;
  }

  private int writeFile(int fd, byte[] from, int offset, int length) {
    Descriptor file = open.get(fd);
    if (file == null || !files.containsKey(file.path)) {
      return -EBADF;
    }
    int refusal = refusal("write", file.path);
    if (refusal < 0) {
      return refusal;
    }
    // A file of /proc/sys takes each write for the whole value.
    byte[] before = file.path.startsWith("/proc/") ? new byte[0] : files.get(file.path);
    byte[] after = Arrays.copyOf(before, before.length + length);
    System.arraycopy(from, offset, after, before.length, length);
    files.put(file.path, after);
    return length;
  }

  @Override
  public int getDirectoryEntries(int fd, byte[] into) {
    Descriptor directory = descriptor(fd);
    if (files.containsKey(directory.path)) {
      return -ENOTDIR;
    }
    int refusal = refusal("getdents64", directory.path);
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

  @Override
  public int readLink(int directory, byte[] path, byte[] into) {
    String name = text(path);
    if (!name.startsWith("/")) {
      name = descriptor(directory).path + "/" + name;
    }
    int refusal = refusal("readlink", name);
    if (refusal < 0) {
      return refusal;
    }
    String target = isOwnNamespace(name) ? "net:[" + networkNamespace() + "]" : links.get(name);
    if (target == null && name.startsWith("/proc/self/fd/")) {
      target = descriptor(Integer.parseInt(name.substring(14))).path;
    }
    if (target == null) {
      return files.containsKey(name) ? -EINVAL : -ENOENT;
    }
    byte[] bytes = target.getBytes(StandardCharsets.ISO_8859_1);
    int count = Math.min(bytes.length, into.length);
    System.arraycopy(bytes, 0, into, 0, count);
    return count;
  }

  @Override
  public int socket(int domain, int type, int protocol) {
    int refusal = Math.min(refusal("socket", ""), refusal("socket", Integer.toString(domain)));
    return refusal < 0
        ? refusal
        : add(new Descriptor("socket " + domain, new byte[0], domain, type & 0xf));
  }

  @Override
  public int bind(int fd, byte[] socketAddress) {
    Descriptor socket = descriptor(fd);
    if (socket.domain == AF_NETLINK) {
      socket.groups = Bytes.getInt(socketAddress, 8);
      return refusal("bind", "netlink");
    }
    return binder.bind(socket, socketAddress);
  }

  @Override
  public int connect(int fd, byte[] socketAddress) {
    String path = text(Arrays.copyOfRange(socketAddress, 2, socketAddress.length));
    int end = path.indexOf('\0');
    path = end < 0 ? path : path.substring(0, end);
    int refusal = refusal("connect", path);
    if (refusal < 0) {
      return refusal;
    }
    Peer server = servers.get(path);
    if (server == null) {
      return connector.bind(descriptor(fd), socketAddress);
    }
    descriptor(fd).server = Optional.of(server);
    return 0;
  }

  @Override
  public int statx(int directory, byte[] path, int flags, int mask, byte[] into) {
    if ((flags & AT_EMPTY_PATH) != 0) {
      Optional<HeldName> held = descriptor(directory).copyOf.flatMap(HeldSocket::name);
      if (held.isEmpty() || path.length > 0) {
        return -EINVAL;
      }
      Bytes.putInt(into, STATX_OWNER, (int) held.get().uid());
      return 0;
    }
    String name = text(path);
    int refusal = refusal("statx", name);
    FileStatus status = statuses.get(name);
    if (refusal < 0 || status == null) {
      return refusal < 0 ? refusal : -ENOENT;
    }
    Bytes.putInt(into, 20, (int) status.uid());
    Bytes.putShort(into, 28, status.mode());
    Bytes.putLong(into, 32, status.inode());
    Bytes.putInt(into, 136, (int) status.major());
    Bytes.putInt(into, 140, (int) status.minor());
    return 0;
  }

  @Override
  public int access(int directory, byte[] path, int mode, int flags) {
    return refusal("faccessat2", text(path));
  }

  @Override
  public int setSocketOption(int fd, int level, int option, byte[] value) {
    descriptor(fd).options.put(level + "/" + option, Bytes.getInt(value, 0));
    return 0;
  }

  @Override
  public int getSocketOption(int fd, int level, int option, byte[] into) {
    Optional<HeldSocket> copy = descriptor(fd).copyOf;
    if (level == SOL_SOCKET && option == SO_NETNS_COOKIE && copy.isEmpty()) {
      return number(namespaceCookie, into);
    }
    Optional<Long> told =
        copy.flatMap(HeldSocket::name).map(name -> name.options().get(level + "/" + option));
    if (told.isPresent()) {
      return number(told.get(), into);
    }
    if (copy.isEmpty() || level != SOL_SOCKET) {
      return -EINVAL;
    }
    return switch (option) {
      case SO_COOKIE -> {
        Bytes.putLong(into, 0, copy.get().cookie());
        yield 8;
      }
      case SO_REUSEADDR -> flag(copy.get().reuseAddress(), into);
      case SO_REUSEPORT -> flag(copy.get().reusePort(), into);
      default -> -EINVAL;
    };
  }

  private static int number(long value, byte[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = (byte) (value >> (8 * i));
    }
    return value < 0 ? (int) value : into.length;
  }

  @Override
  public int getSocketName(int fd, byte[] into) {
    Optional<HeldName> name = descriptor(fd).copyOf.flatMap(HeldSocket::name);
    if (name.isEmpty()) {
      return -EINVAL;
    }
    List<Byte> address = name.get().address();
    for (int i = 0; i < Math.min(into.length, address.size()); i++) {
      into[i] = address.get(i);
    }
    return address.size();
  }

  /** Only of a duplicate, and only its owner. */
  private static int flag(boolean set, byte[] into) {
    Bytes.putInt(into, 0, set ? 1 : 0);
    return 4;
  }

  @Override
  public int sendTo(int fd, byte[] message, byte[] socketAddress) {
    int refusal = refusal("sendto", "");
    if (refusal < 0) {
      return refusal;
    }
    Descriptor socket = descriptor(fd);
    if (socket.domain != AF_NETLINK) {
      return -EINVAL;
    }
    requests.add(message.clone());
    if (!scripts.isEmpty()) {
      socket.queue.addAll(scripts.removeFirst());
    } else {
      dumper.ifPresent(answers -> socket.queue.addAll(answers.answer(message.clone())));
    }
    return message.length;
  }

  @Override
  public int receiveFrom(int fd, byte[] into, int flags, byte[] from) {
    lengths.add(into.length);
    Datagram datagram = descriptor(fd).queue.pollFirst();
    if (datagram == null) {
      if ((flags & MSG_DONTWAIT) != 0) {
        return -EAGAIN;
      }
      throw new AssertionError("recvfrom would block for ever");
    }
    if (datagram.errno != 0) {
      return -datagram.errno;
    }
    System.arraycopy(datagram.bytes, 0, into, 0, Math.min(datagram.bytes.length, into.length));
    Bytes.putInt(from, 4, datagram.sender);
    return datagram.bytes.length;
  }

  /** No program that it starts is waited for but by its pidfd. */
  @Override
  public int waitForAny(byte[] into, int options) {
    throw new AssertionError("waitid of any child");
  }

  @Override
  public int control(int option, long argument) {
    throw new AssertionError("prctl");
  }

  @Override
  public int listen(int fd, int backlog) {
    throw new AssertionError("listen");
  }

  @Override
  public int socketPair(int[] ends, int type) {
    throw new AssertionError("socketpair");
  }

  @Override
  public int accept(int fd, int flags) {
    throw new AssertionError("accept4");
  }

  @Override
  public int sendMessage(int fd, byte[] message, byte[] control, int flags) {
    throw new AssertionError("sendmsg");
  }

  @Override
  public int readMemory(int pid, long address, byte[] into) {
    throw new AssertionError("process_vm_readv");
  }

  @Override
  public int fileControl(int fd, int command, long argument) {
    throw new AssertionError("fcntl");
  }

  @Override
  public void setFileUid(long uid) {
    throw new AssertionError("setfsuid");
  }

  @Override
  public int getAttribute(byte[] path, byte[] name) {
    throw new AssertionError("getxattr");
  }

  @Override
  public int awaitInput(int fd, long timeoutNanos) {
    if (timeoutNanos < 0) {
      throw new AssertionError("a wait of " + timeoutNanos + " ns");
    }
    return awaitInputs(new int[] {fd}, new int[1], timeoutNanos);
  }

  @Override
  public int awaitInputs(int[] fds, int[] events, long timeoutNanos) {
    if (timeoutNanos < 0) {
      throw new AssertionError("a wait of " + timeoutNanos + " ns");
    }
    long end = clockNanos(CLOCK_MONOTONIC) + timeoutNanos;
    while (true) {
      int count = 0;
      for (int i = 0; i < fds.length; i++) {
        events[i] = isReady(descriptor(fds[i])) ? POLLIN : 0;
        count += events[i];
      }
      if (count > 0) {
        return count;
      }
      if (interruptions > 0) {
        interruptions--;
        return -EINTR;
      }
      Optional<Later> next =
          later.stream()
              .filter(one -> one.atNanos <= end)
              .min(Comparator.comparingLong(Later::atNanos));
      long until = next.map(Later::atNanos).orElse(end);
      advance(Math.max(0, until - clockNanos(CLOCK_MONOTONIC)));
      if (next.isEmpty()) {
        return 0;
      }
      later.remove(next.get());
      next.get().action.run();
    }
  }

  private boolean isReady(Descriptor one) {
    boolean ended =
        one.path.startsWith("pidfd ")
            && children.getOrDefault(one.pid, !isDirectory("/proc/" + one.pid));
    return !one.queue.isEmpty() || !one.stream.isEmpty() || one.ended || ended;
  }

  @Override
  public long clockNanos(int clock) {
    return clocks.getOrDefault(clock, (long) -EINVAL);
  }

  @Override
  public int pidfdOpen(int pid, int flags) {
    int refusal = refusal("pidfd_open", "");
    if (refusal < 0) {
      return refusal;
    }
    if (!children.containsKey(pid) && pid != getPid() && !isDirectory("/proc/" + pid)) {
      return -ESRCH;
    }
    Descriptor descriptor = new Descriptor("pidfd " + pid, new byte[0], 0, 0);
    descriptor.pid = pid;
    return add(descriptor);
  }

  @Override
  public int pidfdSendSignal(int pidfd, int signal) {
    int pid = descriptor(pidfd).pid;
    int refusal = refusal("pidfd_send_signal", "");
    if (refusal < 0) {
      return refusal;
    }
    if (children.computeIfPresent(pid, (child, ended) -> true) == null
        && !isDirectory("/proc/" + pid)) {
      return -ESRCH;
    }
    signals.add(pid + " " + signal);
    Runnable reaction = reactions.get(pid + " " + signal);
    if (reaction != null) {
      reaction.run();
    }
    return 0;
  }

  @Override
  public int renameNoReplace(byte[] from, byte[] to) {
    String old = text(from);
    int refusal = refusal("renameat2", old);
    if (refusal < 0) {
      return refusal;
    }
    if (files.containsKey(text(to)) || statuses.containsKey(text(to))) {
      return -EEXIST;
    }
    byte[] content = files.remove(old);
    FileStatus status = statuses.remove(old);
    if (content != null) {
      files.put(text(to), content);
    }
    if (status != null) {
      statuses.put(text(to), status);
    }
    return content == null && status == null ? -ENOENT : 0;
  }

  @Override
  public int rename(byte[] from, byte[] to) {
    int refusal = refusal("renameat2", text(from));
    if (refusal < 0) {
      return refusal;
    }
    byte[] content = files.remove(text(from));
    if (content == null) {
      return -ENOENT;
    }
    files.put(text(to), content);
    return 0;
  }

  @Override
  public int makeDirectory(byte[] path, int mode) {
    int refusal = refusal("mkdirat", text(path));
    if (refusal < 0 || isDirectory(text(path))) {
      return refusal < 0 ? refusal : -EEXIST;
    }
    inodes.put(text(path), 1L);
    return 0;
  }

  @Override
  public int changeMode(int fd, int mode) {
    return refusal("fchmod", descriptor(fd).path);
  }

  @Override
  public int sync(int fd) {
    return refusal("fsync", descriptor(fd).path);
  }

  @Override
  public int lock(int fd, int operation) {
    return refusal("flock", descriptor(fd).path);
  }

  @Override
  public int unlink(byte[] path) {
    int refusal = refusal("unlinkat", "");
    if (refusal < 0) {
      return refusal;
    }
    boolean file = files.remove(text(path)) != null;
    boolean status = statuses.remove(text(path)) != null;
    return file || status ? 0 : -ENOENT;
  }

  /** Files that statx(2) knows of. */
  public Set<String> statuses() {
    return new TreeSet<>(statuses.keySet());
  }

  @Override
  public int signalDescriptor(int... numbers) {
    int refusal = refusal("signalfd", "");
    if (refusal < 0) {
      return refusal;
    }
    Descriptor signals = new Descriptor(SIGNALS, new byte[0], 0, 0);
    signals.isStream = true;
    return add(signals);
  }

  @Override
  public int pidfdGetFd(int pidfd, int fd) {
    int refusal = refusal("pidfd_getfd", "");
    if (refusal < 0) {
      return refusal;
    }
    String key = descriptor(pidfd).pid + "/" + fd;
    if (sent.containsKey(key)) {
      Descriptor unix = new Descriptor("copy of a unix socket", new byte[0], 0, 0);
      unix.unreceived = sent.get(key);
      return add(unix);
    }
    HeldSocket socket = held.get(key);
    if (socket == null) {
      return -EPERM;
    }
    Descriptor copy = new Descriptor("copy of a socket", new byte[0], 0, 0);
    copy.copyOf = Optional.of(socket);
    return add(copy);
  }

  /** Peeks: what was sent is told again the next time. */
  @Override
  public int receiveMessage(int fd, byte[] into, byte[] control, int flags) {
    List<String> targets = descriptor(fd).unreceived;
    if (targets.isEmpty()) {
      return -EAGAIN;
    }
    int refusal = refusal("recvmsg", "");
    if (refusal < 0) {
      return refusal;
    }
    Bytes.putLong(control, 0, 16 + 4L * targets.size());
    Bytes.putInt(control, 8, SOL_SOCKET);
    Bytes.putInt(control, 12, SCM_RIGHTS);
    for (int i = 0; i < targets.size(); i++) {
      int one = add(new Descriptor(targets.get(i), new byte[0], 0, 0));
      Bytes.putInt(control, 16 + 4 * i, one);
    }
    return 1;
  }

  @Override
  public int compareTasks(int one, int other, int kind) {
    int refusal = refusal("kcmp", "");
    if (refusal < 0) {
      return refusal;
    }
    return ownTables.contains(one) || ownTables.contains(other) ? 1 : 0;
  }

  private static int readStream(Descriptor from, byte[] into) {
    byte[] chunk = from.stream.pollFirst();
    if (chunk == null) {
      if (from.path.equals(SIGNALS)) {
        return -EAGAIN;
      }
      if (!from.ended) {
        throw new AssertionError("read would block for ever");
      }
      return 0;
    }
    int count = Math.min(chunk.length, into.length);
    System.arraycopy(chunk, 0, into, 0, count);
    if (count < chunk.length) {
      from.stream.addFirst(Arrays.copyOfRange(chunk, count, chunk.length));
    }
    return count;
  }

  private static void say(Descriptor to, Optional<String> answer) {
    to.isStream = true;
    to.ended = answer.isPresent();
    answer
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> to.stream.add(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Override
  public int send(int fd, byte[] message, int flags) {
    Descriptor socket = descriptor(fd);
    say(socket, socket.server.orElseThrow().answer(text(message)));
    return message.length;
  }

  @Override
  public int pipe(int[] ends, int flags) {
    Descriptor reading = new Descriptor("pipe", new byte[0], 0, 0);
    reading.isStream = true;
    Descriptor writing = new Descriptor("pipe", new byte[0], 0, 0);
    ends[0] = add(reading);
    writing.pid = ends[0];
    ends[1] = add(writing);
    return 0;
  }

  @Override
  public int spawn(
      byte[] path, List<byte[]> arguments, List<byte[]> environment, int... descriptors) {
    int refusal = refusal("posix_spawn", text(path));
    Peer program = programs.get(text(path));
    if (refusal < 0 || program == null) {
      return refusal < 0 ? refusal : -ENOENT;
    }
    environments.add(environment.stream().map(FakeKernel::text).toList());
    String line = String.join(" ", arguments.stream().map(FakeKernel::text).toList());
    spawned.add(line);
    Optional<String> printed = program.answer(line);
    say(descriptor(descriptor(descriptors[1]).pid), printed);
    int pid = nextPid++;
    children.put(pid, printed.isPresent());
    exitOf.put(pid, exits.getOrDefault(text(path), 0));
    return pid;
  }

  @Override
  public int waitFor(int pidfd, byte[] into, int options) {
    int pid = descriptor(pidfd).pid;
    if (Boolean.TRUE.equals(children.get(pid))) {
      children.remove(pid);
      Bytes.putInt(into, 0, 17);
      Bytes.putInt(into, 8, 1);
      Bytes.putInt(into, 24, exitOf.getOrDefault(pid, 0));
    }
    return 0;
  }

  @Override
  public int openByHandle(int mount, byte[] handle, int flags) {
    descriptor(mount);
    String path = handles.get(Bytes.getLong(handle, 8));
    return path == null ? -EPERM : add(new Descriptor(path, new byte[0], 0, 0));
  }

  @Override
  public int ioctl(int fd, long request, byte[] argument) {
    if (request == TIOCGWINSZ && columns.isPresent()) {
      Bytes.putShort(argument, 2, columns.get());
      return 0;
    }
    if (request == SIOCGIFINDEX) {
      String wanted = text(argument).substring(0, text(argument).indexOf(0));
      for (Map.Entry<Integer, String> one : interfaces.entrySet()) {
        if (one.getValue().equals(wanted)) {
          Bytes.putInt(argument, 16, one.getKey());
          return 0;
        }
      }
      return -ENODEV;
    }
    if (request == SIOCGIFNAME) {
      String name = interfaces.get(Bytes.getInt(argument, 16));
      if (name == null) {
        return -ENODEV;
      }
      byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(bytes, 0, argument, 0, bytes.length);
      return 0;
    }
    if (request == NS_GET_NSTYPE && descriptor(fd).namespace != 0) {
      return CLONE_NEWNET;
    }
    return -ENOTTY;
  }

  @Override
  public int setNamespace(int fd, int type) {
    Descriptor descriptor = descriptor(fd);
    int refusal = refusal("setns", descriptor.path);
    if (refusal < 0) {
      return refusal;
    }
    if (type != CLONE_NEWNET || descriptor.namespace == 0) {
      return -EINVAL;
    }
    namespace = Optional.of(descriptor.namespace);
    return 0;
  }

  private boolean isOwnNamespace(String path) {
    return namespace.isPresent() && path.equals("/proc/thread-self/ns/net");
  }

  @Override
  public int getPid() {
    return 4242;
  }

  @Override
  public long getEffectiveUid() {
    return uid;
  }

  @Override
  public int setEffectiveUid(long other) {
    int refusal = refusal("setresuid", Long.toString(other));
    if (refusal == 0) {
      uid = other;
    }
    return refusal;
  }

  private int add(Descriptor descriptor) {
    open.put(nextFd, descriptor);
    opened++;
    return nextFd++;
  }

  private Descriptor descriptor(int fd) {
    Descriptor descriptor = open.get(fd);
    if (descriptor == null) {
      throw new AssertionError("use of descriptor " + fd + ", which is not open");
    }
    return descriptor;
  }

  private int refusal(String call, String what) {
    return -refusals.getOrDefault(call + " " + what, 0);
  }

  private boolean isDirectory(String path) {
    return inodes.containsKey(path)
        || files.keySet().stream().anyMatch(one -> one.startsWith(path + "/"))
        || links.keySet().stream().anyMatch(one -> one.startsWith(path + "/"))
        || inodes.keySet().stream().anyMatch(one -> one.startsWith(path + "/"));
  }

  private static boolean isWithin(String one, String path) {
    return one.equals(path) || one.startsWith(path + "/");
  }

  /** The names in a directory, as records of struct linux_dirent64. */
  private byte[] entries(String directory) {
    Map<String, Boolean> names = new LinkedHashMap<>();
    names.put(".", true);
    names.put("..", true);
    for (var paths : List.of(inodes.keySet(), files.keySet(), links.keySet())) {
      for (String path : paths) {
        if (path.startsWith(directory + "/")) {
          String rest = path.substring(directory.length() + 1);
          int slash = rest.indexOf('/');
          String name = slash < 0 ? rest : rest.substring(0, slash);
          names.merge(name, slash >= 0 || inodes.containsKey(path), (one, other) -> one || other);
        }
      }
    }
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    names.forEach((name, isDirectory) ->
        records.writeBytes(
            entry(name, inodes.getOrDefault(directory + "/" + name, 77L), isDirectory)));
    return records.toByteArray();
  }

  /** One struct linux_dirent64. */
  public static byte[] entry(String name, long inode, boolean directory) {
    byte[] record = new byte[(DIRENT_BYTES + name.length() + 1 + 7) & ~7];
    Bytes.putLong(record, 0, inode);
    Bytes.putShort(record, 16, record.length);
    record[18] = (byte) (directory ? DIRECTORY_TYPE : FILE_TYPE);
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, record, DIRENT_BYTES, bytes.length);
    return record;
  }

  private static String text(byte[] path) {
    return new String(Arrays.copyOf(path, path.length), StandardCharsets.ISO_8859_1);
  }
}
