package inuse.differential;

import inuse.cli.Command;
import inuse.core.ask.input.TargetParser;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.UnixExplainer;
import inuse.core.explain.rule.BindRule;
import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.Malformed;
import inuse.kernel.netlink.Message;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.netlink.UnixDiag;
import inuse.kernel.proc.Cgroup2;
import inuse.kernel.proc.NetTcp;
import inuse.kernel.proc.NetUnix;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Passwd;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.ProcessStatus;
import inuse.kernel.proc.Services;
import inuse.kernel.proc.Unparsable;
import inuse.render.JsonAnswer;
import inuse.render.TextAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A part of the product, and how one random input goes through it. */
enum Subject {
  /** Netlink framing and inet_diag, both ways. */
  DATAGRAM {
    @Override
    String output(RandomInputs random) {
      StringBuilder out = new StringBuilder();
      InetDiag.Query query = query(random);
      out.append(Describe.hex(query.encode())).append('\n');
      boolean unix = random.oneIn(3);
      int sequence = (int) random.number();
      byte[] datagram = new RandomDatagrams(random).hostile(sequence, 8080, unix);
      try {
        for (int at = 0; at < datagram.length; ) {
          Message message = Message.at(datagram, at, datagram.length);
          out.append(message).append('\n');
          if (unix) {
            out.append(Describe.socket(UnixDiag.decode(datagram, message.payload(), message.end())))
                .append('\n');
            at = message.next();
            continue;
          }
          InetDiag.Socket socket = InetDiag.decode(datagram, message.payload(), message.end());
          out.append(query.matches(socket))
              .append(' ')
              .append(Describe.socket(socket))
              .append('\n');
          at = message.next();
        }
      } catch (Malformed refused) {
        out.append(refused.getMessage());
      }
      return out.toString();
    }
  },

  /** A whole dump from a kernel that may refuse, interrupt, cut short or fall silent. */
  DUMP {
    @Override
    String output(RandomInputs random) {
      RandomKernel kernel = new RandomKernel(random, 8080);
      InetDiag.Query query = query(random);
      NetlinkSocket.Dump<InetDiag.Socket> dump =
          new NetlinkSocket(kernel)
              .dump(20, query.encode(), InetDiag::decode, query::matches, 3_000_000_000L);
      StringBuilder out = new StringBuilder();
      dump.records().forEach(socket -> out.append(Describe.socket(socket)).append('\n'));
      return out.append(dump.end()).append('\n').append(kernel.trace()).toString();
    }
  },

  /** Every parser of /proc and /etc. */
  FILE {
    @Override
    String output(RandomInputs random) {
      RandomFiles files = new RandomFiles(random);
      return switch (random.below(8)) {
        case 0 -> parsed(files.stat(7), ProcessStat::parse);
        case 1 -> parsed(files.status(), ProcessStatus::parse);
        case 2 -> parsed(files.sockets(8080), text -> NetTcp.parse(text, 8080));
        case 3 -> parsed(files.unixSockets(), text -> NetUnix.parse(text, "/run/a.sock"));
        case 4 -> parsed(files.cgroup(), Cgroup2::path);
        case 5 ->
            parsed(files.mountInfo(), text -> Cgroup2.mountPoint(text).orElse(NONE))
                + parsed(files.passwd(), text -> Passwd.name(text, 1000).orElse(NONE));
        case 6 ->
            parsed(
                files.services(),
                text ->
                    Describe.optional(
                        Services.port(
                            text,
                            random.pick(List.of("http", "webcache", "domain", "bad")),
                            "tcp")));
        default ->
            parsed(files.link(), ProcessFiles::socketInode)
                + parsed(files.link(), ProcessFiles::namespaceInode)
                + directories(random);
      };
    }
  },

  /** Words that people write: addresses, targets, numbers. */
  WORD {
    @Override
    String output(RandomInputs random) {
      IpAddress address = new RandomParts(random).address();
      String text = random.mutated(address.toString());
      String number = random.mutated(Long.toString(random.number()));
      int code = 1 + random.below(4095);
      return address.isWildcard()
          + " "
          + address.unmapped()
          + " "
          + Describe.optional(IpAddress.parse(address.toString()))
          + " "
          + text
          + " "
          + Describe.optional(IpAddress.parse(text))
          + " "
          + Describe.optional(Numeral.decimal(number))
          + " "
          + new Errno(code)
          + " "
          + target(random, address);
    }
  },

  /** The kernel's rule, the explanation and both renderers. */
  SNAPSHOT {
    @Override
    String output(RandomInputs random) {
      if (random.oneIn(5)) {
        UnixSnapshot unix = new RandomUnix(random).snapshot();
        boolean agrees = UnixExplainer.agrees(unix);
        return agrees
            + "\n"
            + answers(List.of(UnixExplainer.explain(unix)), 40 + random.below(120));
      }
      RandomParts parts = new RandomParts(random);
      PortSnapshot snapshot = new RandomSnapshots(random).snapshot();
      StringBuilder out = new StringBuilder();
      for (BoundSocket socket : snapshot.sockets()) {
        rule(out, socket, parts.newcomer());
      }
      out.append(Explainer.agrees(snapshot)).append('\n');
      return out.append(answers(List.of(Explainer.explain(snapshot)), 40 + random.below(120)))
          .toString();
    }
  },

