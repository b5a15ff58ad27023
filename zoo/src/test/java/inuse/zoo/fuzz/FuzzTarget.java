package inuse.zoo.fuzz;

import static inuse.kernel.abi.Constants.SOCK_DIAG_BY_FAMILY;

import inuse.core.Inuse;
import inuse.core.ask.input.TargetParser;
import inuse.core.events.EventReader;
import inuse.core.io.JsonReader;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.netfilter.NfTables;
import inuse.kernel.netfilter.XTables;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.Malformed;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Cgroup2;
import inuse.kernel.proc.NetTcp;
import inuse.kernel.proc.Passwd;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.ProcessStatus;
import inuse.kernel.proc.Services;
import inuse.kernel.proc.Unparsable;
import inuse.mcp.Channel;
import inuse.mcp.Server;
import inuse.mcp.ServerOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A parser of bytes that another party wrote. To fuzz a new one, add it here, and its seeds to a
 * directory of its name below src/test/fuzz.
 */
enum FuzzTarget {
  INET_DIAG {
    @Override
    void read(byte[] bytes) {
      InetDiag.decode(bytes, 0, bytes.length);
    }
  },
  NETLINK_DUMP {
    @Override
    void read(byte[] bytes) {
      NetlinkSocket netlink = new NetlinkSocket(OneAnswer.of(bytes));
      NetlinkSocket.Dump<InetDiag.Socket> dump =
          netlink.dump(SOCK_DIAG_BY_FAMILY, new byte[0], InetDiag::decode, socket -> true, ENDLESS);
      require(dump.records().size() <= MAX_ATTEMPTS * bytes.length / 16, "records from nowhere");
    }
  },
  FILTER_RULES {
    @Override
    void read(byte[] bytes) {
      NfTables.chain(bytes, 0, bytes.length);
      NfTables.set(bytes, 0, bytes.length);
      NfTables.elements(bytes, 0, bytes.length);
      NfTables.rule(bytes, 0, bytes.length);
    }
  },
  FILTER_TABLE {
    @Override
    void read(byte[] bytes) {
      byte[] info = Arrays.copyOf(bytes, XTables.INFO_BYTES);
      byte[] entries =
          Arrays.copyOfRange(
              bytes,
              Math.min(bytes.length, XTables.INFO_BYTES),
              Math.max(bytes.length, XTables.INFO_BYTES));
      XTables.table(false, "nat", info, entries);
      XTables.table(true, "nat", info, entries);
    }
  },
  DIRECTORY {
    @Override
    void read(byte[] bytes) {
      new Proc(OneAnswer.of(bytes), "").directory("/proc");
    }
  },
  PROCESS_STAT {
    @Override
    void read(byte[] bytes) {
      ProcessStat.parse(text(bytes));
    }
  },
  PROCESS_STATUS {
    @Override
    void read(byte[] bytes) {
      ProcessStatus.parse(text(bytes));
    }
  },
  SOCKET_LINES {
    @Override
    void read(byte[] bytes) {
      List<NetTcp> lines = NetTcp.parse(text(bytes), 8080);
      require(lines.stream().allMatch(line -> line.sourcePort() == 8080), "another port");
    }
  },
  CGROUP {
    @Override
    void read(byte[] bytes) {
      Cgroup2.path(text(bytes));
    }
  },
  MOUNTS {
    @Override
    void read(byte[] bytes) {
      Cgroup2.mountPoint(text(bytes));
    }
  },
  ACCOUNTS {
    @Override
    void read(byte[] bytes) {
      Optional<String> name = Passwd.name(text(bytes), 1000);
      require(!name.filter(String::isEmpty).isPresent(), "an empty name");
    }
  },
  SERVICES {
    @Override
    void read(byte[] bytes) {
      Services.port(text(bytes), "http", "tcp")
          .ifPresent(port -> require(port > 0 && port <= 0xffff, "no port"));
    }
  },
  TARGETS {
    @Override
    void read(byte[] bytes) {
      TargetParser targets = new TargetParser(new Proc(OneAnswer.of(new byte[0]), ""));
      switch (targets.parse(text(bytes))) {
        case TargetParser.Parsed.Understood(var understood) ->
            require(
                !understood.isEmpty() && understood.size() <= TargetParser.MAX_PORTS,
                "no target, or too many");
        case TargetParser.Parsed.Unix unix -> {}
        case TargetParser.Parsed.Wrong(String problem, String instead) ->
            require(!problem.isEmpty() && !instead.isEmpty(), "no reason");
      }
    }
  },
  JSON {
    @Override
    void read(byte[] bytes) {
      JsonReader.parse(text(bytes))
          .ifPresent(value -> require(value.items().size() <= bytes.length, "items from nowhere"));
    }
  },
  AGENT {
    @Override
    void read(byte[] bytes) {
      new Server(
              Inuse.open(new FakeKernel()),
              "1.2.3",
              new ServerOptions(true, Optional.empty(), Optional.empty(), false),
              new Said(text(bytes)))
          .serve();
    }
  },
  EVENTS {
    @Override
    void read(byte[] bytes) {
      for (String line : text(bytes).split("\n", -1)) {
        EventReader.read(line)
            .ifPresent(event -> require(event.stamp().nanos() >= 0, "a time before the boot"));
      }
    }
  },
  /** With a fault, to show that one is found. */
  PLANTED {
    @Override
    void read(byte[] bytes) {
      String text = text(bytes);
      int open = text.indexOf('(');
      if (open > 0 && text.indexOf(") ", open) > 0) {
        char ninth = text.substring(open, text.lastIndexOf(") ")).charAt(8);
        require(ninth <= 0xff, "a char that is no byte");
      }
    }
  };

  /** A client that says this and goes, and takes nothing but frames. */
  private static final class Said implements Channel {
    private String rest;

    Said(String all) {
      rest = all;
    }

    @Override
    public boolean awaitsInput(Duration most, OptionalInt also) {
      return true;
    }

    @Override
    public String read() {
      String all = rest;
      rest = "";
      return all;
    }

    @Override
    public boolean write(String frame) {
      require(
          frame.startsWith("{\"jsonrpc\": \"2.0\"") && frame.indexOf('\n') == frame.length() - 1,
          "no frame");
      return true;
    }

    @Override
    public void report(String line) {}

    @Override
    public Duration clock() {
      return Duration.ZERO;
    }
  }

  private static final long ENDLESS = Long.MAX_VALUE;
  private static final int MAX_ATTEMPTS = NetlinkSocket.MAX_ATTEMPTS;

  /** Reads it; an exception that is not declared escapes. */
  abstract void read(byte[] bytes);

  /** Reads it as the program does, which catches what the readers declare. */
  final void fuzz(byte[] bytes) {
    try {
      read(bytes);
    } catch (Malformed | Unparsable declared) {
      require(!String.valueOf(declared.getMessage()).isEmpty(), "no message");
    }
  }

  /** The targets without a fault, by name. */
  static SortedMap<String, FuzzTarget> sound() {
    SortedMap<String, FuzzTarget> sound = new TreeMap<>();
    for (FuzzTarget target : values()) {
      if (target != PLANTED) {
        sound.put(target.name(), target);
      }
    }
    return sound;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise);
    }
  }
}
