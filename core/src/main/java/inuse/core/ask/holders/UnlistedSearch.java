package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.IORING_OP_ACCEPT;
import static inuse.kernel.abi.Constants.KCMP_FILES;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Late;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Via;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.FdInfo;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import inuse.kernel.proc.ProcessMaps;
import inuse.kernel.proc.ProcessThreads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who keeps a socket alive that no /proc/PID/fd lists: threads with a table of their own, calls
 * that wait on a descriptor closed meanwhile, descriptors in flight, io_uring, mappings.
 */
final class UnlistedSearch {
  /*
   * Where a socket can hide. The plain search reads /proc/PID/fd, which is the descriptor table of the
   * main thread. A socket lives on without being in it where
   *
   *   THREAD_TABLE    another thread has a table of its own (clone(2) without CLONE_FILES, or
   *                   unshare(2)), or the main thread has ended and its table is empty
   *   SCM_RIGHTS      its descriptor was sent over a unix socket, and nobody has received it yet
   *   IO_URING        a ring has it as a registered file, or a request in flight refers to it
   *   BLOCKED_ACCEPT  a thread waits in a call on a descriptor that another thread has closed: the
   *                   call holds the socket until it returns
   *   MMAP            memory is mapped from it, which keeps it after close(2)
   *
   * They are looked for in this order, cheapest first, in three passes over the processes. The first
   * takes their tables (kcmp(2) tells which threads share one; the plain search has read that of the
   * main thread, and left what it came past), and the fdinfo of their rings and of unix sockets that
   * may have something in flight. Only if a socket is still without proof, a second pass asks what
   * every thread waits in, and a third reads /proc/PID/maps, which is long for large processes.
   *
   * What is found is of two kinds. A proof names the socket by its inode. A candidate is a process of
   * which only the kind of socket is known: a wait in accept does not say on which listener, a request
   * of a ring says "some listener". All proofs of all processes come first, because a candidate counts
   * only for sockets that are left without one. Where exactly one candidate fits the only socket that
   * is left, and nothing stayed unlooked at, it is the holder; otherwise all that fit are named as
   * likely ones. A process of another network namespace is no candidate.
   *
   * Running out of time is a Gap, never a shorter answer.
   */

  private static final String WAITS_IN_ACCEPT = "inet_csk_accept";
  private static final String WAITS_FOR_DATAGRAM = "__skb_wait_for_more_packets";
  private static final int IORING_OP_RECVMSG = 10;
  private static final int IORING_OP_RECV = 27;

  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;
  private final Deadline deadline;
  private final Optional<OtherFiles> read;
  private final Late<IdleStreams> idle;
  private final Map<Long, BoundSocket> wanted = new HashMap<>();
  private final Map<Pid, List<Holder.Reference>> byPid = new TreeMap<>();
  private final Candidates candidates;
  private final List<Gap> gaps = new ArrayList<>();

  /**
   * A search.
   *
   * @param read what the plain search came past
   */
  UnlistedSearch(
      Host host, Deadline deadline, Reading<Long> networkNamespace, Optional<OtherFiles> read) {
    this.host = host;
    this.read = read;
    idle = new Late<>(() -> new IdleStreams(host, deadline));
    calls = host.calls();
    proc = host.proc();
    this.deadline = deadline;
    candidates = new Candidates(proc, networkNamespace);
  }

  /** The references found, by pid, and what was not searched. */
  record Found(Map<Pid, List<Holder.Reference>> byPid, List<Gap> gaps) {}

  /** Looks for the sockets that the plain search did not find. */
  Found find(List<BoundSocket> unfound) {
    for (BoundSocket socket : unfound) {
      socket.inode().ifPresent(inode -> wanted.put(inode.number(), socket));
    }
    if (!wanted.isEmpty()
        && ProcessFiles.processes(proc)
            instanceof CallResult.Ok<ProcessFiles.Processes>(var processes)) {
      lookThrough(processes.own());
      decide();
    }
    return new Found(byPid, gaps);
  }

