package inuse.core.ask.supervision;

import inuse.core.ask.holders.ProcessSpeaker;
import inuse.core.evidence.Container;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Office;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Recognises holders that are more than the server of a port. Their names and arguments are the
 * word of the user that they run as; a name keeps nobody from being ended but its own user.
 */
final class OfficeLookup {
  private static final Set<String> BROWSERS =
      Set.of(
          "chrome",
          "chromium",
          "chromium-browse", // as far as a name of a process goes
          "chromium-browser",
          "google-chrome",
          "msedge",
          "brave",
          "vivaldi",
          "opera",
          "firefox",
          "firefox-esr");

  private static final Set<String> LANGUAGE_SERVERS =
      Set.of(
          "gopls",
          "clangd",
          "rust-analyzer",
          "pylsp",
          "pyright-langserver",
          "basedpyright-langserver",
          "typescript-language-server",
          "tsserver.js",
          "vscode-eslint-language-server",
          "lua-language-server",
          "jdtls",
          "solargraph",
          "ruby-lsp",
          "kotlin-language-server",
          "OmniSharp");

  /** IDEs whose names servers have as well. */
  private static final Set<String> ALSO_SERVERS = Set.of("fleet", "studio", "rider");

  /** Directories that the remote halves of IDEs live in. */
  private static final List<String> REMOTE_IDES =
      List.of(
          "/.vscode-server/",
          "/.vscode-remote/",
          "/.cursor-server/",
          "/.windsurf-server/",
          "/code-server/",
          "/openvscode-server/");

  private final ProcessSpeaker speakers;

  OfficeLookup(ProcessSpeaker speakers) {
    this.speakers = speakers;
  }

  /** What it is besides, for whoever asks about one of those ports. */
  Optional<Statement<Office>> of(Holder holder, Collection<PortTarget> targets, Uid asker) {
    Optional<Office> office = targets.isEmpty() ? Optional.empty() : office(holder, targets);
    return office.map(one -> {
      ProcessSpeaker.Told told = speakers.of(holder.pid());
      // Whose process runs as the asker or as root is not ended because it says what it is.
      boolean ours =
          holder.user().filter(uid -> uid.equals(asker) || uid.equals(Uid.ROOT)).isPresent();
      return new Statement<>(one, ours ? Speaker.of(asker) : told.ofProgram(Speaker.of(asker)));
    });
  }

  private static Optional<Office> office(Holder holder, Collection<PortTarget> targets) {
    String program = holder.program().bytes();
    String name = holder.command().bytes();
    List<String> arguments =
        holder.arguments().toOptional().orElse(List.of()).stream().map(Untrusted::bytes).toList();
    String title = arguments.isEmpty() ? "" : arguments.getFirst();
    if (name.startsWith("PM2 v") || (title.startsWith("PM2 v") && title.contains("God"))) {
      return Optional.of(Office.PM2);
    }
    if (name.equals("supervisord") || runs("supervisord", arguments)) {
      return Optional.of(Office.SUPERVISORD);
    }
    if (Container.isEngine(program)) {
      return Optional.of(Office.ENGINE);
    }
    if (isIde(program, name, arguments)) {
      return Optional.of(Office.IDE);
    }
    if (ProcessManagerLookup.isAgent(name) || ProcessManagerLookup.isAgent(program)) {
      return Optional.of(Office.AGENT);
    }
    return byProgram(program, name, title, arguments).or(() -> javas(program, arguments, targets));
  }

  private static Optional<Office> byProgram(
      String program, String name, String title, List<String> arguments) {
    if (program.equals("tmux")
        || name.startsWith("tmux: ")
        || program.equals("screen")
        || name.equals("SCREEN")) {
      return Optional.of(Office.MULTIPLEXER);
    }
    if (program.equals("adb") || name.equals("adb")) {
      return Optional.of(Office.ADB);
    }
    boolean ssh = program.equals("ssh") || name.equals("ssh") || title.startsWith("ssh: ");
    if (ssh && isMaster(title, arguments)) {
      return Optional.of(Office.SSH_MASTER);
    }
    boolean browser = BROWSERS.contains(program) || BROWSERS.contains(name);
    if (browser && arguments.stream().noneMatch(one -> one.startsWith("--headless"))) {
      return Optional.of(Office.BROWSER);
    }
    boolean editors =
        LANGUAGE_SERVERS.contains(program)
            || isRun(arguments, one -> LANGUAGE_SERVERS.contains(baseName(one)));
    return editors ? Optional.of(Office.LANGUAGE_SERVER) : Optional.empty();
  }

  /** Whether a script of that name is what an interpreter runs, or the program is it. */
  private static boolean runs(String program, List<String> arguments) {
    return isRun(arguments, one -> baseName(one).equals(program));
  }

  /** Whether what an interpreter runs is so, or the program. */
  private static boolean isRun(List<String> arguments, Predicate<String> kind) {
    for (int i = 0; i < Math.min(2, arguments.size()); i++) {
      if (kind.test(arguments.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static boolean isIde(String program, String name, List<String> arguments) {
    return (ProcessManagerLookup.isIde(program) && !ALSO_SERVERS.contains(program))
        || (ProcessManagerLookup.isIde(name) && !ALSO_SERVERS.contains(name))
        || arguments.contains("--type=extensionHost")
        || arguments.stream().anyMatch(one -> one.startsWith("-Didea.paths.selector="))
        || isRun(arguments, OfficeLookup::isOfRemoteIde);
  }

  private static boolean isOfRemoteIde(String argument) {
    // Each of them ends so, and nearly no argument has either.
    boolean may = argument.contains("-server/") || argument.contains("-remote/");
    return may && REMOTE_IDES.stream().anyMatch(argument::contains);
  }

  /** One in the background calls itself {@code ssh: PATH [mux]}. */
  private static boolean isMaster(String title, List<String> arguments) {
    if (title.endsWith("[mux]")) {
      return true;
    }
    for (int i = 1; i < arguments.size(); i++) {
      String one = arguments.get(i);
      boolean letters = one.startsWith("-") && !one.startsWith("--") && one.length() < 6;
      if ((letters && one.indexOf('M') > 0 && !one.startsWith("-o"))
          || one.replace(" ", "").endsWith("ControlMaster=yes")
          || one.replace(" ", "").endsWith("ControlMaster=auto")) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Office> javas(
      String program, List<String> arguments, Collection<PortTarget> targets) {
    return program.equals("java")
            && targets.stream().anyMatch(one -> isJavas(arguments, one.port().toString()))
        ? Optional.of(Office.JVM)
        : Optional.empty();
  }

  private static boolean isJavas(List<String> arguments, String port) {
    return arguments.stream().anyMatch(one -> isDebugger(one, port) || isJmx(one, port));
  }

  /** {@code -agentlib:jdwp=transport=dt_socket,server=y,address=*:5005}. */
  private static boolean isDebugger(String argument, String port) {
    if (!argument.startsWith("-agentlib:jdwp=") && !argument.startsWith("-Xrunjdwp:")) {
      return false;
    }
    String whole = argument + ",";
    return whole.contains("address=" + port + ",") || whole.contains(":" + port + ",");
  }

  private static boolean isJmx(String argument, String port) {
    return argument.startsWith("-Dcom.sun.management.jmxremote.")
        && argument.endsWith("port=" + port);
  }
}
