package inuse.core;

import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderSource;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks up a process that has one socket open. */
final class SocketHolderLookup {
  private final Host host;
  private final HolderSource holders;

  SocketHolderLookup(Host host, HolderSource holders) {
    this.host = host;
    this.holders = holders;
  }

  /** The first of them by its pid; empty where none is visible. */
  Optional<Holder> holderOf(Inode socket) {
    Deadline deadline = host.deadline();
    Map<Pid, List<Holder.OpenSocket>> found = holders.find(Set.of(socket), deadline).byPid();
    HolderFacts facts = new HolderFacts(host, new UserNames(host.proc()));
    return found.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(one -> facts.read(one.getKey(), one.getValue(), List.of()).stream())
        .findFirst();
  }
}