  private interface Look {
    void at(int pid);
  }

  private void lookThrough(List<Integer> pids) {
    List<Look> passes = List.of(this::lookIntoTables, this::lookAtWaits, this::lookAtMemory);
    for (int i = 0; i < passes.size() && gaps.isEmpty() && !unproven().isEmpty(); i++) {
      int left = each(pids, passes.get(i));
      // What a later pass looks at was not looked at of any process.
      if (left > 0) {
        gaps.add(late(i == passes.size() - 1 ? left : pids.size()));
      }
    }
  }

  /** How many were left when the time was over. */
  private int each(List<Integer> pids, Look look) {
    for (int i = 0; i < pids.size(); i++) {
      deadline.grow();
      look.at(pids.get(i));
      // Also where the time was over in the middle of a process.
      if (deadline.isOver()) {
        return pids.size() - i;
      }
    }
    return 0;
  }

  private static Gap late(int left) {
    return new Gap(
        Gap.Subject.REFERENCES,
        "threads, io_uring, unix sockets and mappings of "
            + (left == 1 ? "one process" : left + " processes"),
        Reading.Why.TIMED_OUT,
        "ask again when the host is less busy");
  }

  private void lookIntoTables(int pid) {
    boolean known =
        read.isPresent() && read.get().of(pid, (fd, inode) -> lookAtFile(pid, pid, fd, inode));
    boolean allowed = known || lookAtTable(pid, pid);
    if (!(ProcessThreads.ids(proc, pid) instanceof CallResult.Ok<List<Integer>>(var threads))) {
      return;
    }
    int other = pid;
    for (int thread : threads) {
      if (deadline.isOver()) {
        return;
      }
      // Never each with each: of a main thread that has ended, the others share the next one's.
      if (thread != pid && !isShared(pid, thread) && !(other != pid && isShared(other, thread))) {
        other = thread;
        deadline.grow();
        // A main thread that has ended may not be read even by its own user; its other threads may.
        if (!lookAtTable(pid, thread) && !allowed) {
          return;
        }
      }
    }
  }

  /** Where kcmp(2) is not permitted, every thread is assumed to have its own table. */
  private boolean isShared(int one, int other) {
    return calls.compareTasks(one, other, KCMP_FILES) == 0;
  }

  /** False where the table may not be read. */
  private boolean lookAtTable(int pid, int thread) {
    ProcessFiles.Table table =
        new ProcessFiles.Table() {
          @Override
          public void socket(int fd, long inode) {
            lookAtFile(pid, thread, fd, inode);
          }

          @Override
          public void ring(int fd) {
            lookAtFile(pid, thread, fd, OtherFiles.RING);
          }

          @Override
          public boolean isOver() {
            return deadline.isOver();
          }
        };
    return switch (ProcessFiles.table(proc, directory(pid, thread), table)) {
      case CallResult.Failed<Boolean>(var why) -> Readings.of(why.errno()) != Reading.Why.DENIED;
      case CallResult.Ok<Boolean> all -> true;
    };
  }

  private static String directory(int pid, int thread) {
    return thread == pid ? "/proc/" + pid : ProcessThreads.directory(pid, thread);
  }

  private void lookAtFile(int pid, int thread, int fd, long inode) {
    if (wanted.containsKey(inode)) {
      prove(pid, inode, Via.THREAD_TABLE);
    } else if (inode == OtherFiles.RING || !idle.get().has(inode)) {
      lookAtDescriptor(pid, thread, fd, inode == OtherFiles.RING);
    }
  }

