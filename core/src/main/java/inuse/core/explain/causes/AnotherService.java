package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.Phrase;
import inuse.core.explain.remedy.OtherWays;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.SameCommand;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;

/**
 * A server that is not the one to be started.
 *
 * <h2>What it is</h2>
 *
 * A process serves on the port that is not an earlier run of the command: another program, or the
 * same with another script or other arguments. Known only where {@code --for COMMAND} says what is
 * to be started.
 *
 * <h2>Why bind fails</h2>
 *
 * Two servers want one port.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -ltnp 'sport = :8080'}, then {@code ls -l /proc/PID/exe /proc/PID/cwd} and {@code tr
 * '\0' ' ' < /proc/PID/cmdline}
 *
 * <h2>What to do</h2>
 *
 * Stop the other server if it is not needed, or give one of the two another port.
 *
 * <h2>What not to do</h2>
 *
 * Do not end it without a look: it may be needed.
 *
 * <h2>Source</h2>
 *
 * proc_pid_exe(5), proc_pid_cmdline(5), proc_pid_cwd(5).
 */
public record AnotherService(Blockers blockers, IntendedCommand intended) implements SocketCause {
  /** Claims the servers' sockets of processes that are certainly something else. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    Optional<IntendedCommand> startup = unclaimed.snapshot().newcomer().startup();
    if (startup.isEmpty()) {
      return Optional.empty();
    }
    return unclaimed
        .claim(socket -> isOther(socket, unclaimed, startup.get()))
        .map(blockers -> Listener.withConnections(blockers, unclaimed))
        .map(blockers -> new AnotherService(blockers, startup.get()));
  }

  private static boolean isOther(
      BoundSocket socket, Unclaimed unclaimed, IntendedCommand intended) {
    List<Holder> holders = unclaimed.snapshot().holdersOf(socket);
    return socket.isServers()
        && !holders.isEmpty()
        && holders.stream()
            .map(holder -> SameCommand.of(intended, holder, unclaimed.snapshot()))
            .noneMatch(same -> same.isSame() || same == SameCommand.UNKNOWN);
  }

  @Override
  public String id() {
    return "another-service";
  }

  @Override
  public Phrase summary() {
    return Phrases.having(
            blockers, sockets(), "is another service and has ", "are another service and have ")
        .then(" (")
        .then(Phrases.states(sockets()))
        .then(")");
  }

  @Override
  public Phrase why() {
    List<SameCommand> reasons = holders().stream().map(this::reason).distinct().toList();
    if (reasons.size() == 1) {
      return Phrase.of(reasons.getFirst().why());
    }
    Phrase phrase = Phrase.of("");
    for (SameCommand reason : reasons) {
      List<Holder> those = holders().stream().filter(one -> reason(one) == reason).toList();
      phrase =
          phrase
              .then(reason == reasons.getFirst() ? "" : "; ")
              .then(reason.whyOf(Phrases.holders(those)));
    }
    return phrase;
  }

  private SameCommand reason(Holder holder) {
    return SameCommand.of(intended, holder, blockers.snapshot());
  }

  @Override
  public List<Remedy> remedies() {
    return OtherWays.before(Remedies.stop(blockers), blockers);
  }
}
