package inuse.core.ask.holders;

import inuse.core.evidence.Crowd;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SearchCoverage;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.core.io.LookingRights;
import inuse.kernel.CallResult;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which processes have the many connections of a busy port, counted. Those that have its listener
 * are looked into first, since accepted connections are nearly always there, and the others only
 * while a connection is left.
 */
public final class CrowdHolders {
  /** Processes without a listener of the port that are told by a connection of theirs. */
  private static final int MAX_NAMED = 256;

  private final Proc proc;
  private final Deadline deadline;
  private final SearchCoverage.Rights rights;
  private final String whatShowsMore;
  private final Map<Pid, Integer> shares = new TreeMap<>();
  private final Map<Pid, Holder.OpenSocket> samples = new TreeMap<>();
  private final Optional<OtherFiles> seen;
  private boolean isLate;

  /**
   * A search.
   *
   * @param seen what the search for the holders of the port's other sockets came past
   */
  public CrowdHolders(Host host, Optional<OtherFiles> seen, Deadline deadline) {
    this.seen = seen;
    proc = host.proc();
    rights = LookingRights.of(host.calls());
    whatShowsMore = LookingRights.whatShowsFiles(host.calls());
    this.deadline = deadline;
  }

  /**
   * What was found.
   *
   * @param samples of processes without a listener, one of their connections each
   * @param gap what was not found
   */
  public record Found(
      int served,
      int elsewhere,
      int unseen,
      List<Crowd.Share> shares,
      Map<Pid, Holder.OpenSocket> samples,
      Optional<Gap> gap) {}

  /** Looks for the processes that have these sockets, in those that have a listener first. */
  public Found find(InodeTable sockets, Set<Pid> listening) {
    listening.forEach(pid -> look(pid, sockets, false));
    int served = sockets.claimed();
    if (sockets.left() > 0
        && ProcessFiles.processes(proc)
            instanceof CallResult.Ok<ProcessFiles.Processes>(var processes)) {
      for (int number : processes.own()) {
        Pid pid = new Pid(number);
        if (sockets.left() > 0 && !isLate && !listening.contains(pid)) {
          look(pid, sockets, true);
        }
      }
    }
    List<Crowd.Share> most = new ArrayList<>();
    shares.forEach((pid, count) -> most.add(new Crowd.Share(pid, count)));
    most.sort(Comparator.comparingInt(one -> -one.count()));
    return new Found(
        served, sockets.claimed() - served, sockets.left(), most, samples, gap(sockets.left()));
  }

  private void look(Pid pid, InodeTable sockets, boolean named) {
    int[] count = new int[1];
    ProcessFiles.Table table =
        new ProcessFiles.Table() {
          @Override
          public void socket(int fd, long inode) {
            if (sockets.claim(inode, pid.number())) {
              count[0]++;
              if (named && samples.size() < MAX_NAMED) {
                samples.putIfAbsent(pid, new Holder.OpenSocket(fd, new Inode(inode)));
              }
            }
          }

          @Override
          public boolean isOver() {
            deadline.grow();
            isLate |= deadline.isOver();
            return isLate;
          }
        };
    if (seen.isEmpty() || !seen.get().ofPort(pid.number(), table::socket)) {
      var _ = ProcessFiles.table(proc, "/proc/" + pid.number(), table);
    }
    if (count[0] > 0) {
      shares.put(pid, count[0]);
    }
  }

  private Optional<Gap> gap(int unseen) {
    if (unseen == 0) {
      return Optional.empty();
    }
    Reading.Why why = Reading.Why.VANISHED;
    String remedy = "ask again: they come and go";
    if (isLate) {
      why = Reading.Why.TIMED_OUT;
      remedy = "ask again with more time";
    } else if (rights != SearchCoverage.Rights.ROOT) {
      why = Reading.Why.DENIED;
      remedy = whatShowsMore;
    }
    return Optional.of(
        new Gap(
            Gap.Subject.OPEN_FILES,
            "whose " + (unseen == 1 ? "one more connection is" : unseen + " more connections are"),
            why,
            remedy));
  }
}
