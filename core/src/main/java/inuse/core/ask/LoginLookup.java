package inuse.core.ask;

import inuse.core.ask.supervision.PortProxies;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Late;
import inuse.core.evidence.Login;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Environment;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.Unparsable;
import inuse.kernel.proc.Utmp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what this login came in through, and would end with. The environment alone does not do:
 * sudo and su clear it, a tmux server keeps that of a login long gone.
 *
 * <ul>
 *   <li>ancestors, and the leader of the session, which need not be one;
 *   <li>the terminals that these have open. A tmux or screen server is below no login, and has open
 *       the terminal of each client: who leads the session there, and its ancestors;
 *   <li>whoever made the entry of such a terminal in utmp;
 *   <li>an sshd of the same audit session, which no later setsid(2) or setuid(2) leaves; and the
 *       leader of the logind session whose control group we are in.
 * </ul>
 */
final class LoginLookup {
  /** Maximum ancestors of one process. */
  private static final int MAX_ANCESTORS = 32;

  private static final int INIT = 1;

  /** SSH_CONNECTION is the client's address and port, and ours (ssh(1)). */
  private static final int SSH_WORDS = 4;

  /** What the kernel has where no login set an audit session: the largest number. */
  private static final String NO_SESSION = "4294967295";

  private static final String SCOPE = "session-";
  private static final String DEVICES = "/dev/";

  /** Encoded numbers of terminals (MKDEV of linux/kdev_t.h): devices of major 136 and 4. */
  private static final String PSEUDO = "pts/";

  private static final int PSEUDO_MAJOR = 136;
  private static final String CONSOLE = "tty";
  private static final int CONSOLE_MAJOR = 4;

  private final Host host;
  private final Proc proc;
  private final int self;
  private final Set<Integer> near = new LinkedHashSet<>();
  private final Set<Integer> way = new LinkedHashSet<>();
  private final Map<Integer, Optional<ProcessStat>> stats = new HashMap<>();

  LoginLookup(Host host) {
    this.host = host;
    proc = host.proc();
    self = host.calls().getPid();
  }

  /**
   * Looks it up; what may not be read is not known.
   *
   * @param ancestry ours, the parent first
   * @param leader of our session
   * @param cgroup path of our control group
   */
  Login look(List<Ancestor> ancestry, Optional<Pid> leader, String cgroup) {
    ancestry.stream().map(one -> one.pid().number()).filter(pid -> pid > INIT).forEach(near::add);
    leader.ifPresent(one -> addLeader(one.number()));
    Set<String> terminals = terminals();
    throughTerminals(terminals);
    boolean remote = throughUtmp(terminals);
    ofLogindSession(cgroup).ifPresent(pid -> addWithAncestors(way, pid));
    way.remove(self);
    Set<Pid> pids = new LinkedHashSet<>();
    way.forEach(pid -> pids.add(new Pid(pid)));
    return new Login(
        pids,
        new Late<>(() ->
            remote || near.stream().anyMatch(this::isSshd) || way.stream().anyMatch(this::isSshd)),
        new Late<>(this::sshPorts));
  }

  /** With its ancestors, which we know already where it is one of ours. */
  private void addLeader(int leader) {
    if (near.contains(leader)) {
      List<Integer> line = List.copyOf(near);
      way.addAll(line.subList(line.indexOf(leader), line.size()));
    } else {
      addWithAncestors(way, leader);
      near.addAll(way);
    }
  }

  /** PID 1 is above all, and is no way in. */
  private void addWithAncestors(Set<Integer> into, int pid) {
    Optional<ProcessStat> at = stat(pid);
    for (int i = 0; i <= MAX_ANCESTORS && at.isPresent() && at.get().pid() > INIT; i++) {
      into.add(at.get().pid());
      at = stat(at.get().parent());
    }
  }

  private Optional<ProcessStat> stat(int pid) {
    return stats.computeIfAbsent(pid, this::read);
  }

