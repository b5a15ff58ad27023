package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.CLD_EXITED;
import static inuse.kernel.abi.Constants.CLD_STOPPED;
import static inuse.kernel.abi.Constants.O_EXCL;
import static inuse.kernel.abi.Constants.SIGCHLD;

import inuse.kernel.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fake processes: those started by the code under test, their ends, and the signals from and to
 * them.
 */
public final class FakeProcesses {
  static final String SIGNALS = "signalfd";

  /** bits/siginfo-consts.h. */
  private static final int CLD_KILLED = 2;

  private static final int EPERM = 1;
  private static final int EBADF = 9;
  private static final int ESRCH = 3;
  private static final int ECHILD = 10;
  private static final int ENOSYS = 38;
  private static final int SIGINFO_BYTES = 128;

  private final FakeRefusals refusals;
  private final FakeDescriptors descriptors;
  private final FakePaths paths;
  private final FakeSpawns spawns;
  private final List<String> signals = new ArrayList<>();
  private final Map<String, Runnable> reactions = new HashMap<>();
  private final List<Launch> launches = new ArrayList<>();
  private final Set<Integer> launched = new TreeSet<>();
  private final Deque<Change> changes = new ArrayDeque<>();
  private final Map<String, FakeSocket> held = new HashMap<>();
  private final Map<String, List<String>> sent = new HashMap<>();
  private int compared;
  private final Set<Integer> ownTables = new HashSet<>();
  private int comparedFiles;
  private int forked;
  private int processors = 1;

  private record Change(int pid, int code, int value) {}

  /**
   * A program that was launched.
   *
   * @param sockets sockets that it inherited, by their inodes
   * @param filtered whether it runs under a filter of system calls
   */
  public record Launch(
      int pid,
      String path,
      List<String> arguments,
      List<String> environment,
      List<Long> sockets,
      boolean ownListenPid,
      boolean filtered) {}

  FakeProcesses(FakeRefusals refusals, FakeDescriptors descriptors, FakePaths paths) {
    this.refusals = refusals;
    this.descriptors = descriptors;
    this.paths = paths;
    spawns = new FakeSpawns(refusals, descriptors);
  }

  FakeSpawns spawns() {
    return spawns;
  }

  void onSignal(int pid, int signal, Runnable reaction) {
    reactions.put(pid + " " + signal, reaction);
  }

  List<String> signals() {
    return List.copyOf(signals);
  }

  /** What was launched, in order. */
  public List<Launch> launches() {
    return List.copyOf(launches);
  }

  /** Lets pidfd_getfd(2) give a duplicate of that socket. */
  public FakeProcesses holds(int pid, int fd, FakeSocket socket) {
    held.put(pid + "/" + fd, socket);
    return this;
  }

  /** That descriptor is closed, or stands for no socket any more. */
  public void releases(int pid, int fd) {
    held.remove(pid + "/" + fd);
  }

  /** What stands behind that descriptor. */
  public Optional<FakeSocket> socketOf(int pid, int fd) {
    return Optional.ofNullable(held.get(pid + "/" + fd));
  }

  void sentTo(int pid, int fd, List<String> targets) {
    sent.put(pid + "/" + fd, targets);
  }

  void ownTable(int thread) {
    ownTables.add(thread);
  }

  /** Makes a process of another parent a child of this one, which waits for it too. */
  public void adopt(int pid) {
    launched.add(pid);
  }

  /** A child exits, of those that were launched or adopted. */
  public void ends(int pid, int status) {
    change(new Change(pid, CLD_EXITED, status));
  }

  /** A signal ends a child. */
  public void isKilled(int pid, int signal) {
    change(new Change(pid, CLD_KILLED, signal));
  }

  /** A signal stops a child, which goes on later. */
  public void stops(int pid, int signal) {
    change(new Change(pid, CLD_STOPPED, signal));
  }

  private void change(Change one) {
    changes.add(one);
    raise(SIGCHLD, 0);
  }

  /** A signal comes to whatever reads signals from a descriptor. */
  public void raise(int signal, int code) {
    byte[] info = new byte[SIGINFO_BYTES];
    Bytes.putInt(info, 0, signal);
    Bytes.putInt(info, 8, code);
    descriptors.all().stream()
        .filter(one -> one.path.equals(SIGNALS))
        .forEach(one -> one.stream.add(info.clone()));
  }

  /** Whether its end has come, and its pidfd tells that. */
  boolean hasEnded(int pid) {
    return spawns.hasEnded(pid).orElseGet(() -> !paths.isDirectory("/proc/" + pid));
  }

  private boolean isThere(int pid) {
    return launched.contains(pid) || paths.isDirectory("/proc/" + pid);
  }

  int open(int pid, int flags) {
    int refusal =
        Math.min(
            refusals.of("pidfd_open", ""),
            (flags & O_EXCL) == 0 ? 0 : refusals.of("pidfd_open", "thread"));
    if (refusal < 0) {
      return refusal;
    }
    if (spawns.hasEnded(pid).isEmpty() && pid != FakeIdentity.PID && !isThere(pid)) {
      return -ESRCH;
    }
    FakeDescriptor descriptor = new FakeDescriptor("pidfd " + pid);
    descriptor.pid = pid;
    return descriptors.add(descriptor);
  }

