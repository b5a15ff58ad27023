package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.RemedyCommand;
import inuse.core.explain.rule.LikeFormer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What comes together while the causes are considered: steps, and reasons why there are none. */
final class PlanDraft {
  private final Snapshot seen;
  private final Victims victims;
  private final List<Step> throughOthers = new ArrayList<>();
  private final List<BoundSocket> doomed = new ArrayList<>();
  private final List<BoundSocket> passing = new ArrayList<>();
  private final List<BoundSocket> lingering;
  private final List<Step> files = new ArrayList<>();
  private final List<Plan.Refused> refusals = new ArrayList<>();
  private final List<Plan.Denied> denials = new ArrayList<>();

  PlanDraft(Snapshot seen) {
    this.seen = seen;
    victims = new Victims(seen);
    lingering =
        seen instanceof PortSnapshot snapshot
            ? snapshot.sockets().stream()
                .filter(one -> LikeFormer.wouldLinger(one, snapshot.newcomer()))
                .toList()
            : List.of();
  }

  /** The processes that get a signal. */
  Victims victims() {
    return victims;
  }

  /** A step by which a manager or an engine ends a holder, once. */
  void through(Step step) {
    if (!throughOthers.contains(step)) {
      throughOthers.add(step);
    }
  }

  void destroy(List<BoundSocket> sockets) {
    doomed.addAll(sockets);
  }

  /** These go by themselves. */
  void pass(List<BoundSocket> sockets) {
    passing.addAll(sockets);
  }

  void remove(UnixTarget.Path file) {
    files.add(new Step.RemoveFile(file));
  }

  /** A rule forbids a part of it. */
  void refuse(Phrase why, RemedyCommand byHand) {
    refusals.add(new Plan.Refused(why, byHand));
  }

  /** This user may not do a part of it. */
  void deny(Phrase why, boolean mayAsRoot) {
    denials.add(new Plan.Denied(why, mayAsRoot));
  }

  /**
   * The plan: complete, or why a part is not possible; empty where nothing is to be done.
   *
   * @param signalled processes that count towards the maximum already
   */
  Optional<Plan> plan(FreeOptions options, Set<ProcessIdentity> signalled) {
    if (victims.count(signalled, options.countsWorkers()) > options.most()) {
      int count = victims.count(signalled, true);
      // A limit that the caller set is not to be got round.
      refuse(
          victims.tooMany(count, options.most(), signalled),
          options.maxProcesses().isPresent()
              ? RemedyCommand.NONE
              : Remedies.free(seen, count).map(RemedyCommand::of).orElse(RemedyCommand.NONE));
    }
    if (!refusals.isEmpty()) {
      return Optional.of(refusals.getFirst());
    }
    if (!denials.isEmpty()) {
      return Optional.of(denials.getFirst());
    }
    List<Step> steps = new ArrayList<>(throughOthers);
    victims.step().ifPresent(steps::add);
    boolean ends = !steps.isEmpty();
    if (!doomed.isEmpty()) {
      steps.add(new Step.DestroySockets(doomed));
    }
    steps.addAll(files);
    if (!passing.isEmpty()) {
      steps.add(Step.Wait.untilGone(passing));
    } else if (ends && !lingering.isEmpty()) {
      steps.add(Step.Wait.forWhatIsLeftOf(lingering.size()));
    }
    return steps.isEmpty() ? Optional.empty() : Optional.of(new Plan.Steps(steps));
  }
}