  private Optional<ProcessStat> read(int pid) {
    try {
      return pid > 0 && ProcessStat.read(proc, pid) instanceof CallResult.Ok<ProcessStat>(var stat)
          ? Optional.of(stat)
          : Optional.empty();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }

  /** The terminals that our ancestors have open, without {@code /dev/}. */
  private Set<String> terminals() {
    Set<String> names = new LinkedHashSet<>();
    for (int pid : near) {
      var _ = ProcessFiles.open(proc, "/proc/" + pid, files -> addTerminals(files, names));
    }
    return names;
  }

  private static boolean addTerminals(List<ProcessFiles.OpenFile> files, Set<String> names) {
    for (ProcessFiles.OpenFile file : files) {
      String name =
          file.target().startsWith(DEVICES) ? file.target().substring(DEVICES.length()) : "";
      if (number(name) > 0) {
        names.add(name);
      }
    }
    return true;
  }

  /** Its number in /proc/PID/stat; zero for what is no terminal of a login. */
  private static long number(String name) {
    boolean pseudo = name.startsWith(PSEUDO);
    if (!pseudo && !name.startsWith(CONSOLE)) {
      return 0;
    }
    long minor =
        Numeral.decimal(name.substring(pseudo ? PSEUDO.length() : CONSOLE.length())).orElse(-1);
    long major = pseudo ? PSEUDO_MAJOR : CONSOLE_MAJOR;
    return minor < 0 ? 0 : (minor & 0xff) | (major << 8) | ((minor & ~0xffL) << 12);
  }

  /** Who leads the session at one of these terminals, and an sshd of our audit session. */
  private void throughTerminals(Set<String> terminals) {
    Set<Long> numbers = new LinkedHashSet<>();
    terminals.forEach(name -> numbers.add(number(name)));
    String session = auditSession("self");
    boolean audited = !session.isEmpty() && !session.equals(NO_SESSION);
    if (numbers.isEmpty() && !audited) {
      return;
    }
    List<Integer> found = new ArrayList<>();
    if (ProcessFiles.processes(proc)
        instanceof CallResult.Ok<ProcessFiles.Processes>(var processes)) {
      for (int pid : processes.own()) {
        Optional<ProcessStat> stat = stat(pid);
        boolean leads =
            stat.filter(one -> one.session() == pid && numbers.contains(one.terminal()))
                .isPresent();
        boolean serves =
            audited
                && stat.filter(one -> Login.isSshd(new Untrusted(one.command()))).isPresent()
                && auditSession(Integer.toString(pid)).equals(session);
        if (leads || serves) {
          found.add(pid);
        }
      }
    }
    found.forEach(pid -> addWithAncestors(way, pid));
  }

  private String auditSession(String process) {
    return proc.text("/proc/" + process + "/sessionid") instanceof CallResult.Ok<String>(var text)
        ? text.trim()
        : "";
  }

  /** Whether one of these terminals is that of a login from elsewhere. */
  private boolean throughUtmp(Set<String> terminals) {
    boolean remote = false;
    for (Utmp.Login login : Utmp.read(proc, host.calls().architecture())) {
      if (terminals.contains(login.line())) {
        addWithAncestors(way, login.pid());
        // A terminal of X, tmux or screen has its display or window here.
        remote |=
            !login.host().isEmpty()
                && login.host().indexOf(':') != 0
                && login.host().indexOf('(') < 0;
      }
    }
    return remote;
  }

  /** The leader of the session whose scope we are in, from a file of systemd-logind(8). */
  private Optional<Integer> ofLogindSession(String cgroup) {
    for (String name : Fields.split(cgroup, '/')) {
      if (name.startsWith(SCOPE) && name.endsWith(".scope")) {
        String id = name.substring(SCOPE.length(), name.length() - ".scope".length());
        for (String line :
            Untrusted.isPlain(id, "")
                ? host.lines("/run/systemd/sessions/" + id)
                : List.<String>of()) {
          long pid = line.startsWith("LEADER=") ? Numeral.decimal(line.substring(7)).orElse(0) : 0;
          if (pid > INIT && pid <= Integer.MAX_VALUE) {
            return Optional.of((int) pid);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** By its file, or by its own name where that may not be seen. */
  private boolean isSshd(int pid) {
    String directory = "/proc/" + pid;
    boolean named = stat(pid).filter(one -> Login.isSshd(new Untrusted(one.command()))).isPresent();
    return named
        || (proc.link(directory + "/exe") instanceof CallResult.Ok<String>(String path)
            && Login.isSshd(new Untrusted(path).baseName().withoutDeleted()));
  }

  private Set<Port> sshPorts() {
    Set<Port> ports = new LinkedHashSet<>();
    port("self").ifPresent(ports::add);
    near.forEach(pid -> port(Integer.toString(pid)).ifPresent(ports::add));
    way.forEach(pid -> port(Integer.toString(pid)).ifPresent(ports::add));
    return ports;
  }

  private Optional<Port> port(String process) {
    return Environment.of(proc, "/proc/" + process + "/environ")
        .value("SSH_CONNECTION")
        .map(value -> Fields.split(value, ' '))
        .filter(words -> words.length == SSH_WORDS)
        .flatMap(words -> PortProxies.port(words[SSH_WORDS - 1]));
  }
}
