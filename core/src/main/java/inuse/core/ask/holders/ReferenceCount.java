package inuse.core.ask.holders;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessThreads;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Whether the kernel counts more references to a socket than are accounted for. Each descriptor is
 * one; so is each thread that waits in a call on it, where its process has several.
 */
public final class ReferenceCount {
  /** Functions in which a thread waits on the one descriptor that its call names. */
  private static final List<String> WAITS =
      List.of("inet_csk_accept", "__skb_wait_for_more_packets", "wait_woken");

  /** Functions in which it may wait on any number of them. */
  private static final List<String> MAY_WAIT =
      List.of("poll_schedule_timeout", "do_poll", "do_sys_poll", "do_select", "0");

  private final Proc proc;

  public ReferenceCount(Proc proc) {
    this.proc = proc;
  }

  /** How these sockets' holders were searched for, and what that proves. */
  public HolderSearch proof(HolderSource.Found found, List<BoundSocket> sockets) {
    Set<Inode> inodes = new HashSet<>();
    sockets.forEach(socket -> socket.inode().ifPresent(inodes::add));
    if (inodes.isEmpty()) {
      return HolderSearch.NOT_NEEDED;
    }
    return new HolderSearch(
        found.how().way(), found.how().refused(), found.gaps().isEmpty(), hidden(found, inodes));
  }

  private Reading<Integer> hidden(HolderSource.Found found, Set<Inode> inodes) {
    int all = 0;
    for (Inode inode : inodes) {
      Integer more = found.how().more().get(inode);
      if (more == null) {
        return Reading.unknown(Reading.Why.UNSUPPORTED);
      }
      switch (unaccounted(found, inode, more)) {
        case Reading.Known<Integer>(Integer left) -> all += left;
        case Reading.Unknown<Integer> unknown -> {
          return unknown;
        }
      }
    }
    return Reading.known(all);
  }

  private Reading<Integer> unaccounted(HolderSource.Found found, Inode inode, int more) {
    int left = more;
    boolean unsure = false;
    if (left > 0) {
      for (Map.Entry<Pid, List<Holder.OpenSocket>> holder : found.byPid().entrySet()) {
        Optional<Integer> waiting = waiting(holder.getKey(), descriptors(holder, inode));
        left -= waiting.orElse(0);
        unsure |= waiting.isEmpty();
      }
    }
    return left < 0 || (left > 0 && unsure)
        ? Reading.unknown(left < 0 ? Reading.Why.VANISHED : Reading.Why.UNSUPPORTED)
        : Reading.known(left);
  }

  private static Set<Integer> descriptors(
      Map.Entry<Pid, List<Holder.OpenSocket>> holder, Inode inode) {
    Set<Integer> fds = new HashSet<>();
    holder
        .getValue()
        .forEach(one -> {
          if (one.inode().equals(inode)) {
            fds.add(one.fd());
          }
        });
    return fds;
  }

  /** How many threads wait in a call on one of these; empty where that cannot be told. */
  private Optional<Integer> waiting(Pid pid, Set<Integer> fds) {
    if (fds.isEmpty()) {
      return Optional.of(0);
    }
    if (!(ProcessThreads.ids(proc, pid.number())
        instanceof CallResult.Ok<List<Integer>>(var all))) {
      return Optional.empty();
    }
    if (all.size() == 1) {
      // The only user of a table takes no reference for a call.
      return Optional.of(0);
    }
    int count = 0;
    boolean unsure = false;
    for (int thread : all) {
      String function = ProcessThreads.sleepsIn(proc, pid.number(), thread);
      if (WAITS.contains(function)) {
        OptionalInt fd = ProcessThreads.firstArgument(proc, pid.number(), thread);
        count += fd.isPresent() && fds.contains(fd.getAsInt()) ? 1 : 0;
        unsure |= fd.isEmpty();
      }
      unsure |= MAY_WAIT.stream().anyMatch(function::startsWith);
    }
    return unsure ? Optional.empty() : Optional.of(count);
  }
}
