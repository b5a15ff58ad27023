package inuse.core.ask.holders;

import inuse.core.evidence.Gap;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.core.io.LookingRights;
import inuse.core.io.ProcessNumbers;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.ComparedTables;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import inuse.kernel.proc.ProcessTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Which processes have which sockets open, by reading the descriptors of every process: one after
 * the other where they are few, and where they are many in several workers, and compared with each
 * other.
 *
 * <p>Even root is denied some processes: those that a security module or another user namespace
 * protects.
 */
public final class ProcHolders implements HolderSource {
  /** Processes that are searched between two checks of the deadline. */
  private static final int DEADLINE_STRIDE = 32;

  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;
  private final ProcessNumbers numbers;
  private final String whatShowsMore;

  /**
   * How tables are read.
   *
   * @param how what is said of it
   * @param tables begins to read
   * @param many whether there are enough for workers
   */
  private record Manner(How how, Supplier<ProcessTables> tables, boolean many) {}

  /** The rights are those when the search was opened: another user namespace gives others. */
  public ProcHolders(Host host) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
    numbers = new ProcessNumbers(host);
    whatShowsMore = LookingRights.whatShowsFiles(host.calls());
  }

  @Override
  public Found find(Set<Inode> wanted, Deadline deadline) {
    return find(wanted, new FoundHolders(wanted, deadline), deadline, byLinks());
  }

  /** The same, given up where more links than that would have to be read: empty then. */
  Optional<Found> findWithin(int links, Set<Inode> wanted, Deadline deadline) {
    FoundHolders holders = new FoundHolders(wanted, deadline, links);
    Found found = find(wanted, holders, deadline, byLinks());
    return holders.isTooMuch() ? Optional.empty() : Optional.of(found);
  }

  /**
   * The same on a host with very many descriptors, after quicker ways were refused: by comparing
   * tables where that is permitted, and in workers where there are several processors.
   */
  Found findMany(Set<Inode> wanted, Deadline deadline, List<String> refused) {
    List<String> all = new ArrayList<>(refused);
    Optional<String> why = whyNotCompared();
    why.ifPresent(one -> all.add(HolderSearch.Way.KCMP.word() + ": " + one));
    HolderSearch.Way way = why.isPresent() ? HolderSearch.Way.PROC : HolderSearch.Way.KCMP;
    Supplier<ProcessTables> tables =
        why.isPresent() ? this::links : () -> new ComparedTables(calls, proc);
    Manner manner = new Manner(new How(way, all, new HashMap<>()), tables, true);
    return find(wanted, new FoundHolders(wanted, deadline), deadline, manner);
  }

  private Optional<String> whyNotCompared() {
    if (!numbers.areOurs().is(true)) {
      return Optional.of("the pids of /proc are not ours");
    }
    return ComparedTables.permitted(calls, proc) instanceof CallResult.Failed<Boolean>(var failed)
        ? Optional.of(failed.toString())
        : Optional.empty();
  }

  private Manner byLinks() {
    return new Manner(How.BY_PROC, this::links, false);
  }

  private ProcessTables links() {
    return ProcessTables.byLinks(proc);
  }

  private Found find(Set<Inode> wanted, FoundHolders found, Deadline deadline, Manner manner) {
    List<Gap> gaps = new ArrayList<>();
    if (wanted.isEmpty()) {
      return new Found(Map.of(), gaps);
    }
    switch (ProcessFiles.processes(proc)) {
      case CallResult.Failed<ProcessFiles.Processes>(var why) ->
          gaps.add(
              new Gap(
                  Gap.Subject.OPEN_FILES,
                  "/proc",
                  Readings.of(why.errno()),
                  "mount /proc, or run as root"));
      case CallResult.Ok<ProcessFiles.Processes>(var processes) -> {
        scan(processes.own(), found, deadline, gaps, manner);
        if (!found.haveAll()) {
          // Nearly none has a file: not worth a worker.
          scan(processes.kernel(), found, deadline, new ArrayList<>(), byLinks());
        }
      }
    }
    found.leftOut().ifPresent(gaps::add);
    if (!found.byPid().isEmpty() && numbers.areOurs().is(false)) {
      gaps.add(
          new Gap(
              Gap.Subject.OPEN_FILES,
              "what the pids are here: /proc is of another pid namespace",
              Reading.Why.UNSUPPORTED,
              "mount the /proc of this pid namespace: mount -t proc proc /proc"));
    }
    return new Found(
        found.byPid(), new TreeMap<>(), gaps, manner.how(), Optional.of(found.others()));
  }

  private void scan(
      List<Integer> all, FoundHolders found, Deadline deadline, List<Gap> gaps, Manner manner) {
    if (all.isEmpty()) {
      gaps.add(
          new Gap(
              Gap.Subject.OPEN_FILES,
              "/proc",
              Reading.Why.UNSUPPORTED,
              "mount /proc: it lists no process"));
      return;
    }
    List<Integer> denied = new ArrayList<>();
    List<Integer> pids =
        manner.many()
            ? new TableWorkers(host, deadline, manner.tables()).read(all, found, denied)
            : all;
    try (ProcessTables tables = manner.tables().get()) {
      for (int i = 0; i < pids.size(); i++) {
        int pid = pids.get(i);
        found.begin();
        switch (tables.table(pid, found)) {
          case CallResult.Failed<Boolean>(var why) -> {
            if (why.errno().isDenied()) {
              denied.add(pid);
            }
          }
          case CallResult.Ok<Boolean> read -> found.end(new Pid(pid));
        }
        if (found.isTooMuch()) {
          return;
        }
        if (found.isLate() || (i % DEADLINE_STRIDE == 0 && deadline.isOver())) {
          gaps.add(
              new Gap(
                  Gap.Subject.OPEN_FILES,
                  "/proc/PID/fd of " + (pids.size() - i) + " processes",
                  Reading.Why.TIMED_OUT,
                  "ask again when the host is less busy"));
          break;
        }
      }
    }
    if (!denied.isEmpty()) {
      String what =
          denied.size() == 1
              ? "/proc/" + denied.getFirst() + "/fd"
              : "/proc/PID/fd of " + denied.size() + " processes";
      gaps.add(new Gap(Gap.Subject.OPEN_FILES, what, Reading.Why.DENIED, whatShowsMore));
    }
  }
}
