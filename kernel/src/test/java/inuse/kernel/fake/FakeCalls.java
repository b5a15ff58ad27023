package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.CLONE_NEWNET;
import static inuse.kernel.abi.Constants.NS_GET_NSTYPE;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.RLIMIT_NOFILE;

import inuse.kernel.abi.Architecture;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The calls about processes and time, and the record of all calls for tests. */
public abstract class FakeCalls extends FakeFileCalls {
  Optional<byte[]> environment = Optional.empty();
  boolean secure;

  @Override
  public boolean isSecure() {
    return secure;
  }

  @Override
  public Architecture architecture() {
    return Architecture.X86_64;
  }

  @Override
  public int awaitInput(int fd, long timeoutNanos) {
    return awaitInputs(new int[] {fd}, new int[1], timeoutNanos);
  }

  @Override
  public Optional<byte[]> environment() {
    return environment;
  }

  @Override
  public int awaitOutput(int fd, long timeoutNanos) {
    return clock.await(timeoutNanos, () -> terminal.hasRoom(fd) && terminal.isRead(fd) ? 1 : 0);
  }

  @Override
  public int awaitInputs(int[] fds, int[] events, long timeoutNanos) {
    return clock.await(
        timeoutNanos,
        () -> {
          int count = 0;
          for (int i = 0; i < fds.length; i++) {
            events[i] = fds[i] <= 2 ? terminal.events(fds[i]) : events(descriptors.get(fds[i]));
            count += events[i] == 0 ? 0 : 1;
          }
          return count;
        });
  }

  @Override
  public long clockNanos(int id) {
    return clock.nanos(id);
  }

  @Override
  public int pidfdOpen(int pid, int flags) {
    return processes.open(pid, flags);
  }

  @Override
  public int pidfdGetFd(int pidfd, int fd) {
    return processes.getDescriptor(pidfd, fd);
  }

  @Override
  public int pidfdSendSignal(int pidfd, int signal) {
    return processes.signal(pidfd, signal);
  }

  @Override
  public int compareTasks(int one, int other, int kind) {
    return processes.compare(one, other);
  }

  @Override
  public int compareFiles(int one, int oneFd, int other, int otherFd) {
    return processes.compareFiles(one, oneFd, other, otherFd);
  }

  @Override
  public int fork(Runnable inTheCopy) {
    return processes.fork(inTheCopy);
  }

  @Override
  public int getAffinity(byte[] into) {
    return processes.affinity(into);
  }

  @Override
  public int waitFor(int pidfd, byte[] into, int options) {
    return processes.spawns().waitFor(pidfd, into);
  }

  @Override
  public int waitForAny(byte[] into, int options) {
    return processes.waitForAny(into);
  }

  @Override
  public int spawn(byte[] path, List<byte[]> arguments, List<byte[]> environment, int... given) {
    return processes.spawns().spawn(path, arguments, environment, given);
  }

  @Override
  public int launch(
      byte[] path,
      List<byte[]> arguments,
      List<byte[]> environment,
      int[] sockets,
      boolean ownListenPid,
      byte[] filter,
      int[] listener) {
    return processes.launch(path, arguments, environment, sockets, ownListenPid, filter, listener);
  }

  @Override
  public int resourceLimit(int resource, byte[] limits, byte[] former) {
    int refusal = refusals.of("prlimit64", Integer.toString(resource));
    if (refusal == 0 && resource == RLIMIT_NOFILE) {
      descriptors.limit(limits, former);
    }
    return refusal;
  }

  @Override
  public int control(int option, long argument) {
    int refusal = refusals.of("prctl", Integer.toString(option));
    if (refusal == 0) {
      identity.credentials().control(option);
    }
    return refusal;
  }

  @Override
  public int setUser(long uid) {
    return identity.setUser(uid);
  }

  @Override
  public int setGroup(long gid) {
    return identity.credentials().setGroup(gid);
  }

  @Override
  public int setGroups(long... gids) {
    return identity.credentials().setGroups(gids);
  }

  @Override
  public int getCapabilities(byte[] into) {
    return identity.credentials().read(into);
  }

  @Override
  public int setCapabilities(byte[] sets) {
    return identity.credentials().set(sets);
  }

  @Override
  public int readMemory(int pid, long address, byte[] into) {
    return seccomp.read(pid, address, into);
  }

  @Override
  public int signalDescriptor(int... numbers) {
    return processes.signalDescriptor();
  }

