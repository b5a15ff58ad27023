package inuse.differential;

import inuse.kernel.Bytes;
import inuse.kernel.abi.Constants;
import java.util.List;

/**
 * A kernel in memory that answers plausibly, and sometimes refuses or answers nonsense. It records
 * its input, so that the bytes which the real kernel would receive are compared too.
 *
 * <p>Here are its processes, users and clocks; its files and sockets are above.
 */
final class RandomKernel extends RandomSocketCalls {
  private static final String UNITS =
      "Id=a.socket\nListen=[::]:80 (Stream)\nTriggers=a.service\n\n"
          + "Id=a.service\nRestart=always\nNRestarts=3\nTriggeredBy=a.socket\n";

  private long nanos = 1_000_000_000L;

  RandomKernel(RandomInputs random, int port) {
    super(random, port);
  }

  @Override
  public int pipe(int[] ends, int flags) {
    ends[0] = opened(List.of(Describe.latin1(random.mutated(UNITS))));
    ends[1] = opened(List.of());
    return 0;
  }

  @Override
  public int spawn(
      byte[] path, List<byte[]> arguments, List<byte[]> environment, int... descriptors) {
    note("spawn", path);
    arguments.forEach(argument -> note("  argument", argument));
    return fails() ? failure() : 9000;
  }

  @Override
  public int pidfdSendSignal(int pidfd, int signal) {
    note("pidfd_send_signal", Integer.toString(signal));
    return 0;
  }

  @Override
  public int waitForAny(byte[] into, int options) {
    return failure();
  }

  @Override
  public int resourceLimit(int resource, byte[] limits, byte[] former) {
    return failure();
  }

  @Override
  public int control(int option, long argument) {
    return failure();
  }

  @Override
  public int readMemory(int pid, long address, byte[] into) {
    return failure();
  }

  @Override
  public int fileControl(int fd, int command, long argument) {
    return failure();
  }

  @Override
  public void setFileUid(long uid) {
    note("setfsuid", Long.toString(uid));
  }

  @Override
  public int signalDescriptor(int... signals) {
    return fails() ? failure() : 9001;
  }

  @Override
  public int waitFor(int pidfd, byte[] into, int options) {
    Bytes.putInt(into, 0, random.below(2));
    Bytes.putInt(into, 8, 1 + random.below(2));
    return 0;
  }

  @Override
  public int compareTasks(int one, int other, int kind) {
    note("kcmp", one + " " + other + " " + kind);
    return fails() ? failure() : random.below(2);
  }

  @Override
  public int compareFiles(int one, int oneFd, int other, int otherFd) {
    note("kcmp", one + " " + oneFd + " " + other + " " + otherFd);
    return fails() ? failure() : random.below(3);
  }

  @Override
  public int awaitOutput(int fd, long timeoutNanos) {
    return random.below(2);
  }

  @Override
  public long clockNanos(int clock) {
    nanos += random.below(random.oneIn(50) ? 2_000_000_000 : 1000);
    return clock == Constants.CLOCK_REALTIME ? 1_795_335_000_000_000_000L + nanos : nanos;
  }

  @Override
  public int pidfdOpen(int pid, int flags) {
    note("pidfd_open", Integer.toString(pid));
    return fails() ? failure() : opened(List.of());
  }

  @Override
  public int pidfdGetFd(int pidfd, int fd) {
    note("pidfd_getfd", Integer.toString(fd));
    return fails() ? failure() : opened(List.of());
  }

  @Override
  public int setNamespace(int fd, int type) {
    note("setns", fd + " " + type);
    return fails() ? failure() : 0;
  }

  @Override
  public int getPid() {
    return 4242;
  }

  @Override
  public long getEffectiveUid() {
    return 1000L * random.below(3);
  }

  @Override
  public int setEffectiveUid(long uid) {
    return 0;
  }

  @Override
  public int setUser(long uid) {
    return failure();
  }

  @Override
  public int setGroup(long gid) {
    return failure();
  }

  @Override
  public int setGroups(long... gids) {
    return failure();
  }

  @Override
  public int getCapabilities(byte[] into) {
    return failure();
  }

  @Override
  public int setCapabilities(byte[] sets) {
    return failure();
  }
}
