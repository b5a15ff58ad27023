package inuse.core.ask.holders;

import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Port;
import inuse.core.evidence.SearchCoverage;
import inuse.core.io.Deadline;
import inuse.core.io.Environment;
import inuse.core.io.FileCapabilities;
import inuse.core.io.Host;
import inuse.core.io.LookingRights;
import inuse.core.io.ProcessNumbers;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SyscallFailed;
import inuse.kernel.proc.LoadAverage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which processes have which sockets open, by the quickest way that there is: the links of
 * /proc/PID/fd as long as they are few, then a program in the kernel, and where that is not to be
 * had all the links, or what takes their place.
 */
public final class QuickHolders implements HolderSource {
  /** Links that are read in ten milliseconds or so: a quiet host has no more. */
  static final int FEW_LINKS = 4000;

  /**
   * Threads of a host, each of which may have a table of its own: those that have are read in forty
   * milliseconds or so where no process has the socket.
   */
  static final int FEW_THREADS = 2000;

  /** For tests: the one way to go, by its {@link HolderSearch.Way#word}. */
  static final String VARIABLE = "INUSE_SEARCH_BY";

  private final Host host;
  private final ProcHolders plain;
  private final KernelSearch kernel;

  /** Ways that this kernel will not go, and why: they are not tried again. */
  private final Map<HolderProgram.Kind, String> closed = new EnumMap<>(HolderProgram.Kind.class);

  /** The holders of this host. */
  public QuickHolders(Host host) {
    this.host = host;
    FileCapabilities.rest(host.calls());
    plain = new ProcHolders(host);
    kernel = new KernelSearch(host);
  }

  @Override
  public Found find(Set<Inode> wanted, Deadline deadline) {
    return find(wanted, Optional.empty(), deadline);
  }

  @Override
  public Found find(Set<Inode> wanted, Port busy, Deadline deadline) {
    return find(wanted, Optional.of(busy), deadline);
  }

  private Found find(Set<Inode> wanted, Optional<Port> busy, Deadline deadline) {
    if (wanted.isEmpty()) {
      return plain.find(wanted, deadline);
    }
    // What is not permitted is not tried: a refusal is one more line in the audit log.
    boolean programs = FileCapabilities.allowPrograms(host.calls());
    Optional<HolderSearch.Way> forced = forced();
    Optional<Found> few =
        forced.isEmpty() ? plain.findWithin(FEW_LINKS, wanted, deadline) : Optional.empty();
    if (few.isPresent() && !(programs && mayHaveMissed(few.get(), wanted))) {
      return few.get();
    }
    List<String> refused = new ArrayList<>();
    if (programs) {
      Optional<Found> found = byPrograms(forced, wanted, busy, deadline, refused);
      if (found.isPresent()) {
        return found.get();
      }
    }
    if (few.isPresent()) {
      return few.get().after(refused);
    }
    return forced.isEmpty() || forced.get() == HolderSearch.Way.KCMP
        ? plain.findMany(wanted, deadline, refused)
        : plain.find(wanted, deadline).after(refused);
  }

  /** Whether a program in the kernel may show more than all the links did. */
  private boolean mayHaveMissed(Found few, Set<Inode> wanted) {
    return !(few.gaps().isEmpty() || seesAll())
        || !(few.hasAll(wanted) || LoadAverage.threads(host.proc()) < FEW_THREADS);
  }

  private Optional<Found> byPrograms(
      Optional<HolderSearch.Way> forced,
      Set<Inode> wanted,
      Optional<Port> busy,
      Deadline deadline,
      List<String> refused) {
    for (HolderProgram.Kind kind : HolderProgram.Kind.values()) {
      if (forced.isEmpty() ? kind.tells(wanted.size(), busy) : forced.get() == kind.way()) {
        Optional<Found> found = find(kind, wanted, busy, deadline, refused);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** What is denied even then, a program in the kernel is not asked for. */
  private boolean seesAll() {
    return LookingRights.of(host.calls()) == SearchCoverage.Rights.ROOT;
  }

  private Optional<HolderSearch.Way> forced() {
    String word = Environment.own(host).value(VARIABLE).orElse("");
    for (HolderSearch.Way way : HolderSearch.Way.values()) {
      if (way.word().equals(word)) {
        return Optional.of(way);
      }
    }
    return Optional.empty();
  }

  private Optional<Found> find(
      HolderProgram.Kind kind,
      Set<Inode> wanted,
      Optional<Port> busy,
      Deadline deadline,
      List<String> refused) {
    String why = closed.get(kind);
    if (why == null && !new ProcessNumbers(host).areOurs().is(true)) {
      why = "the pids of /proc are not ours";
    }
    if (why == null) {
      switch (kernel.look(kind, kind.sockets(wanted, busy), deadline)) {
        case CallResult.Ok<KernelSearch.Seen>(var seen) -> {
          return Optional.of(new SeenHolders(seen).found(wanted, kind, deadline, refused));
        }
        case CallResult.Failed<KernelSearch.Seen>(SyscallFailed failed) -> {
          why = failed.toString();
          if (!isOfTheMoment(failed.errno())) {
            closed.put(kind, why);
          }
        }
      }
    }
    refused.add(kind.way().word() + ": " + why);
    return Optional.empty();
  }

  private static boolean isOfTheMoment(Errno errno) {
    return errno.isOneOf(
        Errno.EAGAIN, Errno.E2BIG, Errno.ETIMEDOUT, Errno.ENOMEM, Errno.EMFILE, Errno.ENFILE);
  }
}
