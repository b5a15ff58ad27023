package inuse.core.ask.holders;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.core.io.LookingRights;
import inuse.core.io.ProcessNumbers;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Cgroup2;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The search for sockets that no /proc/PID/fd lists: in less usual places, among the kernel's own
 * users of ports, and by the control group that created them. It is slow, and an ordinary question
 * does not need it.
 */
public final class HiddenHolderSearch {
  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;
  private final Deadline deadline;

  public HiddenHolderSearch(Host host, Deadline deadline) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
    this.deadline = deadline;
  }

  /** The result. */
  public record Found(
      Map<Pid, List<Holder.Reference>> byPid, List<Gap> gaps, SearchCoverage coverage) {}

  /** Searches for the sockets for which the search for descriptors found no process. */
  public Found look(
      PortTarget target,
      Reading<Long> networkNamespace,
      List<BoundSocket> sockets,
      HolderSource.Found plain) {
    Survey survey = survey(networkNamespace, sockets, plain);
    return new Found(
        survey.byPid(),
        survey.gaps(),
        survey.unfound().isEmpty()
            ? SearchCoverage.NOT_NEEDED
            : coverage(survey, target, survey.left()));
  }

  /**
   * The same for the sockets of many ports.
   *
   * @param unfound those that no /proc/PID/fd lists
   * @param left those of them that nothing else shows
   * @param complete whether every visible process was searched
   * @param cut whether the time was over before that
   */
  public record Survey(
      Map<Pid, List<Holder.Reference>> byPid,
      List<Gap> gaps,
      List<BoundSocket> unfound,
      List<BoundSocket> left,
      boolean complete,
      boolean cut) {}

  /** One search for the sockets of many ports. */
  public Survey survey(
      Reading<Long> networkNamespace, List<BoundSocket> sockets, HolderSource.Found plain) {
    Set<Long> open = new HashSet<>(2 * sockets.size());
    plain.byPid().values().forEach(all -> all.forEach(one -> open.add(one.inode().number())));
    plain.threads().values().forEach(all -> all.forEach(one -> open.add(one.inode().number())));
    List<BoundSocket> unfound = without(sockets, open);
    if (unfound.isEmpty()) {
      return new Survey(plain.threads(), List.of(), List.of(), List.of(), true, false);
    }
    UnlistedSearch.Found found =
        new UnlistedSearch(host, deadline, networkNamespace, plain.others()).find(unfound);
    Map<Pid, List<Holder.Reference>> references = new TreeMap<>(plain.threads());
    found
        .byPid()
        .forEach((pid, more) ->
            references.merge(
                pid, more, (one, other) -> Stream.concat(one.stream(), other.stream()).toList()));
    Set<Long> kept = new HashSet<>();
    found.byPid().values().forEach(all -> all.forEach(one -> kept.add(one.inode().number())));
    return new Survey(
        references,
        found.gaps(),
        unfound,
        without(unfound, kept),
        plain.gaps().isEmpty() && found.gaps().isEmpty(),
        isLate(plain.gaps()) || isLate(found.gaps()));
  }

  private static boolean isLate(List<Gap> gaps) {
    return gaps.stream().anyMatch(one -> one.why() == Reading.Why.TIMED_OUT);
  }

  /**
   * How far a search could see.
   *
   * @param left the sockets of that port for which nothing was found
   */
  public SearchCoverage coverage(Survey survey, PortTarget target, List<BoundSocket> left) {
    boolean wholeHost = new ProcessNumbers(host).areOfWholeHost();
    List<KernelUser> kernelUsers =
        left.isEmpty() ? List.of() : new KernelUserSearch(host, deadline).find(target);
    return new SearchCoverage(
        LookingRights.of(calls),
        wholeHost,
        survey.complete(),
        survey.cut(),
        kernelUsers,
        cgroups(left));
  }

  /** The sockets that have a file other than these. */
  private static List<BoundSocket> without(List<BoundSocket> sockets, Set<Long> inodes) {
    return sockets.stream()
        .filter(
            socket -> socket.inode().filter(inode -> !inodes.contains(inode.number())).isPresent())
        .toList();
  }

  private List<SearchCoverage.CgroupSupervision> cgroups(List<BoundSocket> sockets) {
    CgroupStatements statements = new CgroupStatements(host, new UserNames(proc));
    List<SearchCoverage.CgroupSupervision> cgroups = new ArrayList<>();
    for (BoundSocket socket : sockets) {
      if (socket.cgroup() instanceof Reading.Known<Untrusted>(Untrusted path)) {
        Cgroup2.Group group = new Cgroup2.Group("", path.bytes());
        SearchCoverage.CgroupSupervision one =
            new SearchCoverage.CgroupSupervision(
                path, statements.unit(group), statements.container(group));
        if (!cgroups.contains(one)) {
          cgroups.add(one);
        }
      }
    }
    return cgroups;
  }
}