  @Override
  public int ioctl(int fd, long request, byte[] argument) {
    FakeDescriptor descriptor = descriptors.find(fd).orElse(new FakeDescriptor(""));
    if (descriptor.path.equals(FakeSeccomp.LISTENER)) {
      return seccomp.ioctl(request, argument);
    }
    Optional<Integer> told = fd <= 2 ? terminal.ioctl(request, argument) : Optional.empty();
    if (told.isPresent()) {
      return told.get();
    }
    if (request == NS_GET_NSTYPE && descriptor.namespace != 0) {
      return CLONE_NEWNET;
    }
    return network.interfaces().ioctl(request, argument);
  }

  @Override
  public int setNamespace(int fd, int type) {
    return identity.setNamespace(descriptors.get(fd), type);
  }

  @Override
  public int getPid() {
    return FakeIdentity.PID;
  }

  @Override
  public long getEffectiveUid() {
    return identity.uid();
  }

  @Override
  public int setEffectiveUid(long uid) {
    return identity.setEffectiveUid(uid);
  }

  @Override
  public void setFileUid(long uid) {
    identity.setFileUid(uid);
  }

  private int events(FakeDescriptor one) {
    if (one.path.equals(FakeSeccomp.LISTENER)) {
      return seccomp.events();
    }
    boolean ready =
        !one.queue.isEmpty()
            || !one.stream.isEmpty()
            || one.ended
            || (one.path.startsWith("pidfd ") && processes.hasEnded(one.pid));
    return (ready ? POLLIN : 0) | one.socket.map(unix::events).orElse(0);
  }

  /** What the calling thread has done to its own rights, in order. */
  public List<String> rights() {
    return identity.credentials().log();
  }

  /** The effective capabilities of the calling thread, a bit for each. */
  public long capabilities() {
    return identity.credentials().effective();
  }

  public String stdout() {
    return terminal.stdout();
  }

  public String stderr() {
    return terminal.stderr();
  }

  /** The signals that were sent, each as {@code pid signal}, in order. */
  public List<String> signals() {
    return processes.signals();
  }

  /** What was sent over netlink, in order. */
  public List<byte[]> requests() {
    return netlink.requests();
  }

  /** The sizes of the buffers that were offered for netlink's answers, in order. */
  public List<Integer> bufferLengths() {
    return netlink.bufferLengths();
  }

  /** The datagrams to unix sockets, each as its address, a blank and its text. */
  public List<String> datagrams() {
    return unix.datagrams();
  }

  /** Opens one as a service manager passes it: it stays open across execve(2). */
  public int passed() {
    FakeDescriptor one = new FakeDescriptor("passed");
    one.passed = true;
    return descriptors.add(one);
  }

  /** Paths and kinds of what is open still. */
  public List<String> openDescriptors() {
    return descriptors.all().stream().map(one -> one.path).toList();
  }

  /** Whether that one, which a bind was asked of, is still open. */
  public boolean isOpen(FakeDescriptor one) {
    return descriptors.all().contains(one);
  }

  /** How many descriptors were ever opened. */
  public int opened() {
    return descriptors.opened();
  }

  /** How often two tasks were compared. */
  public int compared() {
    return processes.compared();
  }

  /** How often descriptors of two tasks were compared. */
  public int comparedFiles() {
    return processes.comparedFiles();
  }

  /** How many copies of the process were made. */
  public int forked() {
    return processes.forked();
  }

  /** Command lines of what was spawned. */
  public List<String> spawned() {
    return processes.spawns().lines();
  }

  /** What a child that was spawned has for its standard streams, by path or kind. */
  public List<String> streams(int pid) {
    return descriptors.inherited(pid).stream().map(one -> one.path).toList();
  }

  /** The environments of what was spawned. */
  public List<List<String>> environments() {
    return processes.spawns().environments();
  }

  /** Children that nothing has waited for. */
  public List<Integer> unreaped() {
    return processes.spawns().unreaped();
  }

  /** Files that statx(2) knows of. */
  public Set<String> statuses() {
    return files.statuses();
  }

  /** The network namespace that the asking thread is in, zero where no test said. */
  public long networkNamespace() {
    return identity.namespace();
  }

  /** The socket that a descriptor of the process under test stands for. */
  public FakeSocket socketOf(int fd) {
    return descriptors.get(fd).socket.orElseThrow();
  }
}
