package inuse.core.ask.supervision;

import inuse.core.evidence.ProcessManager.Kind;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Programs that start a server again, by how they are called: when a file changes, when it ends, or
 * when a connection breaks.
 */
final class Watchers {
  private Watchers() {}

  /**
   * The watcher of that name.
   *
   * @param command the name of its main thread
   * @param arguments its command line, read only where the name does not tell
   */
  static Optional<Kind> of(String command, Supplier<List<String>> arguments) {
    return switch (command) {
      case "nodemon" -> Optional.of(Kind.NODEMON);
      case "entr" -> Optional.of(Kind.ENTR);
      case "watchexec" -> Optional.of(Kind.WATCHEXEC);
      case "air" -> Optional.of(Kind.AIR);
      case "cargo-watch" -> Optional.of(Kind.CARGO_WATCH);
      case "autossh" -> Optional.of(Kind.AUTOSSH);
      case "node", "nodejs", "MainThread" -> ofNode(arguments.get());
      default -> command.startsWith("foreman") ? Optional.of(Kind.FOREMAN) : Optional.empty();
    };
  }

  private static Optional<Kind> ofNode(List<String> arguments) {
    int script = 1;
    while (script < arguments.size() && arguments.get(script).startsWith("-")) {
      String option = arguments.get(script);
      if (option.equals("--watch") || option.startsWith("--watch-path")) {
        return Optional.of(Kind.NODE_WATCH);
      }
      script++;
    }
    if (script >= arguments.size()) {
      return Optional.empty();
    }
    List<String> its = arguments.subList(script + 1, arguments.size());
    String path = arguments.get(script);
    if (isScript(path, "nodemon")) {
      return Optional.of(Kind.NODEMON);
    }
    if (isScript(path, "ts-node-dev") || isScript(path, "tsnd")) {
      return Optional.of(Kind.TS_NODE_DEV);
    }
    if (isScript(path, "tsx") || path.endsWith("/tsx/dist/cli.mjs")) {
      return its.contains("watch") ? Optional.of(Kind.TSX_WATCH) : Optional.empty();
    }
    return isScript(path, "concurrently") || path.endsWith("/dist/bin/concurrently.js")
        ? Optional.of(
            its.stream().anyMatch(one -> one.startsWith("--restart"))
                ? Kind.CONCURRENTLY_RESTARTING
                : Kind.CONCURRENTLY)
        : Optional.empty();
  }

  private static boolean isScript(String path, String name) {
    return path.endsWith("/" + name) || path.endsWith("/" + name + ".js");
  }

  /** Whether that kind may run a file of that name: a script runs its interpreter's. */
  static boolean isFileOf(Kind kind, String program) {
    return switch (kind) {
      case NODEMON, NODE_WATCH, TSX_WATCH, TS_NODE_DEV, CONCURRENTLY, CONCURRENTLY_RESTARTING ->
          program.startsWith("node") || program.equals("bun");
      case FOREMAN -> program.startsWith("ruby");
      case ENTR, WATCHEXEC, AIR, CARGO_WATCH, AUTOSSH -> program.equals(kind.word());
      case PM2, SUPERVISORD, RUNIT, S6, TMUX, SCREEN, SSH, IDE, AGENT -> false;
    };
  }
}