  int signal(int pidfd, int signal) {
    int pid = descriptors.get(pidfd).pid;
    int refusal = refusals.of("pidfd_send_signal", "");
    if (refusal < 0) {
      return refusal;
    }
    if (!spawns.end(pid) && pid != FakeIdentity.PID && !isThere(pid)) {
      return -ESRCH;
    }
    signals.add(pid + " " + signal);
    Runnable reaction = reactions.get(pid + " " + signal);
    if (reaction != null) {
      reaction.run();
    }
    return 0;
  }

  int signalDescriptor() {
    int refusal = refusals.of("signalfd", "");
    if (refusal < 0) {
      return refusal;
    }
    FakeDescriptor descriptor = new FakeDescriptor(SIGNALS);
    descriptor.isStream = true;
    return descriptors.add(descriptor);
  }

  int getDescriptor(int pidfd, int fd) {
    int refusal = refusals.of("pidfd_getfd", "");
    if (refusal < 0) {
      return refusal;
    }
    String key = descriptors.get(pidfd).pid + "/" + fd;
    if (sent.containsKey(key)) {
      FakeDescriptor unix = new FakeDescriptor("copy of a unix socket");
      unix.unreceived = sent.get(key);
      return descriptors.add(unix);
    }
    FakeSocket socket = held.get(key);
    if (socket != null) {
      return descriptors.add(new FakeDescriptor("copy of a socket", socket));
    }
    return descriptors.get(pidfd).pid == FakeIdentity.PID && descriptors.find(fd).isPresent()
        ? descriptors.duplicate(fd)
        : -EPERM;
  }

  int compared() {
    return compared;
  }

  int compare(int one, int other) {
    compared++;
    int refusal = refusals.of("kcmp", "");
    if (refusal < 0) {
      return refusal;
    }
    return ownTables.contains(one) || ownTables.contains(other) ? 1 : 0;
  }

  int comparedFiles() {
    return comparedFiles;
  }

  /** Links with the same target are taken for the same open file. */
  int compareFiles(int one, int oneFd, int other, int otherFd) {
    comparedFiles++;
    int refusal = Math.min(refusals.of("kcmp", ""), refusals.of("kcmp", "/proc/" + other));
    if (refusal < 0) {
      return refusal;
    }
    if (one == FakeIdentity.PID && other == one) {
      return oneFd == otherFd ? 0 : 1;
    }
    Optional<String> its = paths.link("/proc/" + one + "/fd/" + oneFd);
    Optional<String> others = paths.link("/proc/" + other + "/fd/" + otherFd);
    return its.isEmpty() || others.isEmpty() ? -EBADF : its.equals(others) ? 0 : 1;
  }

  void processors(int count) {
    processors = count;
  }

  /** sched_getaffinity(2), whose mask has eight bytes. */
  int affinity(byte[] into) {
    Bytes.putLong(into, 0, (1L << processors) - 1);
    return Long.BYTES;
  }

  int forked() {
    return forked;
  }

  /**
   * The copy runs at once, to its end or to its death by an exception; it may close what it has in
   * common with the process, which the process keeps.
   */
  int fork(Runnable inTheCopy) {
    int refusal = refusals.of("fork", "");
    if (refusal < 0) {
      return refusal;
    }
    forked++;
    descriptors.fork(inTheCopy);
    return spawns.forked();
  }

  /** Any program can be launched that is not refused. */
  int launch(
      byte[] path,
      List<byte[]> arguments,
      List<byte[]> environment,
      int[] sockets,
      boolean ownListenPid,
      byte[] filter,
      int[] listener) {
    int refusal = refusals.of("launch", FakeFiles.text(path));
    if (refusal < 0) {
      return refusal;
    }
    List<Long> inodes = new ArrayList<>();
    for (int socket : sockets) {
      inodes.add(descriptors.get(socket).socket.map(FakeSocket::inode).orElse(0L));
    }
    int pid = spawns.nextPid();
    launched.add(pid);
    launches.add(
        new Launch(
            pid,
            FakeFiles.text(path),
            texts(arguments),
            texts(environment),
            inodes,
            ownListenPid,
            filter.length > 0));
    int seccomp = refusals.of("seccomp", "");
    listener[0] =
        filter.length == 0
            ? -ENOSYS
            : seccomp < 0 ? seccomp : descriptors.add(new FakeDescriptor(FakeSeccomp.LISTENER));
    return pid;
  }

  static List<String> texts(List<byte[]> all) {
    return all.stream().map(FakeFiles::text).toList();
  }

  int waitForAny(byte[] into) {
    Change change = changes.poll();
    if (change == null) {
      Bytes.putInt(into, 0, 0);
      return launched.isEmpty() ? -ECHILD : 0;
    }
    if (change.code != CLD_STOPPED) {
      launched.remove(change.pid);
      paths.remove("/proc/" + change.pid);
    }
    Bytes.putInt(into, 0, SIGCHLD);
    Bytes.putInt(into, 8, change.code);
    Bytes.putInt(into, 16, change.pid);
    Bytes.putInt(into, 24, change.value);
    return 0;
  }
}