  /** The command, from its words to what it prints and exits with. */
  COMMAND {
    @Override
    String output(RandomInputs random) {
      int port = random.port();
      RandomKernel kernel = new RandomKernel(random, port);
      List<String> words = new ArrayList<>();
      // A long word that makes no sense comes back whole, in the complaint about it.
      words.add(
          random.oneIn(6) ? random.foreign(random.oneIn(4) ? 400 : 2) : Integer.toString(port));
      int more = random.below(3);
      for (int i = 0; i < more; i++) {
        words.add(
            random.pick(
                List.of(
                    "--json",
                    "--json",
                    "--no-probe",
                    "-q",
                    "udp/53",
                    "[::1]:80",
                    "./a.sock",
                    "/run/a.sock",
                    "@name",
                    "-hV",
                    "http",
                    "-x")));
      }
      int status = new Command(Host.of(kernel)).run(words);
      // 70 is the command's own word for a fault of ours.
      return (status == 70 ? FAULT : "")
          + words
          + " ends with "
          + status
          + "\n"
          + kernel.printed()
          + "\n"
          + kernel.trace();
    }
  };

  /** How an output starts in which the product itself went wrong. */
  static final String FAULT = "FAULT ";

  private static final String NONE = "none";

  /** What one input comes to. */
  abstract String output(RandomInputs random);

  /** The subject of an input: snapshots most often. */
  static Subject of(long number) {
    return switch ((int) (number % 10)) {
      case 0, 1 -> DATAGRAM;
      case 2 -> DUMP;
      case 3, 4 -> FILE;
      case 5 -> WORD;
      case 6 -> COMMAND;
      default -> SNAPSHOT;
    };
  }

  /** Every face of an answer. */
  static String answers(List<Diagnosis> diagnoses, int columns) {
    return TextAnswer.of(diagnoses, Optional.empty(), false)
        + TextAnswer.of(diagnoses, Optional.of(columns), true)
        + JsonAnswer.of("0", diagnoses);
  }

  /** One letter for each kind of newcomer and address. */
  private static void rule(StringBuilder out, BoundSocket socket, Newcomer other) {
    Uid owner = socket.owner().uid();
    for (Uid uid : List.of(owner, other.uid())) {
      for (int bits = 0; bits < 8; bits++) {
        for (IpAddress address : RandomParts.ADDRESSES) {
          for (OptionalInt device : List.of(OptionalInt.empty(), OptionalInt.of(1))) {
            Newcomer newcomer =
                new Newcomer(uid, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, device);
            out.append(BindRule.bind(socket, newcomer, address).name().charAt(0));
          }
        }
      }
      out.append('\n');
    }
  }

  private static InetDiag.Query query(RandomInputs random) {
    int[] drawn = {
      random.pick(List.of(2, 10)),
      random.pick(List.of(6, 17)),
      (int) random.number(),
      random.coin() ? 8080 : random.port(),
      random.coin() ? 0 : random.port()
    };
    return new InetDiag.Query(
        drawn[0],
        drawn[1],
        drawn[2],
        drawn[3],
        drawn[4],
        random.pick(List.of(InetDiag.Filter.values())));
  }

  /** A parser of one text. */
  private interface Parser {
    Object parse(String text);
  }

  private static String parsed(String text, Parser parser) {
    return text + "\n=> " + tried(() -> parser.parse(text)) + "\n";
  }

  private static String tried(Supplier<Object> attempt) {
    try {
      return attempt.get().toString();
    } catch (Unparsable refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  private static String directories(RandomInputs random) {
    RandomKernel kernel = new RandomKernel(random, 8080);
    Proc proc = new Proc(kernel, "");
    return tried(() -> proc.directory("/proc"))
        + "\n"
        + tried(() -> ProcessFiles.processes(proc))
        + "\n"
        + tried(() -> ProcessFiles.sockets(proc, 7, inode -> inode != 0))
        + "\n"
        + kernel.trace();
  }

  private static String target(RandomInputs random, IpAddress address) {
    String host =
        address.family() == IpAddress.Family.V6 ? "[" + address + "]" : address.toString();
    String word =
        random.pick(List.of("", "tcp/", "udp/", "unix:", "unix://", "@", "./"))
            + random.pick(List.of("", host + ":", ":", "*:", "[::1%lo]:"))
            + random.pick(
                List.of(
                    "8080", "http", "0", "65536", "3000-3010", "3010-3000", "1-65535", "web-cache"))
            + random.pick(List.of("", "", "/tcp", "/udp"));
    String mutated = random.mutated(word);
    TargetParser targets = new TargetParser(new Proc(new RandomKernel(random, 80), ""));
    return mutated
        + " "
        + switch (targets.parse(mutated)) {
          case TargetParser.Parsed.Understood(List<PortTarget> understood) -> understood.toString();
          case TargetParser.Parsed.Unix(UnixTarget place) -> place.toString();
          case TargetParser.Parsed.Wrong wrong -> wrong.toString();
        };
  }
}
