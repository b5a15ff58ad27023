package inuse.core.fix;

import inuse.core.evidence.Account;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.remedy.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The acts so far, in order. */
final class ActionLog {
  private static final Untrusted NOTHING = new Untrusted("");

  private final Effects clock;
  private final Consumer<Report.Action> audit;
  private final long began;
  private final List<Report.Action> all = new ArrayList<>();

  /**
   * An empty log.
   *
   * @param audit receives every act
   */
  ActionLog(Effects clock, Consumer<Report.Action> audit) {
    this.clock = clock;
    this.audit = audit;
    began = clock.nowMillis();
  }

  List<Report.Action> all() {
    return List.copyOf(all);
  }

  /** Whether there were acts, and none was permitted. */
  boolean areDenied() {
    return !all.isEmpty() && all.stream().allMatch(one -> one.result() == Effects.Result.DENIED);
  }

  void add(Remedy.Id remedy, Effects.Result result) {
    add(remedy, new Effects.Ran(result, NOTHING));
  }

  void add(Remedy.Id remedy, Effects.Ran ran) {
    add(remedy, Optional.empty(), NOTHING, Optional.empty(), Optional.empty(), ran);
  }

  /**
   * Adds an act on a process.
   *
   * @param signal the last signal that it was sent
   */
  void add(Victim victim, Optional<Signal> signal, Effects.Result result) {
    Remedy.Id remedy =
        signal.equals(Optional.of(Signal.KILL))
            ? Remedy.Id.KILL
            : victim.stopped() ? Remedy.Id.RESUME_THEN_TERMINATE : Remedy.Id.TERMINATE;
    Optional<Pid> pid = Optional.of(victim.pid());
    Optional<Uid> socketOf = victim.socketOf().map(Account::uid);
    add(remedy, pid, victim.command(), socketOf, signal, new Effects.Ran(result, NOTHING));
  }

  private void add(
      Remedy.Id remedy,
      Optional<Pid> pid,
      Untrusted command,
      Optional<Uid> socketOf,
      Optional<Signal> signal,
      Effects.Ran ran) {
    long after = clock.nowMillis() - began;
    Report.Action act =
        new Report.Action(remedy, pid, command, socketOf, signal, ran.result(), after, ran.said());
    all.add(act);
    audit.accept(act);
  }
}