  private void lookAtDescriptor(int pid, int thread, int fd, boolean ring) {
    if (deadline.isOver()
        || !(FdInfo.read(proc, directory(pid, thread), fd)
            instanceof CallResult.Ok<FdInfo>(var info))) {
      return;
    }
    if (info.inFlight() > 0) {
      List<Long> sent = thread == pid ? new InFlight(host).sentTo(pid, fd) : List.of();
      sent.forEach(inode -> prove(pid, inode, Via.SCM_RIGHTS));
      if (sent.size() < info.inFlight()) {
        candidates.add(pid, Via.SCM_RIGHTS, Candidates.Kind.ANY);
      }
    }
    if (ring) {
      info.registered().forEach(inode -> prove(pid, inode, Via.IO_URING));
      if (info.polled().contains(IORING_OP_ACCEPT)) {
        candidates.add(pid, Via.IO_URING, Candidates.Kind.LISTENER);
      }
      if (info.polled().contains(IORING_OP_RECV) || info.polled().contains(IORING_OP_RECVMSG)) {
        candidates.add(pid, Via.IO_URING, Candidates.Kind.DATAGRAM);
      }
    }
  }

  private void lookAtWaits(int pid) {
    if (ProcessThreads.ids(proc, pid) instanceof CallResult.Ok<List<Integer>>(var threads)) {
      for (int thread : threads) {
        if (deadline.isOver()) {
          return;
        }
        lookAtWait(pid, thread);
      }
    }
  }

  /** Checks for a thread that waits on a descriptor which has been closed, or reused, since. */
  private void lookAtWait(int pid, int thread) {
    String function = ProcessThreads.sleepsIn(proc, pid, thread);
    if (!function.equals(WAITS_IN_ACCEPT) && !function.equals(WAITS_FOR_DATAGRAM)) {
      return;
    }
    OptionalInt fd = ProcessThreads.firstArgument(proc, pid, thread);
    if (fd.isEmpty()) {
      return;
    }
    String link = ProcessThreads.directory(pid, thread) + "/fd/" + fd.getAsInt();
    boolean open =
        switch (proc.link(link)) {
          case CallResult.Ok<String>(String target) -> ProcessFiles.socketInode(target) > 0;
          case CallResult.Failed<String>(var why) ->
              Readings.of(why.errno()) != Reading.Why.VANISHED;
        };
    if (!open) {
      candidates.add(
          pid,
          Via.BLOCKED_ACCEPT,
          function.equals(WAITS_IN_ACCEPT) ? Candidates.Kind.LISTENER : Candidates.Kind.DATAGRAM);
    }
  }

  private void lookAtMemory(int pid) {
    if (ProcessMaps.sockets(proc, pid) instanceof CallResult.Ok<List<Long>>(var mapped)) {
      mapped.forEach(inode -> prove(pid, inode, Via.MMAP));
    }
  }

  private void prove(int pid, long inode, Via via) {
    if (wanted.containsKey(inode)) {
      add(new Pid(pid), new Holder.Reference(new Inode(inode), via, true));
    }
  }

  private void add(Pid pid, Holder.Reference reference) {
    List<Holder.Reference> references = byPid.computeIfAbsent(pid, one -> new ArrayList<>());
    if (references.stream().noneMatch(one -> one.inode().equals(reference.inode()))) {
      references.add(reference);
    }
  }

  private List<Long> unproven() {
    Set<Long> left = new TreeSet<>(wanted.keySet());
    byPid.values().forEach(all -> all.forEach(one -> left.remove(one.inode().number())));
    return List.copyOf(left);
  }

  /**
   * Decides: a socket without proof keeps all its candidates, and a single candidate for a single
   * such socket counts as proven.
   */
  private void decide() {
    List<Long> left = unproven();
    for (long inode : left) {
      BoundSocket socket = wanted.get(inode);
      List<Candidates.Candidate> its = socket == null ? List.of() : candidates.of(socket);
      for (Candidates.Candidate one : its) {
        boolean only = its.size() == 1 && left.size() == 1 && one.kind() != Candidates.Kind.ANY;
        add(one.pid(), new Holder.Reference(new Inode(inode), one.via(), only && gaps.isEmpty()));
      }
    }
  }
}
