package inuse.core.explain.causes;

import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.Phrase;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.SameCommand;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;

/**
 * An earlier run of the very command that is to be started.
 *
 * <h2>What it is</h2>
 *
 * The same program, with the same script and arguments, runs already as the same user and has the
 * port; where no argument names a file, it was started in the same directory as well. Or the
 * process belongs to the unit or the container that the command starts. Its name alone proves
 * nothing. Known only where {@code --for COMMAND} says what is to be started.
 *
 * <h2>Why bind fails</h2>
 *
 * The earlier run did not end, or was started twice.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -ltnp 'sport = :8080'}, then {@code ls -l /proc/PID/exe /proc/PID/cwd} and {@code tr
 * '\0' ' ' < /proc/PID/cmdline}
 *
 * <h2>What to do</h2>
 *
 * End the earlier run, and start the new one when it has gone; or go on with the one that runs.
 *
 * <h2>What not to do</h2>
 *
 * {@code pkill -f} with the program's name: it also ends runs that are not yours.
 *
 * <h2>Source</h2>
 *
 * proc_pid_exe(5), proc_pid_cmdline(5), proc_pid_cwd(5).
 */
public record PreviousInstance(Blockers blockers, SameCommand by) implements SocketCause {
  /** Claims whatever an earlier run of the command holds. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    Optional<IntendedCommand> startup = unclaimed.snapshot().newcomer().startup();
    if (startup.isEmpty()) {
      return Optional.empty();
    }
    return unclaimed
        .claim(socket ->
            unclaimed.snapshot().holdersOf(socket).stream()
                .anyMatch(
                    holder -> SameCommand.of(startup.get(), holder, unclaimed.snapshot()).isSame()))
        .map(blockers -> new PreviousInstance(blockers, by(blockers, startup.get())));
  }

  private static SameCommand by(Blockers blockers, IntendedCommand intended) {
    return blockers.holders().stream()
        .map(holder -> SameCommand.of(intended, holder, blockers.snapshot()))
        .filter(SameCommand::isSame)
        .findFirst()
        .orElse(SameCommand.UNKNOWN);
  }

  @Override
  public String id() {
    return "previous-instance";
  }

  @Override
  public Phrase summary() {
    return Phrases.subject(
            blockers,
            "is an earlier run of this command and has ",
            "are an earlier run of this command and have ")
        .then(Phrases.places(sockets()))
        .then(" (")
        .then(Phrases.states(sockets()))
        .then(")");
  }

  @Override
  public Phrase why() {
    return Phrase.of(by.why()).then("; it still has the port");
  }

  @Override
  public List<Remedy> remedies() {
    return Remedies.stop(blockers);
  }
}
