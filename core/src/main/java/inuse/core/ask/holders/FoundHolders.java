package inuse.core.ask.holders;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.io.Deadline;
import inuse.kernel.proc.ProcessFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The holders of some sockets, as they are found. How many there are is up to others: what goes
 * beyond the bounds is counted, but no socket loses its last holder to them.
 */
final class FoundHolders implements ProcessFiles.Table {
  /** Maximum number of processes. */
  static final int MAX_PROCESSES = 2000;

  /** Maximum number of descriptors of one socket in one process. */
  static final int MAX_DUPLICATES = 16;

  /** Maximum number of descriptors. */
  static final int MAX_DESCRIPTORS = 20_000;

  /** Some hundred descriptors each, between two checks of the deadline. */
  private static final int DEADLINE_STRIDE = 32;

  private final Deadline deadline;
  private final Set<Long> wanted;
  private final Set<Long> held = new HashSet<>();
  private final Map<Pid, List<Holder.OpenSocket>> byPid = new TreeMap<>();

  /** How many descriptors of a socket the present process has. */
  private final Map<Long, Integer> duplicates = new HashMap<>();

  /** What the present process has. */
  private final List<Holder.OpenSocket> open = new ArrayList<>();

  private final OtherFiles others = new OtherFiles();
  private final int mostLinks;
  private int links;
  private int asked;
  private boolean isLate;
  private int descriptors;
  private boolean isLeftOut;
  private int moreProcesses;
  private int moreDescriptors;

  FoundHolders(Set<Inode> wanted, Deadline deadline) {
    this(wanted, deadline, Integer.MAX_VALUE);
  }

  /** Those that can be found by reading no more links than that. */
  FoundHolders(Set<Inode> wanted, Deadline deadline, int mostLinks) {
    this.deadline = deadline;
    this.mostLinks = mostLinks;
    // Twice as large as it is full, so that it does not grow.
    this.wanted = new HashSet<>(2 * wanted.size());
    wanted.forEach(inode -> this.wanted.add(inode.number()));
  }

  /** The next process is looked into. */
  void begin() {
    duplicates.clear();
    open.clear();
    others.begin();
    isLeftOut = false;
  }

  @Override
  public void socket(int fd, long inode) {
    if (!wanted.contains(inode)) {
      others.add(fd, inode);
    } else if (hasRoom(inode)) {
      duplicates.merge(inode, 1, Integer::sum);
      held.add(inode);
      descriptors++;
      open.add(new Holder.OpenSocket(fd, new Inode(inode)));
    }
  }

  @Override
  public void ring(int fd) {
    others.add(fd, OtherFiles.RING);
  }

  private boolean hasRoom(long inode) {
    if (!held.contains(inode)) {
      return true;
    }
    if (byPid.size() >= MAX_PROCESSES) {
      isLeftOut = true;
      return false;
    }
    if (duplicates.getOrDefault(inode, 0) >= MAX_DUPLICATES || descriptors >= MAX_DESCRIPTORS) {
      moreDescriptors++;
      return false;
    }
    return true;
  }

  @Override
  public void links(int count) {
    links = Math.min(Integer.MAX_VALUE - count, links) + count;
  }

  /** Whether more links would have to be read than are to be. */
  boolean isTooMuch() {
    return links > mostLinks;
  }

  @Override
  public boolean isOver() {
    deadline.grow();
    if (isTooMuch()) {
      return true;
    }
    asked++;
    if (asked % DEADLINE_STRIDE == 0) {
      isLate |= deadline.isOver();
    }
    return isLate;
  }

  /** Whether the time was over before all of a process was seen. */
  boolean isLate() {
    return isLate;
  }

  /** All of the process was read, or as much as there was time for. */
  void end(Pid pid) {
    if (!open.isEmpty()) {
      byPid.put(pid, List.copyOf(open));
    } else if (isLeftOut) {
      moreProcesses++;
    }
    if (!isLate) {
      others.end(pid.number());
    }
  }

  /** Whether each socket has a holder. */
  boolean haveAll() {
    return held.size() == wanted.size();
  }

  Map<Pid, List<Holder.OpenSocket>> byPid() {
    return byPid;
  }

  /** What else the processes have. */
  OtherFiles others() {
    return others;
  }

  /** What was found and is not told. */
  Optional<Gap> leftOut() {
    if (moreProcesses == 0 && moreDescriptors == 0) {
      return Optional.empty();
    }
    String processes = moreProcesses == 0 ? "" : moreProcesses + " more processes";
    String more = moreDescriptors == 0 ? "" : moreDescriptors + " more descriptors";
    return Optional.of(
        new Gap(
            Gap.Subject.OPEN_FILES,
            processes
                + (processes.isEmpty() || more.isEmpty() ? "" : " and ")
                + more
                + " of these sockets",
            Reading.Why.TOO_MANY,
            "ls -l /proc/[0-9]*/fd shows them"));
  }
}
