package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.POLLHUP;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.SECCOMP_IOCTL_NOTIF_ADDFD;
import static inuse.kernel.abi.Constants.SECCOMP_IOCTL_NOTIF_ID_VALID;
import static inuse.kernel.abi.Constants.SECCOMP_IOCTL_NOTIF_RECV;
import static inuse.kernel.abi.Constants.SECCOMP_IOCTL_NOTIF_SEND;
import static inuse.kernel.abi.Constants.SECCOMP_USER_NOTIF_FLAG_CONTINUE;

import inuse.kernel.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The notifications of a filter of system calls: a test queues the calls that a program makes, and
 * sees how each was answered.
 */
public final class FakeSeccomp {
  static final String LISTENER = "seccomp";

  private static final int ENOENT = 2;
  private static final int EFAULT = 14;
  private static final int ENOTTY = 25;

  private final FakeRefusals refusals;
  private final FakeDescriptors descriptors;
  private final FakeProcesses processes;
  private final Deque<byte[]> queue = new ArrayDeque<>();
  private final Set<Long> valid = new HashSet<>();
  private final List<String> answers = new ArrayList<>();
  private final Map<String, byte[]> memory = new HashMap<>();
  private final Map<Long, Integer> threads = new HashMap<>();
  private long nextId = 1;
  private boolean over;

  FakeSeccomp(FakeRefusals refusals, FakeDescriptors descriptors, FakeProcesses processes) {
    this.refusals = refusals;
    this.descriptors = descriptors;
    this.processes = processes;
  }

  /** The descriptor of notifications, as launch gives one. */
  public int listener() {
    return descriptors.add(new FakeDescriptor(LISTENER));
  }

  /**
   * A thread makes a system call, and waits in it.
   *
   * @return the id by which it is answered
   */
  public long calls(int thread, int number, long first, long second, long third) {
    long id = nextId++;
    byte[] call = new byte[80];
    Bytes.putLong(call, 0, id);
    Bytes.putInt(call, 8, thread);
    Bytes.putInt(call, 16, number);
    Bytes.putLong(call, 32, first);
    Bytes.putLong(call, 40, second);
    Bytes.putLong(call, 48, third);
    queue.add(call);
    valid.add(id);
    threads.put(id, thread);
    return id;
  }

  /** What a thread's process has in its memory. */
  public void memory(int thread, long address, byte[] content) {
    memory.put(thread + "/" + address, content.clone());
  }

  /** The thread is gone, or a signal has interrupted its call. */
  public void isGone(long id) {
    valid.remove(id);
  }

  /** Nothing runs under the filter any more. */
  public void hangUp() {
    over = true;
  }

  /**
   * How calls were answered, in order: {@code 1 goes on}, {@code 1 succeeds}, {@code 1 fd 3 is
   * inode 100 flags 0}.
   */
  public List<String> answers() {
    return List.copyOf(answers);
  }

  int events() {
    return (queue.isEmpty() ? 0 : POLLIN) | (over ? POLLHUP : 0);
  }

  int ioctl(long request, byte[] argument) {
    return request == SECCOMP_IOCTL_NOTIF_RECV
        ? next(argument)
        : request == SECCOMP_IOCTL_NOTIF_ID_VALID
            ? (valid.contains(Bytes.getLong(argument, 0)) ? 0 : -ENOENT)
            : request == SECCOMP_IOCTL_NOTIF_SEND
                ? answer(Bytes.getLong(argument, 0), Bytes.getInt(argument, 20))
                : request == SECCOMP_IOCTL_NOTIF_ADDFD ? replace(argument) : -ENOTTY;
  }

  private int next(byte[] into) {
    byte[] call = queue.poll();
    if (call == null) {
      throw new AssertionError("waits for a notification that no test has queued");
    }
    if (!valid.contains(Bytes.getLong(call, 0))) {
      return -ENOENT;
    }
    System.arraycopy(call, 0, into, 0, call.length);
    return 0;
  }

  private int answer(long id, int flags) {
    if (!valid.remove(id)) {
      return -ENOENT;
    }
    answers.add(id + (flags == SECCOMP_USER_NOTIF_FLAG_CONTINUE ? " goes on" : " succeeds"));
    return 0;
  }

  private int replace(byte[] request) {
    long id = Bytes.getLong(request, 0);
    int refusal = refusals.of("addfd", "");
    if (refusal < 0 || !valid.contains(id)) {
      return refusal < 0 ? refusal : -ENOENT;
    }
    FakeSocket socket = descriptors.get(Bytes.getInt(request, 12)).socket.orElseThrow();
    int fd = Bytes.getInt(request, 16);
    processes.holds(threads.getOrDefault(id, 0), fd, socket);
    answers.add(
        id + " fd " + fd + " is inode " + socket.inode() + " flags " + Bytes.getInt(request, 20));
    return fd;
  }

  int read(int thread, long address, byte[] into) {
    byte[] content = memory.get(thread + "/" + address);
    if (content == null) {
      return -EFAULT;
    }
    int length = Math.min(content.length, into.length);
    System.arraycopy(content, 0, into, 0, length);
    return length;
  }
}
