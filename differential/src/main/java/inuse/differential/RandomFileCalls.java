package inuse.differential;

import inuse.kernel.Bytes;
import inuse.kernel.FileStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The calls about files and directories, most of them in /proc. */
abstract class RandomFileCalls extends RandomCalls {
  private static final String MAPS =
      "7f9ac6525000-7f9ac6526000 r--s 00000000 00:09 3                    socket:[3]\n"
          + "7f9ac6626000-7f9ac6627000 r--p 00000000 00:09 9      /lib/ socket:[4]\n";

  private static final List<String> INFOS =
      List.of(
          "pos:\t0\nflags:\t02000002\nmnt_id:\t9\nino:\t7\nscm_fds: 1\n",
          "pos:\t0\nUserFiles:\t2\n    0: socket:[3]\nUserBufs:\t0\nPollList:\n"
              + "  op=13, task_works=0\n");

  private final RandomFiles files;
  private final StringBuilder printed = new StringBuilder();

  RandomFileCalls(RandomInputs random, int port) {
    super(random, port);
    files = new RandomFiles(random);
  }

  /** What went to standard output and standard error, one char a byte. */
  String printed() {
    return printed.toString();
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
  public int read(int fd, byte[] into) {
    return fails() ? failure() : Math.min(next(fd, into), into.length);
  }

  @Override
  public int readAt(int fd, byte[] into, long offset) {
    note("pread64 " + offset, into);
    return fails() ? failure() : Math.min(next(fd, into), into.length);
  }

  @Override
  public int readMapped(int fd, byte[] into, int length, long offset) {
    note("mmap " + offset, into);
    if (fails()) {
      return failure();
    }
    var _ = next(fd, into);
    return length;
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
  public int access(int directory, byte[] path, int mode, int flags) {
    note("faccessat2", path);
    return random.pick(List.of(0, 0, -13, -2, -30, -38));
  }

  @Override
  public int getAttribute(byte[] path, byte[] name) {
    return failure();
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
  public int openByHandle(int mount, byte[] handle, int flags) {
    note("open_by_handle_at", handle);
    return random.oneIn(3) ? failure() : opened(List.of());
  }
}
