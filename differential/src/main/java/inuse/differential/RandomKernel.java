package inuse.differential;

import inuse.kernel.Bytes;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.abi.Architecture;
import inuse.kernel.abi.Constants;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A kernel in memory that answers plausibly, and sometimes refuses or answers nonsense. It records
 * its input, so that the bytes which the real kernel would receive are compared too.
 */
final class RandomKernel implements SystemCalls {
  private static final int MAX_CALLS = 20_000;
  private static final int MAX_TRACE = 20_000;
  private static final int EBADF = 9;
  private static final String OPEN_FILES = "/proc/self/fd/";

  private static final String MAPS =
      "7f9ac6525000-7f9ac6526000 r--s 00000000 00:09 3                    socket:[3]\n"
          + "7f9ac6626000-7f9ac6627000 r--p 00000000 00:09 9      /lib/ socket:[4]\n";

  private static final List<String> INFOS =
      List.of(
          "pos:\t0\nflags:\t02000002\nmnt_id:\t9\nino:\t7\nscm_fds: 1\n",
          "pos:\t0\nUserFiles:\t2\n    0: socket:[3]\nUserBufs:\t0\nPollList:\n"
              + "  op=13, task_works=0\n");
  private static final String HTTP =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n[{}]\r\n0\r\n\r\n";

  private static final String UNITS =
      "Id=a.socket\nListen=[::]:80 (Stream)\nTriggers=a.service\n\n"
          + "Id=a.service\nRestart=always\nNRestarts=3\nTriggeredBy=a.socket\n";

  private final RandomInputs random;
  private final RandomFiles files;
  private final RandomDatagrams datagrams;
  private final int port;
  private final List<Integer> bindResults;
  private final int chancesOfFailure;
  private final StringBuilder trace = new StringBuilder();
  private final StringBuilder printed = new StringBuilder();
  private final Map<Integer, Open> open = new TreeMap<>();
  private int descriptors = 2;
  private int used;
  private long nanos = 1_000_000_000L;

  /** An open file, directory or socket, with the data that is not read yet. */
  private record Open(String path, Deque<byte[]> left) {}

  RandomKernel(RandomInputs random, int port) {
    this.random = random;
    this.port = port;
    files = new RandomFiles(random);
    datagrams = new RandomDatagrams(random);
    chancesOfFailure = random.pick(List.of(6, 30, 1_000_000));
    bindResults =
        random.pick(
            List.of(
                List.of(0),
                List.of(-98),
                List.of(-98, 0),
                List.of(-13),
                List.of(-99),
                List.of(-97, -98, 0, -1)));
  }

  /** What went to standard output and standard error, one char a byte. */
  String printed() {
    return printed.toString();
  }

  /** The calls, with the bytes that they carried. */
  String trace() {
    return trace.toString();
  }

  /** Notes a call; nothing may ask for ever. */
  private void note(String call, byte[] bytes) {
    if (++used > MAX_CALLS) {
      throw new IllegalStateException("more than " + MAX_CALLS + " system calls");
    }
    if (trace.length() < MAX_TRACE) {
      trace.append(call).append(' ').append(Describe.hex(bytes)).append('\n');
    }
  }

  private void note(String call, String text) {
    note(call, Describe.latin1(text));
  }

  private int told(String call, byte[] bytes) {
    note(call, bytes);
    return fails() ? failure() : 0;
  }

  private boolean fails() {
    return random.oneIn(chancesOfFailure);
  }

  private int failure() {
    return -random.pick(List.of(1, 2, 3, 5, 13, 22, 24, 105, 4000));
  }

  private int opened(List<byte[]> content) {
    return opened("", content);
  }

  private int opened(String path, List<byte[]> content) {
    open.put(++descriptors, new Open(path, new ArrayDeque<>(content)));
    return descriptors;
  }

