package inuse.core.explain;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Holders;
import inuse.core.evidence.OwnRun;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.causes.HeldByOwnRun;
import inuse.core.explain.causes.SocketCause;
import inuse.core.explain.causes.Unexplained;
import inuse.core.explain.remedy.Refusal;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.NamespacePhrases;
import inuse.core.explain.text.Note;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The answer about one target: what the kernel said, why, and what can be done.
 *
 * @param refusal why {@code inuse free} would do nothing about it, where that is known
 */
public record Diagnosis(
    Snapshot snapshot,
    Verdict verdict,
    List<Cause> causes,
    List<Note> notes,
    Optional<Refusal> refusal) {
  public Diagnosis {
    causes = List.copyOf(causes);
    notes = List.copyOf(notes);
  }

  /** One of which nobody asked whether {@code inuse free} would refuse. */
  public Diagnosis(Snapshot snapshot, Verdict verdict, List<Cause> causes, List<Note> notes) {
    this(snapshot, verdict, causes, notes, Optional.empty());
  }

  /** The same with more notes. */
  public Diagnosis noted(List<Note> more) {
    List<Note> all = new ArrayList<>(notes);
    all.addAll(more);
    return new Diagnosis(snapshot, verdict, causes, all, refusal);
  }

  /** The same, about which {@code inuse free} would do nothing. */
  public Diagnosis refused(Refusal why) {
    return new Diagnosis(snapshot, verdict, causes, notes, Optional.of(why));
  }

  /**
   * The gaps that could have changed the answer. Which processes have a socket open matters where
   * none was found that its owner runs: another may share it.
   */
  public List<Gap> unseen() {
    boolean found = verdict != Verdict.UNKNOWN && causes.stream().allMatch(this::isFound);
    return snapshot.gaps().stream().filter(gap -> !(found && isOfHolders(gap.subject()))).toList();
  }

  private static boolean isOfHolders(Gap.Subject subject) {
    return switch (subject) {
      case OPEN_FILES, REFERENCES -> true;
      case SOCKETS, PROCESSES, NAMESPACES, SUPERVISION, PACKET_FILTER -> false;
    };
  }

  private boolean isFound(Cause cause) {
    Holders holders = Holders.of(cause.holders());
    boolean internet =
        cause.sockets().stream()
            .filter(socket -> socket.inode().isPresent())
            .allMatch(socket ->
                holders.of(socket).stream()
                    .anyMatch(holder -> holder.user().equals(Optional.of(socket.owner().uid()))));
    boolean unix = cause.unixSockets().isEmpty() || !holders.isEmpty();
    return internet && unix && !(cause instanceof Unexplained);
  }

  /**
   * The remedies for one of its causes, as they work from the user's namespace. None for a socket
   * that takes an address in with others and may not be bound anyway: ending its holder would not
   * bring the address. Who is bound to that very address could do so with IP_FREEBIND, as a
   * successor could.
   */
  public List<Remedy> remedies(Cause cause) {
    if (verdict == Verdict.NOT_LOCAL
        && cause instanceof SocketCause
        && cause.sockets().stream().allMatch(one -> one.local().address().isWildcard())) {
      return List.of();
    }
    // Nobody ends the very program that binds.
    if (snapshot instanceof UnixSnapshot unix
        && unix.newcomer().run().filter(run -> isOf(run, cause)).isPresent()) {
      return List.of(HeldByOwnRun.ADVICE);
    }
    Stream<Remedy> offered =
        cause.remedies().stream()
            .map(one -> refusal.map(refused -> refused.applied(one)).orElse(one));
    Stream<Remedy> reachable =
        switch (snapshot) {
          case PortSnapshot port -> offered.map(one -> NamespacePhrases.reachable(port, one));
          case UnixSnapshot unix -> offered;
        };
    return List.copyOf(new LinkedHashSet<>(reachable.toList()));
  }

  private static boolean isOf(OwnRun run, Cause cause) {
    return cause.holders().stream().anyMatch(one -> run.relation(one).isPresent());
  }
}
