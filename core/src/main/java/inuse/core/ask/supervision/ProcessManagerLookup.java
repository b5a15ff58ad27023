package inuse.core.ask.supervision;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Holder;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.ProcessManager.Kind;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Environment;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.ProcessStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Recognises the process manager of a process among its ancestors. */
final class ProcessManagerLookup {
  private static final Set<String> IDES =
      Set.of(
          "code",
          "code-insiders",
          "codium",
          "cursor",
          "windsurf",
          "zed-editor",
          "idea",
          "pycharm",
          "webstorm",
          "goland",
          "clion",
          "phpstorm",
          "rubymine",
          "rider",
          "studio",
          "eclipse",
          "fleet");

  private static final Set<String> AGENTS =
      Set.of("claude", "codex", "aider", "goose", "opencode", "gemini", "cursor-agent", "copilot");

  private static final int MAX_WORD = 200;

  private final Proc proc;

  ProcessManagerLookup(Proc proc) {
    this.proc = proc;
  }

  /**
   * The nearest ancestor that restarts its children, else the nearest process manager. A
   * container's processes belong to its engine, regardless of their ancestors inside.
   */
  Optional<ProcessManager> of(Holder holder) {
    if (holder.container().isPresent()) {
      return Optional.empty();
    }
    Optional<ProcessManager> nearest = Optional.empty();
    for (Ancestor ancestor : holder.ancestry()) {
      Optional<Kind> kind = kind(ancestor);
      if (kind.isPresent() && kind.get().restarts()) {
        return started(kind.get(), ancestor).map(one -> complete(one, ancestor, holder));
      }
      if (nearest.isEmpty() && kind.isPresent()) {
        nearest = started(kind.get(), ancestor);
      }
    }
    return nearest;
  }

  /** Without the user it runs as, which only the kernel tells, nothing is known of it. */
  private Optional<ProcessManager> started(Kind kind, Ancestor ancestor) {
    int pid = ancestor.pid().number();
    Reading<ProcessIdentity> identity =
        Readings.reading(
            ProcessStat.read(proc, pid),
            stat -> new ProcessIdentity(ancestor.pid(), stat.startTicks()));
    Reading<Uid> owner =
        Readings.reading(ProcessStatus.read(proc, pid), status -> new Uid(status.effectiveUid()));
    return identity
        .toOptional()
        .flatMap(one ->
            owner
                .toOptional()
                .map(user ->
                    new ProcessManager(kind, one, user, Optional.empty(), Optional.empty())));
  }

  private Optional<Kind> kind(Ancestor ancestor) {
    String command = ancestor.command().bytes();
    if (command.startsWith("PM2 v")) {
      return Optional.of(Kind.PM2);
    }
    if (IDES.contains(command)) {
      return Optional.of(Kind.IDE);
    }
    if (AGENTS.contains(command)) {
      return Optional.of(Kind.AGENT);
    }
    return switch (command) {
      case "supervisord" -> Optional.of(Kind.SUPERVISORD);
      case "runsv" -> Optional.of(Kind.RUNIT);
      case "s6-supervise" -> Optional.of(Kind.S6);
      case "nodemon" -> Optional.of(Kind.NODEMON);
      case "node", "nodejs", "MainThread" ->
          isNodemon(ancestor) ? Optional.of(Kind.NODEMON) : Optional.empty();
      case "tmux: server" -> Optional.of(Kind.TMUX);
      case "screen", "SCREEN" -> Optional.of(Kind.SCREEN);
      case "sshd", "sshd-session" -> Optional.of(Kind.SSH);
      default -> Optional.empty();
    };
  }

  private boolean isNodemon(Ancestor ancestor) {
    List<String> arguments = arguments(ancestor);
    return arguments.size() > 1
        && (arguments.get(1).endsWith("/nodemon") || arguments.get(1).endsWith("/nodemon.js"));
  }

  private ProcessManager complete(ProcessManager bare, Ancestor ancestor, Holder holder) {
    Environment its = Environment.of(proc, "/proc/" + holder.pid() + "/environ");
    Optional<String> name = Optional.empty();
    Optional<String> place = Optional.empty();
    switch (bare.kind()) {
      case PM2 -> name = its.value("pm_id").filter(id -> Numeral.decimal(id).isPresent());
      case SUPERVISORD -> {
        name = programName(its);
        place = configuration(arguments(ancestor));
      }
      case RUNIT, S6 -> place = directory(ancestor);
      case NODEMON, TMUX, SCREEN, SSH, IDE, AGENT -> {}
    }
    return new ProcessManager(bare.kind(), bare.identity(), bare.owner(), name, place);
  }

  /** What supervisord(8) gives its children in the environment. */
  private static Optional<String> programName(Environment environment) {
    Optional<String> name =
        environment.value("SUPERVISOR_PROCESS_NAME").filter(ProcessManagerLookup::isHarmless);
    Optional<String> group =
        environment.value("SUPERVISOR_GROUP_NAME").filter(ProcessManagerLookup::isHarmless);
    return group.isEmpty() || group.equals(name) ? name : name.map(one -> group.get() + ":" + one);
  }

  private static Optional<String> configuration(List<String> arguments) {
    int at = Math.max(arguments.indexOf("-c"), arguments.indexOf("--configuration"));
    return at < 0 || at + 1 >= arguments.size()
        ? Optional.empty()
        : Optional.of(arguments.get(at + 1)).filter(one -> one.startsWith("/") && isHarmless(one));
  }

  /** The service directory: a supervisor of one service has it as its working directory. */
  private Optional<String> directory(Ancestor ancestor) {
    return proc.link("/proc/" + ancestor.pid() + "/cwd")
            instanceof CallResult.Ok<String>(String path)
        ? Optional.of(path).filter(one -> one.startsWith("/") && isHarmless(one))
        : Optional.empty();
  }

  private List<String> arguments(Ancestor ancestor) {
    return proc.text("/proc/" + ancestor.pid() + "/cmdline")
            instanceof CallResult.Ok<String>(var line)
        ? Arrays.asList(Fields.split(line, '\0'))
        : List.of();
  }

  /** Whether the text is safe in a command line without quotes, and is not an option. */
  private static boolean isHarmless(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_WORD
        && !text.startsWith("-")
        && Untrusted.isPlain(text, "_./:@+-");
  }
}
