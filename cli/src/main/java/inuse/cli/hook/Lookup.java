package inuse.cli.hook;

import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tools that print which processes have a port, or a name. */
final class Lookup {
  static final String UDP = "udp/";

  private Lookup() {}

  /** What a tool prints; empty where that is about something else, or it is no such tool. */
  static Optional<Aim> of(String tool, List<String> words) {
    return switch (tool) {
      case "lsof" -> LsofWords.aim(words);
      case "fuser" -> fuser(words);
      case "ss", "netstat" -> sockets(words);
      case "pgrep" -> processes(words);
      case "pidof" -> named(new Options(words, "osS", List.of()).operands());
      case "ps" -> table(words);
      default -> Optional.empty();
    };
  }

  /** fuser(1): {@code 3000/tcp}, {@code -n tcp 3000}, or the path of a unix socket. */
  static Optional<Aim> fuser(List<String> words) {
    Options options =
        new Options(Signals.of(words, List.of()).words(), "n", List.of("--namespace"));
    String space = options.value("-n", "--namespace").orElse("");
    List<String> targets = new ArrayList<>();
    for (String word : options.operands()) {
      int slash = word.lastIndexOf('/');
      String behind = word.substring(slash + 1);
      boolean named = slash > 0 && (behind.equals("tcp") || behind.equals("udp"));
      String protocol = named ? behind : space;
      String port = named ? word.substring(0, slash) : word;
      if (protocol.equals("tcp") || protocol.equals("udp")) {
        targets.addAll(Numbers.targets(port, protocol.equals("udp") ? UDP : ""));
      } else if (isSocketFile(word)) {
        targets.add(socketFile(word));
      }
    }
    boolean isMount = options.has("-m", "-M", "--mount", "--ismountpoint");
    return targets.isEmpty() || isMount ? Optional.empty() : Optional.of(new Aim.Ports(targets));
  }

  /** Whether a path looks like that of a unix socket. */
  static boolean isSocketFile(String word) {
    return word.endsWith(".sock") && Untrusted.isPlain(word, "/._-@+") && !word.startsWith("@");
  }

  /** The path as a target, which a port or name is not taken for. */
  static String socketFile(String path) {
    return path.startsWith("/") || path.startsWith(".") ? path : "./" + path;
  }

  /** ss(8), netstat(8): all sockets, or those of {@code sport = :3000}. */
  private static Optional<Aim> sockets(List<String> words) {
    String letters = String.join("", words.stream().filter(word -> word.startsWith("-")).toList());
    boolean datagrams =
        letters.indexOf('u') >= 0 && letters.indexOf('t') < 0 && letters.indexOf('p') >= 0;
    String protocol = datagrams ? UDP : "";
    List<String> ports = new ArrayList<>();
    String filter = String.join(" ", words.stream().filter(word -> !word.startsWith("-")).toList());
    for (String word : Words.split(filter, " \t\n()=")) {
      int colon = word.lastIndexOf(':');
      String port = word.substring(colon + 1);
      if (Numbers.isPort(port) || (colon >= 0 && port.startsWith("$"))) {
        ports.addAll(Numbers.targets(port, protocol));
      }
    }
    return Optional.of(ports.isEmpty() ? new Aim.Table(true, protocol) : new Aim.Ports(ports));
  }

  /** pgrep(1) and pkill(1); children of a known process, and a file's, are one's own affair. */
  static Optional<Aim> processes(List<String> words) {
    Options options =
        new Options(
            words,
            "uUGgstPFdrQ",
            List.of(
                "--euid",
                "--uid",
                "--group",
                "--pgroup",
                "--session",
                "--terminal",
                "--parent",
                "--pidfile",
                "--delimiter",
                "--runstates",
                "--queue",
                "--ns",
                "--nslist",
                "--cgroup"));
    boolean isChosen =
        options.has(
            "-P",
            "--parent",
            "-F",
            "--pidfile",
            "-g",
            "--pgroup",
            "-s",
            "--session",
            "-t",
            "--terminal");
    boolean isAll = options.has("-u", "-U", "--euid", "--uid", "-G", "--group", "-v");
    boolean asks = options.has("-h", "--help", "-V", "--version");
    if (isChosen || asks || (options.operands().isEmpty() && !isAll)) {
      return Optional.empty();
    }
    String pattern = String.join(" ", options.operands());
    List<String> ports = Numbers.inPattern(pattern, false);
    return Optional.of(
        ports.isEmpty() ? new Aim.Named(Words.names(List.of(pattern))) : new Aim.Ports(ports));
  }

  static Optional<Aim> named(List<String> names) {
    return names.isEmpty() ? Optional.empty() : Optional.of(new Aim.Named(Words.names(names)));
  }

  /** ps(1): all processes, or those of a name; one's own are nobody else's. */
  private static Optional<Aim> table(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("-C") && i + 1 < words.size()) {
        return named(words.subList(i + 1, i + 2));
      }
      boolean bundle = !word.startsWith("-") && Words.name(word).isPresent();
      boolean all =
          (word.startsWith("-") && !word.startsWith("--"))
              ? word.indexOf('e') > 0 || word.indexOf('A') > 0 || word.contains("ax")
              : bundle && word.indexOf('x') >= 0 && word.length() <= 5;
      if (all || word.startsWith("-u") || word.startsWith("-U")) {
        return Optional.of(new Aim.Table(false, ""));
      }
      if (word.startsWith("-p") || word.startsWith("--p") || word.startsWith("-t")) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
