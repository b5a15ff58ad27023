package inuse.core;

import inuse.core.ask.CollateralSearch;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Collateral;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Starter;
import inuse.core.io.Host;
import inuse.core.io.ProcessIdentities;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Fields;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.Unparsable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who brings a server back, by what it does: a process above it that outlives it, and is neither
 * what adopts orphans, nor a shell at which somebody types, nor what keeps a session.
 */
final class StarterSearch {
  private static final Set<String> SHELLS =
      Set.of("sh", "bash", "dash", "ash", "zsh", "fish", "ksh", "mksh", "tcsh", "csh", "busybox");

  /** What starts whatever somebody wants of it, and nothing by itself. */
  private static final Set<String> KEEPERS =
      Set.of(
          "systemd",
          "init",
          "tini",
          "dumb-init",
          "docker-init",
          "catatonit",
          "conmon",
          "sshd",
          "sshd-session",
          "tmux: server",
          "screen",
          "SCREEN",
          "login",
          "su",
          "sudo");

  private final Proc proc;
  private final ProcessIdentities identities;
  private final CollateralSearch collateral;

  StarterSearch(Host host) {
    proc = host.proc();
    identities = new ProcessIdentities(host);
    collateral = new CollateralSearch(host);
  }

  /**
   * Who started it again: what is above the one that has come and was above the one that ended.
   *
   * @param before who held it
   * @param after who holds it now
   */
  Optional<Starter> again(List<Holder> before, List<Holder> after, Caller caller) {
    Set<Pid> above = new HashSet<>();
    before.forEach(one -> one.ancestry().forEach(ancestor -> above.add(ancestor.pid())));
    Optional<Endpoint> client = client(after);
    return after.stream()
        .flatMap(one ->
            one.ancestry().stream()
                .filter(ancestor -> above.contains(ancestor.pid()))
                .limit(1)
                .filter(ancestor -> client.isPresent() || mayStart(ancestor, caller))
                .flatMap(ancestor -> starter(ancestor, true, client).stream()))
        .findFirst();
  }

  /** Who started it, and is still there though it ended: it may start it again. */
  Optional<Starter> survivor(List<Holder> ended, Caller caller) {
    return ended.stream()
        .flatMap(one -> one.ancestry().stream().filter(this::isThere).limit(1))
        .filter(ancestor -> mayStart(ancestor, caller))
        .flatMap(ancestor -> starter(ancestor, false, Optional.empty()).stream())
        .findFirst();
  }

  private Optional<Endpoint> client(List<Holder> holders) {
    return collateral.of(holders).stream()
        .map(Collateral::client)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Starter> starter(Ancestor ancestor, boolean again, Optional<Endpoint> client) {
    return identities
        .of(ancestor.pid())
        .map(identity -> new Starter(identity, ancestor.command(), again, client));
  }

  private boolean isThere(Ancestor ancestor) {
    return stat(ancestor.pid())
        .filter(stat -> stat.state() != 'Z' && stat.command().equals(ancestor.command().bytes()))
        .isPresent();
  }

  private boolean mayStart(Ancestor ancestor, Caller caller) {
    return ancestor.pid().number() != 1
        && !caller.isBelow(ancestor.pid())
        && !KEEPERS.contains(ancestor.command().bytes())
        && !isPrompt(ancestor);
  }

  /** A shell that runs neither a script nor a command line that it was given. */
  private boolean isPrompt(Ancestor ancestor) {
    if (!SHELLS.contains(ancestor.command().bytes())) {
      return false;
    }
    return proc.text("/proc/" + ancestor.pid() + "/cmdline")
            instanceof CallResult.Ok<String>(var line)
        && Arrays.stream(Fields.split(line, '\0'))
            .skip(1)
            .filter(word -> !word.isEmpty())
            .allMatch(word -> word.startsWith("-") && !word.equals("-c"));
  }

  private Optional<ProcessStat> stat(Pid pid) {
    try {
      return ProcessStat.read(proc, pid.number()) instanceof CallResult.Ok<ProcessStat>(var stat)
          ? Optional.of(stat)
          : Optional.empty();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }
}
