package inuse.core.ask.supervision;

import inuse.core.ask.holders.ProcessSpeaker;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Environment;
import inuse.core.io.ExternalCommand;
import inuse.core.io.Host;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The windows of tmux(1) that processes run in. A server is asked once for one answer, by tmux's
 * own command, and only where it and the process are those of whoever asks: where the socket of
 * another user's is, and what it would say, is that user's word.
 */
final class TmuxWindows {
  private static final List<String> TMUX = List.of("/usr/bin/tmux", "/usr/local/bin/tmux");

  /** It refuses to start in a locale without UTF-8. */
  private static final List<String> ENVIRONMENT = List.of("LC_ALL=C.UTF-8");

  private static final String FORMAT = "#{pane_pid} #{session_name}:#{window_index}";
  private static final int MAX_NAME = 60;

  private final SystemCalls calls;
  private final Proc proc;
  private final ProcessSpeaker speakers;

  /** By server, and then by the first process of a pane. */
  private final Map<Pid, Map<Pid, String>> windows = new HashMap<>();

  TmuxWindows(Host host, ProcessSpeaker speakers) {
    calls = host.calls();
    proc = host.proc();
    this.speakers = speakers;
  }

  /** A new question begins. */
  void begin() {
    windows.clear();
  }

  /** The same with the window, where a tmux keeps the process and tells it. */
  Statement<ProcessManager> named(Holder holder, Statement<ProcessManager> said, Uid asker) {
    Speaker own = Speaker.of(asker);
    ProcessManager manager = said.content();
    if (manager.kind() != ProcessManager.Kind.TMUX
        || !said.speaker().equals(own)
        || !speakers.of(holder.pid()).speaker().equals(own)) {
      return said;
    }
    Map<Pid, String> panes =
        windows.computeIfAbsent(manager.pid(), server -> ask(holder.pid(), server));
    Optional<String> window =
        Stream.concat(Stream.of(holder.pid()), holder.ancestry().stream().map(one -> one.pid()))
            .flatMap(pid -> Optional.ofNullable(panes.get(pid)).stream())
            .findFirst();
    return new Statement<>(
        new ProcessManager(manager.kind(), manager.identity(), window, manager.place()),
        said.speaker());
  }

  private Map<Pid, String> ask(Pid process, Pid server) {
    return Environment.of(proc, "/proc/" + process + "/environ")
        .value("TMUX")
        .flatMap(value -> socket(value, server))
        .map(this::panes)
        .orElse(Map.of());
  }

  /** {@code /tmp/tmux-1000/default,SERVER,SESSION}. */
  private static Optional<String> socket(String value, Pid server) {
    int session = value.lastIndexOf(',');
    int pid = session < 0 ? -1 : value.lastIndexOf(',', session - 1);
    return value.startsWith("/")
            && pid > 0
            && value.substring(pid + 1, session).equals(server.toString())
        ? Optional.of(value.substring(0, pid))
        : Optional.empty();
  }

  private Map<Pid, String> panes(String socket) {
    Reading<String> told =
        new ExternalCommand(calls)
            .run(
                TMUX, List.of("tmux", "-S", socket, "list-panes", "-a", "-F", FORMAT), ENVIRONMENT);
    Map<Pid, String> panes = new HashMap<>();
    for (String line : Fields.split(told.toOptional().orElse(""), '\n')) {
      int space = line.indexOf(' ');
      long pid = space < 0 ? 0 : Numeral.decimal(line.substring(0, space)).orElse(0);
      String window = line.substring(space + 1);
      if (pid > 0
          && pid <= Integer.MAX_VALUE
          && window.length() <= MAX_NAME
          && Untrusted.isPlain(window, ":_-")) {
        panes.put(new Pid((int) pid), window);
      }
    }
    return panes;
  }
}
