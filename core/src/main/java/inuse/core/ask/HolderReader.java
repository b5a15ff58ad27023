package inuse.core.ask;

import inuse.core.ask.holders.HiddenHolderSearch;
import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderSource;
import inuse.core.ask.holders.SharedFacts;
import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads about the processes of one answer, with room for so much text of all of them. */
final class HolderReader {
  private final SystemCalls calls;
  private final HolderFacts facts;

  HolderReader(SystemCalls calls, HolderFacts facts) {
    this.calls = calls;
    this.facts = facts;
  }

  /** Describes the holders, and the processes that have most of the ephemeral ports. */
  List<Holder> described(Optional<EphemeralUse> use, List<Holder> holders) {
    if (use.isEmpty()) {
      return holders;
    }
    List<Holder> all = new ArrayList<>(holders);
    for (EphemeralUse.Share share : use.get().most()) {
      facts.read(share.pid(), List.of(), List.of()).ifPresent(all::add);
    }
    return all;
  }

  /** The processes above the holders, but for those above ourselves. */
  List<Holder> launchers(List<Holder> holders) {
    Pid self = new Pid(calls.getPid());
    Set<Pid> above = new TreeSet<>();
    holders.forEach(one -> one.ancestry().forEach(ancestor -> above.add(ancestor.pid())));
    facts
        .read(self, List.of(), List.of())
        .ifPresent(us -> us.ancestry().forEach(ancestor -> above.remove(ancestor.pid())));
    above.remove(self);
    SharedFacts shared = new SharedFacts();
    return above.stream()
        .flatMap(pid -> facts.read(pid, List.of(), List.of(), shared).stream())
        .toList();
  }

  /**
   * The processes that were found to have the sockets.
   *
   * @param gaps what there was no room for is added
   */
  List<Holder> holders(
      HolderSource.Found holding,
      HiddenHolderSearch.Found deeper,
      FoundSockets sockets,
      List<Gap> gaps) {
    SharedFacts shared = new SharedFacts();
    Set<Inode> held = sockets.held();
    Set<Pid> pids = new TreeSet<>(holding.byPid().keySet());
    pids.addAll(deeper.byPid().keySet());
    List<Holder> holders = new ArrayList<>();
    for (Pid pid : pids) {
      List<Holder.OpenSocket> theirs =
          holding.byPid().getOrDefault(pid, List.of()).stream()
              .filter(one -> held.contains(one.inode()))
              .toList();
      List<Holder.Reference> references = deeper.byPid().getOrDefault(pid, List.of());
      if (!theirs.isEmpty() || !references.isEmpty()) {
        facts.read(pid, theirs, references, shared).ifPresent(holders::add);
      }
    }
    shared.leftOut().ifPresent(gaps::add);
    return holders;
  }
}
