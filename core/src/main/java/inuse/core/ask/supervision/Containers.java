package inuse.core.ask.supervision;

import inuse.core.ask.holders.CgroupStatements;
import inuse.core.ask.holders.ProcessSpeaker;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Container;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Speaker;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The running containers, by the control groups of their processes, as far as root or the asker
 * vouches for them: another user may give a group, or a process, the name of any container.
 */
public final class Containers {
  private static final String MONITOR = "conmon";

  private final Proc proc;
  private final Uid asker;
  private final CgroupStatements cgroups;
  private final ProcessSpeaker speakers;
  private final Engines engines;

  public Containers(Host host) {
    UserNames users = new UserNames(host.proc());
    proc = host.proc();
    asker = users.uid(host.calls().getEffectiveUid());
    cgroups = new CgroupStatements(host, users);
    speakers = new ProcessSpeaker(host, users);
    engines = new Engines(host);
  }

  /** The container in whose control group a process is. */
  public Optional<Container> of(Pid pid) {
    return cgroups.container(pid.number()).flatMap(this::vouched);
  }

  private Optional<Container> vouched(Statement<Container> said) {
    return said.trusted(asker, Optional.empty()).map(Statement.Trusted::content);
  }

  /** The running containers, each with its first process. */
  public Map<Container, Pid> running() {
    Map<Container, Pid> containers = new LinkedHashMap<>();
    processes().forEach(pid -> of(pid).ifPresent(one -> containers.putIfAbsent(one, pid)));
    return containers;
  }

  private List<Pid> processes() {
    return ProcessFiles.processes(proc)
            instanceof CallResult.Ok<ProcessFiles.Processes>(var processes)
        ? processes.own().stream().map(Pid::new).toList()
        : List.of();
  }

  /** The id of the container of that name: Podman's monitor knows it, or an engine. */
  public Optional<String> idOf(String name) {
    for (Pid pid : processes()) {
      if (proc.text("/proc/" + pid + "/cmdline") instanceof CallResult.Ok<String>(String line)
          && line.substring(0, Math.max(0, line.indexOf('\0'))).endsWith(MONITOR)) {
        List<String> arguments = Arrays.asList(Fields.split(line, '\0'));
        Optional<String> id = after("-c", arguments).filter(Container::isId);
        if (after("-n", arguments).equals(Optional.of(name)) && id.isPresent() && isMonitor(pid)) {
          return id;
        }
      }
    }
    return engines.idOf(name);
  }

  private boolean isMonitor(Pid pid) {
    ProcessSpeaker.Told told = speakers.of(pid);
    return told.mayRun(MONITOR)
        && (told.speaker().equals(Speaker.ROOT) || told.speaker().equals(Speaker.of(asker)));
  }

  private static Optional<String> after(String option, List<String> arguments) {
    int at = arguments.indexOf(option);
    return at >= 0 && at + 1 < arguments.size()
        ? Optional.of(arguments.get(at + 1))
        : Optional.empty();
  }

  /** The container with what its engine tells of it. */
  public Container detailed(Container container, Pid member) {
    return cgroups
        .container(member.number())
        .map(said -> engines.detailed(said.map(any -> container)))
        .orElse(container);
  }
}
