package inuse.differential;

import java.util.List;

/** Random texts of /proc and /etc, mostly valid; one char per byte. */
final class RandomFiles {
  private static final List<String> STATES = List.of("R", "S", "D", "Z", "T", "t", "X", "I", "W");
  private static final String HEX = "0123456789ABCDEFabcdef";

  private final RandomInputs random;

  RandomFiles(RandomInputs random) {
    this.random = random;
  }

  String stat(int pid) {
    StringBuilder text = new StringBuilder();
    text.append(pid).append(" (").append(random.foreign(3)).append(") ");
    text.append(random.pick(STATES)).append(' ').append(random.below(6));
    for (int field = 5; field <= 52; field++) {
      // Field 9 is the flags: with and without PF_KTHREAD.
      long value = field == 9 ? random.pick(List.of(4_194_560L, 2_129_984L)) : small();
      text.append(' ').append(value);
    }
    return random.mutated(text.append('\n').toString());
  }

  /** Never so large that an age in nanoseconds would run over: the kernel's own are not either. */
  private long small() {
    return random.below(1_000_000_000);
  }

  String status() {
    StringBuilder text = new StringBuilder("Name:\t").append(random.foreign(2));
    text.append("\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t1\nUid:");
    for (int i = 0; i < 4; i++) {
      text.append('\t').append(random.oneIn(8) ? random.natural() : 1000L * random.below(3));
    }
    return random.mutated(text.append("\nGid:\t0\t0\t0\t0\nThreads:\t1\n").toString());
  }

  String sockets(int port) {
    StringBuilder text = new StringBuilder("  sl  local_address rem_address   st tx_queue\n");
    boolean wide = random.coin();
    int lines = random.below(4);
    for (int i = 0; i < lines; i++) {
      text.append("   ").append(i).append(": ");
      place(text, wide, random.oneIn(4) ? random.port() : port);
      place(text, wide, random.port());
      hex(text, 1 + random.below(12), 2);
      text.append(" 00000000:00000000 ");
      hex(text, random.below(4), 2);
      text.append(':');
      hex(text, random.below(7000), 8);
      text.append(" 00000000 ").append(1000 * random.below(3)).append("        0 ");
      text.append(random.oneIn(4) ? 0 : RandomDatagrams.inode(random))
          .append(" 1 0000000000000000\n");
    }
    return random.mutated(text.toString());
  }

  private void place(StringBuilder text, boolean wide, int port) {
    if (random.coin()) {
      text.append("0".repeat(wide ? 32 : 8));
    } else {
      for (int i = 0; i < (wide ? 32 : 8); i++) {
        text.append(HEX.charAt(random.below(HEX.length())));
      }
    }
    text.append(':');
    hex(text, port, 4);
    text.append(' ');
  }

  private static void hex(StringBuilder text, int value, int digits) {
    for (int i = digits - 1; i >= 0; i--) {
      text.append(HEX.charAt((value >> (4 * i)) & 0xf));
    }
  }

  String cgroup() {
    StringBuilder text = new StringBuilder();
    if (random.oneIn(3)) {
      text.append("12:cpu,cpuacct:").append(path()).append("\n1:name=systemd:").append(path());
      text.append('\n');
    }
    return random.mutated(text.append("0::").append(path()).append('\n').toString());
  }

  private String path() {
    StringBuilder text = new StringBuilder("/");
    int parts = random.below(4);
    for (int i = 0; i < parts; i++) {
      text.append(i == 0 ? "" : "/");
      switch (random.below(6)) {
        case 0 -> text.append("system.slice");
        case 1 -> text.append("user@1000.service");
        case 2 -> text.append(random.word()).append(".service");
        case 3 ->
            text.append(random.pick(List.of("docker-", "libpod-", "cri-containerd-", "crio-")))
                .append(containerId())
                .append(".scope");
        case 4 -> text.append("docker/").append(containerId());
        default -> text.append(random.foreign(2));
      }
    }
    return text.toString();
  }

  String containerId() {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      id.append(Character.forDigit(random.below(16), 16));
    }
    return id.toString();
  }

  String mountInfo() {
    StringBuilder text =
        new StringBuilder("22 27 0:20 / /proc rw,nosuid shared:5 - proc proc rw\n");
    text.append("30 24 0:26 / ").append(random.pick(List.of("/sys/fs/cgroup", "/cg", "/c g")));
    return random.mutated(text.append(" rw,nosuid shared:9 - cgroup2 cgroup2 rw\n").toString());
  }

  String passwd() {
    StringBuilder text = new StringBuilder("root:x:0:0:root:/root:/bin/sh\n");
    text.append(random.oneIn(4) ? random.foreign(2) : "alice");
    return random.mutated(
        text.append(":x:1000:1000::/home:/bin/sh\nbob:x:2000:1::/:/\n").toString());
  }

  String services() {
    return random.mutated(
        "# services\n"
            + "http\t\t80/tcp\t\twww # WorldWideWeb\n"
            + "https 443/tcp\n"
            + "http-alt 8080/tcp webcache\n"
            + "domain 53/udp\n"
            + "bad 0/tcp\n"
            + "worse 65536/tcp\n"
            + random.word()
            + " "
            + random.port()
            + "/tcp\n");
  }

  String commandLine() {
    StringBuilder text = new StringBuilder();
    int arguments = random.below(random.oneIn(10) ? 60 : 4);
    for (int i = 0; i < arguments; i++) {
      text.append(random.foreign(3)).append('\0');
    }
    return text.toString();
  }

  String link() {
    if (random.oneIn(6)) {
      return "anon_inode:[io_uring]";
    }
    return random.mutated(
        random.pick(List.of("socket:[", "net:[", "pipe:["))
            + (random.oneIn(6) ? random.natural() : RandomDatagrams.inode(random))
            + "]");
  }

  /** /proc/net/unix. */
  String unixSockets() {
    StringBuilder text = new StringBuilder("Num RefCount Protocol Flags Type St Inode Path\n");
    int count = random.below(4);
    for (int i = 0; i < count; i++) {
      text.append(random.pick(List.of("f4: 2 0 10000 1 1 ", "f5: 2 0 0 2 1 ", "f6: 3 0 0 1 3  ")));
      text.append(RandomDatagrams.inode(random));
      text.append(' ');
      text.append(random.pick(List.of("./a.sock", "/run/a.sock", "@name", "a b\nc")));
      text.append('\n');
    }
    return random.mutated(text.toString());
  }
}