  /** The path, or that of the descriptor that it names. */
  private String path(String name) {
    if (!name.startsWith(OPEN_FILES)) {
      return name;
    }
    return open.entrySet().stream()
        .filter(one -> name.equals(OPEN_FILES + one.getKey()))
        .map(one -> one.getValue().path())
        .findFirst()
        .orElse(name);
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public Architecture architecture() {
    return Architecture.X86_64;
  }

  @Override
  public int open(int directory, byte[] path, int flags) {
    note("open", path);
    if (fails()) {
      return failure();
    }
    String name = path(latin1(path));
    if (name.equals("/proc") || name.endsWith("/fd") || name.endsWith("/task")) {
      return opened(List.of(entries()));
    }
    String text = text(name);
    List<byte[]> chunks = new ArrayList<>();
    int middle = random.below(text.length() + 1);
    chunks.add(Describe.latin1(text.substring(0, middle)));
    chunks.add(Describe.latin1(text.substring(middle)));
    chunks.removeIf(chunk -> chunk.length == 0);
    return opened(name, chunks);
  }

  private String text(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return switch (name) {
      case "stat" -> files.stat(1 + random.below(9));
      case "status" -> files.status();
      case "cmdline" -> files.commandLine();
      case "cgroup" -> files.cgroup();
      case "mountinfo" -> files.mountInfo();
      case "passwd" -> files.passwd();
      case "services" -> files.services();
      case "unix" -> files.unixSockets();
      case "tcp", "tcp6", "udp", "udp6" -> files.sockets(port);
      case "children" -> random.mutated("3 4 5 ");
      case "maps" -> random.mutated(MAPS);
      case "wchan" -> random.pick(List.of("inet_csk_accept", "__skb_wait_for_more_packets", "0"));
      case "syscall" -> random.mutated("43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffd 0x7f1c");
      case "portlist" -> random.mutated("tcp 2049\nudp 2049\ntcp " + port + "\n");
      case "osrelease" -> random.mutated(random.pick(List.of("6.18.44\n", "5.4.0-1\n", "6\n")));
      case "ip_unprivileged_port_start" -> random.mutated("1024\n");
      case "ip_local_port_range" -> random.mutated("32768\t60999\n");
      default -> path.contains("/fdinfo/") ? random.mutated(random.pick(INFOS)) : "";
    };
  }

  /** A few struct linux_dirent64 whose names are numbers, or not. */
  private byte[] entries() {
    byte[] bytes = new byte[512];
    int at = 0;
    int count = random.below(6);
    for (int i = 0; i < count; i++) {
      String name = random.oneIn(8) ? random.foreign(2) : Integer.toString(1 + random.below(9));
      int size = (19 + name.length() + 1 + 7) & ~7;
      if (at + size > bytes.length) {
        break;
      }
      Bytes.putLong(bytes, at, RandomDatagrams.inode(random));
      Bytes.putShort(bytes, at + 16, size);
      bytes[at + 18] = (byte) (random.coin() ? 4 : 10);
      System.arraycopy(Describe.latin1(name), 0, bytes, at + 19, name.length());
      at += size;
    }
    byte[] cut = new byte[at];
    System.arraycopy(bytes, 0, cut, 0, at);
    return random.oneIn(4) ? random.mutated(cut) : cut;
  }

  @Override
  public int close(int fd) {
    return open.remove(fd) == null ? -EBADF : 0;
  }

  @Override
  public int read(int fd, byte[] into) {
    return fails() ? failure() : Math.min(next(fd, into), into.length);
  }

  /** The length of what came next, which may be more than fits. */
  private int next(int fd, byte[] into) {
    Open file = open.get(fd);
    if (file == null) {
      return -EBADF;
    }
    byte[] chunk = file.left.poll();
    if (chunk == null) {
      return 0;
    }
    System.arraycopy(chunk, 0, into, 0, Math.min(chunk.length, into.length));
    return chunk.length;
  }

  @Override
  public int write(int fd, byte[] from, int offset, int length) {
    printed.append(fd).append('>');
    printed.append(new String(from, offset, length, StandardCharsets.ISO_8859_1));
    return length;
  }

  @Override
  public int getDirectoryEntries(int fd, byte[] into) {
    return fails() ? failure() : Math.min(next(fd, into), into.length);
  }

  @Override
  public int readLink(int directory, byte[] path, byte[] into) {
    note("readlink", path);
    if (fails()) {
      return failure();
    }
    String name = latin1(path);
    String target =
        name.startsWith("/proc/self/ns/")
            ? random.mutated(
                name.endsWith("pid") && random.coin() ? "pid:[4026531836]" : "net:[4026531840]")
            : name.startsWith("/proc/self/fd/")
                ? random.mutated("/sys/fs/cgroup/system.slice/a.service")
                : name.startsWith("/") ? "/" + random.foreign(3) : files.link();
    byte[] bytes = Describe.latin1(target);
    System.arraycopy(bytes, 0, into, 0, Math.min(bytes.length, into.length));
    return Math.min(bytes.length, into.length);
  }

  @Override
  public int socket(int domain, int type, int protocol) {
    note("socket", domain + " " + type + " " + protocol);
    return fails() ? failure() : opened(List.of());
  }

  @Override
  public int bind(int fd, byte[] socketAddress) {
    note("bind", socketAddress);
    return random.pick(bindResults);
  }

  @Override
  public int connect(int fd, byte[] socketAddress) {
    note("connect", socketAddress);
    return random.pick(List.of(-111, -111, 0, -91, -11, -13));
  }

  @Override
  public int statx(int directory, byte[] path, int flags, int mask, byte[] into) {
    note("statx", path);
    if (random.oneIn(3)) {
      return -random.pick(List.of(2, 2, 2, 13, 20, 40));
    }
    Bytes.putInt(into, 20, 1000 * random.below(3));
    if (into.length < FileStatus.BYTES) {
      return 0;
    }
    Bytes.putShort(
        into,
        28,
        random.pick(List.of(0xc1ff, 0xc1ff, 0x81a4, 0x41ed, 0xa1ff, 0x21b0, 0x11a4, 0x43ff)));
    Bytes.putLong(into, 32, RandomDatagrams.inode(random));
    Bytes.putInt(into, 136, 8);
    Bytes.putInt(into, 140, random.below(2));
    return 0;
  }

  @Override
  public int send(int fd, byte[] message, int flags) {
    note("send", message);
    Open socket = open.get(fd);
    if (socket != null) {
      socket.left.add(Describe.latin1(random.mutated(HTTP)));
    }
    return fails() ? failure() : message.length;
  }

  @Override
  public int pipe(int[] ends, int flags) {
    ends[0] = opened(List.of(Describe.latin1(random.mutated(UNITS))));
    ends[1] = opened(List.of());
    return 0;
  }

  @Override
  public int access(int directory, byte[] path, int mode, int flags) {
    note("faccessat2", path);
    return random.pick(List.of(0, 0, -13, -2, -30, -38));
  }

  @Override
  public int spawn(
      byte[] path, List<byte[]> arguments, List<byte[]> environment, int... descriptors) {
    note("spawn", path);
    arguments.forEach(argument -> note("  argument", argument));
    return fails() ? failure() : 9000;
  }

  @Override
  public int pidfdSendSignal(int pidfd, int signal) {
    note("pidfd_send_signal", Integer.toString(signal));
    return 0;
  }

  @Override
  public int waitForAny(byte[] into, int options) {
    return failure();
  }

  @Override
  public int control(int option, long argument) {
    return failure();
  }

  @Override
  public int listen(int fd, int backlog) {
    return failure();
  }

  @Override
  public int socketPair(int[] ends, int type) {
    return failure();
  }

  @Override
  public int accept(int fd, int flags) {
    return failure();
  }

  @Override
  public int sendMessage(int fd, byte[] message, byte[] control, int flags) {
    return failure();
  }

  @Override
  public int readMemory(int pid, long address, byte[] into) {
    return failure();
  }

  @Override
  public int fileControl(int fd, int command, long argument) {
    return failure();
  }

  @Override
  public void setFileUid(long uid) {
    note("setfsuid", Long.toString(uid));
  }

  @Override
  public int getAttribute(byte[] path, byte[] name) {
    return failure();
  }

  @Override
  public int awaitInputs(int[] fds, int[] events, long timeoutNanos) {
    for (int i = 0; i < fds.length; i++) {
      events[i] = random.below(2);
    }
    return random.below(2);
  }

  @Override
  public int renameNoReplace(int directory, byte[] from, byte[] to) {
    note("rename", from);
    return fails() ? failure() : 0;
  }

  @Override
  public int create(byte[] path, int flags, int mode) {
    note("create", path);
    return failure();
  }

  @Override
  public int rename(byte[] from, byte[] to) {
    return told("rename", to);
  }

  @Override
  public int makeDirectory(byte[] path, int mode) {
    return told("mkdir", path);
  }

  @Override
  public int changeMode(int fd, int mode) {
    return told("chmod", new byte[0]);
  }

  @Override
  public int sync(int fd) {
    return told("sync", new byte[0]);
  }

  @Override
  public int lock(int fd, int operation) {
    return told("lock", new byte[0]);
  }

  @Override
  public int unlink(int directory, byte[] path) {
    note("unlink", path);
    return fails() ? failure() : 0;
  }

  @Override
  public int signalDescriptor(int... signals) {
    return fails() ? failure() : 9001;
  }

  @Override
  public int waitFor(int pidfd, byte[] into, int options) {
    Bytes.putInt(into, 0, random.below(2));
    Bytes.putInt(into, 8, 1 + random.below(2));
    return 0;
  }

  @Override
  public int setSocketOption(int fd, int level, int option, byte[] value) {
    note("setsockopt " + level + " " + option, value);
    return fails() ? failure() : 0;
  }

  @Override
  public int getSocketOption(int fd, int level, int option, byte[] into) {
    note("getsockopt", level + " " + option);
    if (fails()) {
      return failure();
    }
    if (option == Constants.SO_COOKIE) {
      Bytes.putLong(into, 0, random.below(RandomDatagrams.INODES));
    } else if (option == Constants.SO_PROTOCOL) {
      Bytes.putInt(into, 0, random.oneIn(8) ? Constants.IPPROTO_UDP : Constants.IPPROTO_TCP);
    } else if (level == Constants.IPPROTO_TCP) {
      into[0] = (byte) (random.oneIn(8) ? Constants.TCP_LISTEN : Constants.TCP_CLOSE);
    } else {
      Bytes.putInt(into, 0, random.below(2));
    }
    return into.length;
  }

  @Override
  public int getSocketName(int fd, byte[] into) {
    note("getsockname", "");
    if (fails()) {
      return failure();
    }
    Bytes.putShort(into, 0, random.pick(List.of(Constants.AF_INET, Constants.AF_INET6, 1)));
    Bytes.putNetworkShort(into, 2, random.oneIn(4) ? random.below(65_536) : port);
    for (int i = 4; i < into.length; i++) {
      into[i] = (byte) (random.coin() ? 0 : random.below(256));
    }
    return into.length;
  }

  @Override
  public int sendTo(int fd, byte[] message, byte[] socketAddress) {
    note("sendto", message);
    note("  to", socketAddress);
    if (fails()) {
      return failure();
    }
    Open socket = open.get(fd);
    if (socket != null) {
      socket.left.addAll(
          datagrams.dump(Bytes.getInt(message, 8), port, message[16] == Constants.AF_UNIX));
    }
    return message.length;
  }

  @Override
  public int receiveFrom(int fd, byte[] into, int flags, byte[] from) {
    if (fails()) {
      return failure();
    }
    if (random.oneIn(60)) {
      return into.length + 1 + random.below(100);
    }
    Bytes.putInt(from, 4, random.oneIn(60) ? 1 : 0);
    int length = next(fd, into);
    return length == 0 ? -EBADF : length;
  }

  /** Control messages that are right, or nonsense. */
  @Override
  public int receiveMessage(int fd, byte[] into, byte[] control, int flags) {
    note("recvmsg", fd + " " + flags);
    if (fails()) {
      return failure();
    }
    int count = random.below(4);
    Bytes.putLong(control, 0, random.oneIn(8) ? random.number() : 16 + 4L * count);
    Bytes.putInt(control, 8, Constants.SOL_SOCKET);
    Bytes.putInt(control, 12, random.oneIn(8) ? random.below(6) : Constants.SCM_RIGHTS);
    for (int i = 0; i < count; i++) {
      Bytes.putInt(control, 16 + 4 * i, opened(List.of()));
    }
    return 1;
  }

  @Override
  public int compareTasks(int one, int other, int kind) {
    note("kcmp", one + " " + other + " " + kind);
    return fails() ? failure() : random.below(2);
  }

  @Override
  public int awaitOutput(int fd, long timeoutNanos) {
    return random.below(2);
  }

  @Override
  public int awaitInput(int fd, long timeoutNanos) {
    Open socket = open.get(fd);
    return socket == null || socket.left.isEmpty() ? 0 : 1;
  }

  @Override
  public long clockNanos(int clock) {
    nanos += random.below(random.oneIn(50) ? 2_000_000_000 : 1000);
    return clock == Constants.CLOCK_REALTIME ? 1_795_335_000_000_000_000L + nanos : nanos;
  }

  @Override
  public int pidfdOpen(int pid, int flags) {
    note("pidfd_open", Integer.toString(pid));
    return fails() ? failure() : opened(List.of());
  }

  @Override
  public int pidfdGetFd(int pidfd, int fd) {
    note("pidfd_getfd", Integer.toString(fd));
    return fails() ? failure() : opened(List.of());
  }

  @Override
  public int openByHandle(int mount, byte[] handle, int flags) {
    note("open_by_handle_at", handle);
    return random.oneIn(3) ? failure() : opened(List.of());
  }

  @Override
  public int ioctl(int fd, long request, byte[] argument) {
    note("ioctl " + request, argument);
    if (request == Constants.TIOCGWINSZ) {
      Bytes.putShort(argument, 2, random.below(200));
      return random.coin() ? 0 : -25;
    }
    String name = random.foreign(2);
    for (int i = 0; i < Math.min(16, argument.length); i++) {
      argument[i] = (byte) (i < name.length() ? name.charAt(i) : 0);
    }
    return fails() ? failure() : 0;
  }

  @Override
  public int setNamespace(int fd, int type) {
    note("setns", fd + " " + type);
    return fails() ? failure() : 0;
  }

  @Override
  public int getPid() {
    return 4242;
  }

  @Override
  public long getEffectiveUid() {
    return 1000L * random.below(3);
  }

  @Override
  public int setEffectiveUid(long uid) {
    return 0;
  }

  @Override
  public int setUser(long uid) {
    return failure();
  }

  @Override
  public int setGroup(long gid) {
    return failure();
  }

  @Override
  public int setGroups(long... gids) {
    return failure();
  }

  @Override
  public int getCapabilities(byte[] into) {
    return failure();
  }

  @Override
  public int setCapabilities(byte[] sets) {
    return failure();
  }
}
