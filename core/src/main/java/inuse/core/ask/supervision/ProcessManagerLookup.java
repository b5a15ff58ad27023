package inuse.core.ask.supervision;

import inuse.core.ask.holders.ProcessSpeaker;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.ProcessManager.Kind;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.core.io.ProcessIdentities;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Proc;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Recognises the process manager of a process among its ancestors. A name is not enough, since any
 * process may choose its own: what restarts processes is recognised by the file that it runs as
 * well, as far as that can be seen. What it says of itself is the word of the user it runs as; what
 * root is to run besides, a directory or a configuration, has to be root's own file.
 */
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

  private final Proc proc;
  private final ProcessIdentities identities;
  private final ProcessSpeaker speakers;
  private final ManagedNames names;
  private final Uid asker;

  ProcessManagerLookup(Host host, UserNames users) {
    proc = host.proc();
    identities = new ProcessIdentities(host);
    speakers = new ProcessSpeaker(host, users);
    names = new ManagedNames(host, users);
    asker = users.uid(host.calls().getEffectiveUid());
  }

  /** An ancestor that is a process manager. */
  private record Found(Kind kind, ProcessIdentity identity, Ancestor ancestor, Speaker speaker) {
    Statement<ProcessManager> named(Optional<String> name, Optional<String> place) {
      return new Statement<>(new ProcessManager(kind, identity, name, place), speaker);
    }
  }

  /** A new question begins. */
  void begin() {
    names.begin();
  }

  /** What a process manager did not tell. */
  List<Gap> gaps() {
    return names.gaps();
  }

  /**
   * The nearest ancestor that restarts its children, else the nearest process manager. A
   * container's processes belong to its engine, regardless of their ancestors inside.
   */
  Optional<Statement<ProcessManager>> of(Holder holder) {
    if (holder.trusted(holder.container(), asker).isPresent()) {
      return Optional.empty();
    }
    Optional<Found> nearest = Optional.empty();
    Pid child = holder.pid();
    for (Ancestor ancestor : holder.ancestry()) {
      Optional<Found> found = kind(ancestor).flatMap(kind -> found(kind, ancestor));
      if (found.isPresent() && found.get().kind.restarts()) {
        return Optional.of(complete(found.get(), holder, child));
      }
      nearest = nearest.or(() -> found);
      child = ancestor.pid();
    }
    return nearest.map(one -> one.named(Optional.empty(), Optional.empty()));
  }

  /** The ancestor as that kind, if it is still the same process and its file allows for it. */
  private Optional<Found> found(Kind kind, Ancestor ancestor) {
    Optional<ProcessIdentity> before = identity(ancestor);
    ProcessSpeaker.Told told = speakers.of(ancestor.pid());
    return before
        .filter(one -> told.program().filter(program -> !isFileOf(kind, program)).isEmpty())
        .filter(one -> identity(ancestor).equals(before))
        .map(one -> new Found(kind, one, ancestor, told.ofProgram(Speaker.of(asker))));
  }

  private Optional<ProcessIdentity> identity(Ancestor ancestor) {
    return identities.of(ancestor.pid());
  }

  /** Whether that kind may run a file of that name: a script runs its interpreter's. */
  private static boolean isFileOf(Kind kind, String program) {
    return switch (kind) {
      case RUNIT -> program.equals("runsv") || program.equals("busybox");
      case S6 -> program.equals("s6-supervise");
      case SUPERVISORD -> program.startsWith("python") || program.startsWith("pypy");
      case PM2 -> program.startsWith("node") || program.equals("bun");
      case TMUX -> program.equals("tmux");
      case SCREEN -> program.startsWith("screen");
      case SSH -> program.equals("sshd") || program.equals("sshd-session");
      case IDE, AGENT -> true;
      case NODEMON,
          NODE_WATCH,
          TSX_WATCH,
          TS_NODE_DEV,
          ENTR,
          WATCHEXEC,
          AIR,
          CARGO_WATCH,
          AUTOSSH,
          CONCURRENTLY_RESTARTING,
          CONCURRENTLY,
          FOREMAN ->
          Watchers.isFileOf(kind, program);
    };
  }

  private Optional<Kind> kind(Ancestor ancestor) {
    String command = ancestor.command().bytes();
    if (command.startsWith("PM2 v")) {
      return Optional.of(Kind.PM2);
    }
    if (isIde(command)) {
      return Optional.of(Kind.IDE);
    }
    if (isAgent(command)) {
      return Optional.of(Kind.AGENT);
    }
    return switch (command) {
      case "supervisord" -> Optional.of(Kind.SUPERVISORD);
      case "runsv" -> Optional.of(Kind.RUNIT);
      case "s6-supervise" -> Optional.of(Kind.S6);
      case "tmux: server" -> Optional.of(Kind.TMUX);
      case "screen", "SCREEN" -> Optional.of(Kind.SCREEN);
      case "sshd", "sshd-session" -> Optional.of(Kind.SSH);
      default -> Watchers.of(command, () -> arguments(ancestor));
    };
  }

  /** Whether that is the name of an IDE or of an editor with extensions. */
  static boolean isIde(String program) {
    return IDES.contains(program);
  }

  static boolean isAgent(String program) {
    return AGENTS.contains(program);
  }

  private Statement<ProcessManager> complete(Found found, Holder holder, Pid child) {
    return switch (found.kind) {
      case PM2 ->
          found.named(
              names.ofPm2(holder, found.speaker),
              names.homeOfPm2(found.ancestor.pid(), found.speaker));
      case SUPERVISORD -> {
        Optional<String> file = names.configuration(found.ancestor.pid(), found.speaker);
        yield found.named(
            file.flatMap(one -> names.ofSupervisord(holder, found.speaker, one, child)), file);
      }
      case RUNIT, S6 ->
          found.named(Optional.empty(), names.directory(found.ancestor.pid(), found.speaker));
      case NODEMON,
          NODE_WATCH,
          TSX_WATCH,
          TS_NODE_DEV,
          ENTR,
          WATCHEXEC,
          AIR,
          CARGO_WATCH,
          AUTOSSH,
          CONCURRENTLY_RESTARTING,
          CONCURRENTLY,
          FOREMAN,
          TMUX,
          SCREEN,
          SSH,
          IDE,
          AGENT ->
          found.named(Optional.empty(), Optional.empty());
    };
  }

  private List<String> arguments(Ancestor ancestor) {
    return proc.text("/proc/" + ancestor.pid() + "/cmdline")
            instanceof CallResult.Ok<String>(var line)
        ? Arrays.asList(Fields.split(line, '\0'))
        : List.of();
  }
}
