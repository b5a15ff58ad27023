package inuse.cli.hook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tools that end processes by their port or name, whichever those turn out to be. */
final class Ending {
  private static final List<String> BY_PORT =
      List.of(
          "kill-port",
          "killport",
          "kill-port-process",
          "kill-port-cli",
          "kill-my-port",
          "port-kill");

  private static final List<String> BY_EITHER = List.of("fkill", "fkill-cli");

  private static final List<String> RUNNERS = List.of("npx", "bunx", "pnpx");

  private static final List<String> MANAGERS = List.of("npm", "pnpm", "yarn", "bun");

  private Ending() {}

  /** What a command ends; empty where it ends nothing, or it is no such tool. */
  static Optional<Aim> of(String tool, List<String> words) {
    return switch (tool) {
      case "fuser" -> fuser(words);
      case "pkill" -> {
        Signals signals = Signals.of(words, List.of("--signal"));
        yield signals.ends() ? Lookup.processes(signals.words()) : Optional.empty();
      }
      case "killall" -> killall(words);
      case "killall5" -> Optional.of(new Aim.Named(List.of()));
      default -> packaged(tool, words);
    };
  }

  private static Optional<Aim> fuser(List<String> words) {
    Signals signals = Signals.of(words, List.of());
    boolean kills = new Options(signals.words(), "n", List.of("--namespace")).has("-k", "--kill");
    return kills && signals.ends() ? Lookup.fuser(words) : Optional.empty();
  }

  private static Optional<Aim> killall(List<String> words) {
    Signals signals = Signals.of(words, List.of("-s", "--signal"));
    Options options =
        new Options(
            signals.words(),
            "uoyZn",
            List.of("--user", "--older-than", "--younger-than", "--context", "--ns"));
    boolean asks = options.has("-l", "--list", "-V", "--version", "--help", "-h");
    if (asks || !signals.ends()) {
      return Optional.empty();
    }
    return options.operands().isEmpty() && options.has("-u", "--user")
        ? Optional.of(new Aim.Named(List.of()))
        : Lookup.named(options.operands());
  }

  /** {@code kill-port 3000}, {@code npx --yes kill-port@2 3000}, {@code pnpm dlx fkill :3000}. */
  private static Optional<Aim> packaged(String tool, List<String> words) {
    List<String> line = new ArrayList<>(List.of(tool));
    line.addAll(words);
    int at = 0;
    if (MANAGERS.contains(tool)) {
      boolean runs = words.size() > 1 && List.of("exec", "dlx", "x").contains(words.getFirst());
      boolean direct = !words.isEmpty() && !tool.equals("npm") && isOurs(words.getFirst());
      at = runs ? 2 : direct ? 1 : line.size();
    } else if (RUNNERS.contains(tool)) {
      at = 1;
    }
    while (at > 0 && at < line.size() && line.get(at).startsWith("-")) {
      boolean takes = List.of("-p", "--package").contains(line.get(at));
      at += takes ? 2 : 1;
    }
    if (at >= line.size() || !isOurs(line.get(at))) {
      return Optional.empty();
    }
    return aims(name(line.get(at)), line.subList(at + 1, line.size()));
  }

  private static boolean isOurs(String word) {
    return BY_PORT.contains(name(word)) || BY_EITHER.contains(name(word));
  }

  /** Without {@code @latest}. */
  private static String name(String word) {
    int version = word.indexOf('@', 1);
    return version < 0 ? word : word.substring(0, version);
  }

  private static Optional<Aim> aims(String tool, List<String> words) {
    Options options =
        new Options(words, "pms", List.of("--port", "--method", "--signal", "--mode"));
    boolean isDatagram = options.value("-m", "--method").filter("udp"::equals).isPresent();
    List<String> given = new ArrayList<>(options.operands());
    options.value("-p", "--port").ifPresent(given::add);
    List<String> ports = new ArrayList<>();
    for (String word : given) {
      boolean isPort = BY_PORT.contains(tool) || word.startsWith(":");
      String port = word.startsWith(":") ? word.substring(1) : word;
      if (isPort
          && (Numbers.isPort(port) || !Words.name(port).isPresent() || port.startsWith("$"))) {
        ports.addAll(Numbers.targets(port, isDatagram ? "udp/" : ""));
      }
    }
    if (!ports.isEmpty()) {
      return Optional.of(new Aim.Ports(ports));
    }
    // A number alone is a pid to fkill.
    return BY_EITHER.contains(tool)
        ? Lookup.named(given.stream().filter(word -> !Numbers.isDigits(word)).toList())
        : Optional.empty();
  }
}
