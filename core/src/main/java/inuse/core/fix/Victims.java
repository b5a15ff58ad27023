package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.rule.SocketMaker;
import inuse.core.explain.rule.Workers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The processes that are to end, collected while a plan is made. */
final class Victims {
  private final Snapshot seen;
  private final List<Victim> overseers = new ArrayList<>();
  private final List<Holder> holders = new ArrayList<>();

  Victims(Snapshot seen) {
    this.seen = seen;
  }

  void add(Holder holder) {
    if (!holders.contains(holder)) {
      holders.add(holder);
    }
  }

  /** Adds a process manager that would restart its child. */
  void overseer(ProcessManager processManager) {
    above(processManager.identity(), new Untrusted(processManager.kind().word()));
  }

  /** Adds a process that would restart those below it. */
  void above(ProcessIdentity identity, Untrusted command) {
    Victim victim =
        new Victim(identity, command, List.of(), false, Optional.empty(), Optional.empty());
    if (!overseers.contains(victim)) {
      overseers.add(victim);
    }
  }

  /**
   * How many will end, together with those that count from before in the same run.
   *
   * @param each whether workers, which end with their masters, count as well
   */
  int count(Set<ProcessIdentity> before, boolean each) {
    Set<ProcessIdentity> all = new HashSet<>(before);
    overseers.forEach(one -> all.add(one.identity()));
    List<Holder> counted = each ? holders : Workers.masters(holders);
    counted.forEach(one -> all.add(one.identity()));
    return all.size();
  }

  /** That they are more than may be ended. */
  Phrase tooMany(int count, int most, Set<ProcessIdentity> before) {
    String counted = before.isEmpty() ? "" : ", with the " + before.size() + " before";
    return Phrase.of(count + " processes would be ended" + counted + ", more than ")
        .then(InuseCommand.Choice.MAX_PROCESSES)
        .then(" " + most + " allows");
  }

  /** Overseers first, then parents: some take their children down themselves. */
  Optional<Step> step() {
    List<Victim> all = new ArrayList<>(overseers);
    List<Holder> masters = Workers.masters(holders);
    all.addAll(victims(masters));
    List<Holder> workers = holders.stream().filter(one -> !masters.contains(one)).toList();
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(new Step.EndProcesses(all, victims(workers)));
  }

  private List<Victim> victims(List<Holder> some) {
    return some.stream()
        .sorted(Comparator.comparingInt(holder -> holder.ancestry().size()))
        .map(this::victim)
        .toList();
  }

  private Victim victim(Holder holder) {
    List<Victim.Claim> claims =
        holder.sockets().stream()
            .flatMap(open ->
                cookie(open.inode())
                    .map(cookie -> new Victim.Claim(open.fd(), open.inode(), cookie))
                    .stream())
            .toList();
    boolean stopped = holder.state().equals(Optional.of(ProcessState.STOPPED));
    Optional<Victim.Family> family =
        holder
            .account()
            .toOptional()
            .flatMap(account ->
                holder.lineage().map(lineage -> new Victim.Family(account.uid(), lineage)));
    return new Victim(
        holder.identity(), holder.command(), claims, stopped, SocketMaker.of(holder, seen), family);
  }

  /** The SO_COOKIE of a socket that the address is about, zero where that is not known. */
  private Optional<Long> cookie(Inode inode) {
    return switch (seen) {
      case PortSnapshot snapshot ->
          snapshot.sockets().stream()
              .filter(one -> one.inode().equals(Optional.of(inode)))
              .findFirst()
              .map(BoundSocket::cookie);
      case UnixSnapshot unix ->
          unix.sockets().stream()
              .filter(one -> one.inode().equals(Optional.of(inode)))
              .findFirst()
              .map(UnixSocket::cookie);
    };
  }
}
