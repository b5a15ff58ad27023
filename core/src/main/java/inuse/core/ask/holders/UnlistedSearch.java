package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.IORING_OP_ACCEPT;
import static inuse.kernel.abi.Constants.KCMP_FILES;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
   * They are looked for in this order, cheapest first, in two passes over the processes. The first
   * takes each process once: its tables (kcmp(2) tells which threads share one), with them the fdinfo
   * of its rings and of unix sockets that have something in flight, and what its threads wait in. Only
   * if a socket is still without proof, a second pass reads /proc/PID/maps, which is long for large
   * processes.
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

  /** Comparisons of threads between two checks of the deadline. */
  private static final int DEADLINE_STRIDE = 256;

  private static final String WAITS_IN_ACCEPT = "inet_csk_accept";
  private static final String WAITS_FOR_DATAGRAM = "__skb_wait_for_more_packets";
  private static final int IORING_OP_RECVMSG = 10;
  private static final int IORING_OP_RECV = 27;

  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;
  private final Deadline deadline;
  private final Reading<Long> networkNamespace;
  private final Map<Long, BoundSocket> wanted = new HashMap<>();
  private final Map<Pid, List<Holder.Reference>> byPid = new TreeMap<>();
  private final Set<Candidate> candidates = new LinkedHashSet<>();
  private final List<Gap> gaps = new ArrayList<>();

  UnlistedSearch(Host host, Deadline deadline, Reading<Long> networkNamespace) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
    this.deadline = deadline;
    this.networkNamespace = networkNamespace;
  }

  /** The references found, by pid, and what was not searched. */
  record Found(Map<Pid, List<Holder.Reference>> byPid, List<Gap> gaps) {}

  /** The kind of socket that a process may hold, where only that is known. */
  private enum Kind {
    LISTENER,
    DATAGRAM,
    ANY
  }

  private record Candidate(Pid pid, Via via, Kind kind) {}

  /** Looks for the sockets that the plain search did not find. */
  Found find(List<BoundSocket> unfound) {
    for (BoundSocket socket : unfound) {
      socket.inode().ifPresent(inode -> wanted.put(inode.number(), socket));
    }
    if (!wanted.isEmpty()
        && ProcessFiles.processes(proc)
            instanceof CallResult.Ok<ProcessFiles.Processes>(var processes)) {
      each(processes.own(), this::lookInto);
      if (!unproven().isEmpty()) {
        each(processes.own(), this::lookAtMemory);
      }
      decide();
    }
    return new Found(byPid, gaps);
  }

  private interface Look {
    void at(int pid);
  }

  private void each(List<Integer> pids, Look look) {
    for (int i = 0; i < pids.size(); i++) {
      look.at(pids.get(i));
      // Also where the time was over in the middle of a process.
      if (deadline.isOver()) {
        int left = pids.size() - i;
        gaps.add(
            new Gap(
                Gap.Subject.REFERENCES,
                "threads, io_uring, unix sockets and mappings of "
                    + (left == 1 ? "one process" : left + " processes"),
                Reading.Why.TIMED_OUT,
                "ask again when the host is less busy"));
        return;
      }
    }
  }

  private void lookInto(int pid) {
    boolean allowed = lookAtTable(pid, pid);
    if (!(ProcessThreads.ids(proc, pid) instanceof CallResult.Ok<List<Integer>>(var threads))) {
      return;
    }
    List<Integer> tables = new ArrayList<>(List.of(pid));
    for (int thread : threads) {
      if (deadline.isOver()) {
        return;
      }
      if (thread != pid && !sharesTable(tables, thread)) {
        tables.add(thread);
        // A main thread that has ended may not be read even by its own user; its other threads may.
        if (!lookAtTable(pid, thread) && !allowed) {
          return;
        }
      }
      lookAtWait(pid, thread);
    }
  }

  /** Where kcmp(2) is not permitted, every thread is assumed to have its own table. */
  private boolean sharesTable(List<Integer> tables, int thread) {
    for (int i = 0; i < tables.size(); i++) {
      if (calls.compareTasks(tables.get(i), thread, KCMP_FILES) == 0) {
        return true;
      }
      if (i % DEADLINE_STRIDE == DEADLINE_STRIDE - 1 && deadline.isOver()) {
        return true;
      }
    }
    return false;
  }

  /** False where the table may not be read. */
  private boolean lookAtTable(int pid, int thread) {
    String directory = thread == pid ? "/proc/" + pid : ProcessThreads.directory(pid, thread);
    return switch (ProcessFiles.open(
        proc, directory, files -> lookAtFiles(pid, thread, directory, files))) {
      case CallResult.Failed<Boolean>(var why) -> Readings.of(why.errno()) != Reading.Why.DENIED;
      case CallResult.Ok<Boolean> read -> true;
    };
  }

  /** False where the time is over. */
  private boolean lookAtFiles(
      int pid, int thread, String directory, List<ProcessFiles.OpenFile> files) {
    for (ProcessFiles.OpenFile file : files) {
      long inode = ProcessFiles.socketInode(file.target());
      if (wanted.containsKey(inode)) {
        prove(pid, inode, Via.THREAD_TABLE);
      } else if (inode > 0 || file.target().equals(FdInfo.IO_URING)) {
        lookAtDescriptor(pid, thread, directory, file);
      }
    }
    return !deadline.isOver();
  }

  private void lookAtDescriptor(int pid, int thread, String directory, ProcessFiles.OpenFile file) {
    if (!(FdInfo.read(proc, directory, file.fd()) instanceof CallResult.Ok<FdInfo>(var info))) {
      return;
    }
    if (info.inFlight() > 0) {
      List<Long> sent = thread == pid ? new InFlight(host).sentTo(pid, file.fd()) : List.of();
      sent.forEach(inode -> prove(pid, inode, Via.SCM_RIGHTS));
      if (sent.size() < info.inFlight()) {
        candidate(pid, Via.SCM_RIGHTS, Kind.ANY);
      }
    }
    if (file.target().equals(FdInfo.IO_URING)) {
      info.registered().forEach(inode -> prove(pid, inode, Via.IO_URING));
      if (info.polled().contains(IORING_OP_ACCEPT)) {
        candidate(pid, Via.IO_URING, Kind.LISTENER);
      }
      if (info.polled().contains(IORING_OP_RECV) || info.polled().contains(IORING_OP_RECVMSG)) {
        candidate(pid, Via.IO_URING, Kind.DATAGRAM);
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
      candidate(
          pid,
          Via.BLOCKED_ACCEPT,
          function.equals(WAITS_IN_ACCEPT) ? Kind.LISTENER : Kind.DATAGRAM);
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

  /**
   * Adds a candidate. Sockets belong to a network namespace, and a process in another one hardly
   * holds them.
   */
  private void candidate(int pid, Via via, Kind kind) {
    boolean here =
        switch (proc.link("/proc/" + pid + "/ns/net")) {
          case CallResult.Failed<String> failed -> true;
          case CallResult.Ok<String>(String target) ->
              networkNamespace.toOptional().isEmpty()
                  || networkNamespace.is(ProcessFiles.namespaceInode(target));
        };
    Candidate one = new Candidate(new Pid(pid), via, kind);
    if (here) {
      candidates.add(one);
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
      List<Candidate> its =
          candidates.stream().filter(one -> socket != null && fits(one.kind, socket)).toList();
      for (Candidate one : its) {
        boolean only = its.size() == 1 && left.size() == 1 && one.kind != Kind.ANY;
        add(one.pid, new Holder.Reference(new Inode(inode), one.via, only && gaps.isEmpty()));
      }
    }
  }

  private static boolean fits(Kind kind, BoundSocket socket) {
    return switch (kind) {
      case LISTENER -> socket.state() == SocketState.LISTEN;
      case DATAGRAM -> socket.protocol() == Protocol.UDP;
      case ANY -> true;
    };
  }
}
