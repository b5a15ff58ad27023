package inuse.kernel;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.AT_REMOVEDIR;
import static inuse.kernel.abi.Constants.BPF_PROG_LOAD;
import static inuse.kernel.abi.Constants.KCMP_FILE;
import static inuse.kernel.abi.Constants.MAP_PRIVATE;
import static inuse.kernel.abi.Constants.MAP_SHARED;
import static inuse.kernel.abi.Constants.O_CREAT;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.POLLOUT;
import static inuse.kernel.abi.Constants.PROT_READ;
import static inuse.kernel.abi.Constants.RENAME_NOREPLACE;
import static inuse.kernel.abi.Constants.SFD_CLOEXEC;
import static inuse.kernel.abi.Constants.SFD_NONBLOCK;
import static inuse.kernel.abi.Constants.SIG_BLOCK;
import static inuse.kernel.abi.Constants._LINUX_CAPABILITY_VERSION_3;

import inuse.kernel.abi.Architecture;
import inuse.kernel.abi.Numbers;
import java.util.List;

/**
 * Every system call, written once over seven primitives: call the kernel with six words, move bytes
 * to and from a piece of memory that stays where it is, copy from any other, store a word in it,
 * and spawn. A JVM and the executable differ in how they implement the primitives; besides, only
 * the executable has {@link #become}, {@link #launch} and {@link #fork}, and a JVM has its own
 * {@link #signalDescriptor}.
 */
public abstract class RawSystemCalls implements SystemCalls {
  /** Bytes of the scratch memory; the largest buffer that one call may move is a page less. */
  public static final int SCRATCH_BYTES = 1 << 20;

  private static final int SECOND = SCRATCH_BYTES - 4096;
  private static final byte[] NUL = {0};
  private static final int NANOS_PER_SECOND = 1_000_000_000;
  private static final int SIGNAL_SET_BYTES = 8;

  /** sizeof(struct msghdr). */
  private static final int MESSAGE_BYTES = 56;

  /** After struct msghdr and its struct iovec. */
  private static final int CONTROL_AT = SECOND + MESSAGE_BYTES + 16;

  /** Where posix_spawn_file_actions_t (80 bytes) and posix_spawnattr_t (336 bytes) may stand. */
  protected static final int SPAWN_ACTIONS_AT = 64;

  protected static final int SPAWN_ATTRIBUTES_AT = 512;

  /** spawn.h: the program gets the signal mask of the attributes, which is empty. */
  protected static final int POSIX_SPAWN_SETSIGMASK = 0x08;

  private static final int P_ALL = 0;
  private static final int P_PIDFD = 3;

  /** sizeof(siginfo_t). */
  private static final int SIGINFO_BYTES = 128;

  /** sizeof(struct bpf_insn), and where a program and the kernel's opinion of it stand. */
  private static final int INSTRUCTION_BYTES = 8;

  private static final int PROGRAM_AT = 4096;
  private static final int LOG_AT = SCRATCH_BYTES / 2;

  /** Of union bpf_attr, what commands about an element of a map have. */
  private static final int MAP_ELEMENT_BYTES = 32;

  /** Two of struct __user_cap_data_struct. */
  private static final int CAPABILITY_BYTES = 24;

  private final Architecture architecture;
  private final Numbers numbers;

  protected RawSystemCalls(Architecture architecture) {
    this.architecture = architecture;
    numbers = Numbers.of(architecture);
  }

  /** syscall(2): the result, or the negated errno. */
  protected abstract long call(long number, long a, long b, long c, long d, long e, long f);

  /** The address of {@link #SCRATCH_BYTES} bytes that never move. */
  protected abstract long scratch();

  /** Copies from an array into the scratch memory. */
  protected abstract void store(int at, byte[] bytes, int from, int length);

  /** Copies from the scratch memory into an array. */
  protected abstract void load(int at, byte[] into, int length);

  /** Copies from any memory into an array. */
  protected abstract void copy(long address, byte[] into, int length);

  /** Stores eight bytes in any memory, all at once. */
  protected abstract void put(long address, long value);

  /**
   * posix_spawn(3) with addresses of a path and of two lists of texts, each ended by a null.
   *
   * @param workspace 4096 bytes for what posix_spawn(3) needs besides
   * @return the pid, or the negated errno
   */
  protected abstract int spawn(
      long path, long arguments, long environment, long workspace, int[] descriptors);

  @Override
  public Architecture architecture() {
    return architecture;
  }

  @Override
  public int open(int directory, byte[] path, int flags) {
    storeText(path);
    return retried(numbers.openat(), directory, scratch(), flags, 0, 0);
  }

  @Override
  public int create(byte[] path, int flags, int mode) {
    storeText(path);
    return retried(numbers.openat(), AT_FDCWD, scratch(), flags | O_CREAT, mode, 0);
  }

  @Override
  public int close(int fd) {
    return (int) call(numbers.close(), fd, 0, 0, 0, 0, 0);
  }

  @Override
  public int read(int fd, byte[] into) {
    return loaded(retried(numbers.read(), fd, scratch(), fitting(into.length), 0, 0), 0, into);
  }

  @Override
  public int readAt(int fd, byte[] into, long offset) {
    return loaded(
        retried(numbers.pread64(), fd, scratch(), fitting(into.length), offset, 0), 0, into);
  }

  @Override
  public int readMapped(int fd, byte[] into, int length, long offset) {
    long whole = offset + length;
    long address = call(numbers.mmap(), 0, whole, PROT_READ, MAP_PRIVATE, fd, 0);
    if (address < 0) {
      return (int) address;
    }
    copy(address + offset, into, length);
    call(numbers.munmap(), address, whole, 0, 0, 0, 0);
    return length;
  }

  @Override
  public int write(int fd, byte[] from, int offset, int length) {
    int count = fitting(length);
    store(0, from, offset, count);
    return retried(numbers.write(), fd, scratch(), count, 0, 0);
  }

  @Override
  public int getDirectoryEntries(int fd, byte[] into) {
    return loaded(
        retried(numbers.getdents64(), fd, scratch(), fitting(into.length), 0, 0), 0, into);
  }

  @Override
  public int readLink(int directory, byte[] path, byte[] into) {
    storeText(path);
    int capacity = Math.min(into.length, 4096);
    return loaded(
        retried(numbers.readlinkat(), directory, scratch(), scratch() + SECOND, capacity, 0),
        SECOND,
        into);
  }

  @Override
  public int access(int directory, byte[] path, int mode, int flags) {
    storeText(path);
    return retried(numbers.faccessat2(), directory, scratch(), mode, flags, 0);
  }

  @Override
  public int socket(int domain, int type, int protocol) {
    return retried(numbers.socket(), domain, type, protocol, 0, 0);
  }

  @Override
  public int bind(int fd, byte[] socketAddress) {
    store(0, socketAddress, 0, socketAddress.length);
    return retried(numbers.bind(), fd, scratch(), socketAddress.length, 0, 0);
  }

  @Override
  public int connect(int fd, byte[] socketAddress) {
    store(0, socketAddress, 0, socketAddress.length);
    return retried(numbers.connect(), fd, scratch(), socketAddress.length, 0, 0);
  }

  @Override
  public int listen(int fd, int backlog) {
    return retried(numbers.listen(), fd, backlog, 0, 0, 0);
  }

  @Override
  public int accept(int fd, int flags) {
    return retried(numbers.accept4(), fd, 0, 0, flags, 0);
  }

  @Override
  public int setSocketOption(int fd, int level, int option, byte[] value) {
    store(0, value, 0, value.length);
    return retried(numbers.setsockopt(), fd, level, option, scratch(), value.length);
  }

  @Override
  public int getSocketOption(int fd, int level, int option, byte[] into) {
    byte[] length = new byte[4];
    Bytes.putInt(length, 0, fitting(into.length));
    store(SECOND, length, 0, 4);
    // Some options are asked for by what stands there: a table by its name.
    store(0, into, 0, fitting(into.length));
    int result = retried(numbers.getsockopt(), fd, level, option, scratch(), scratch() + SECOND);
    if (result < 0) {
      return result;
    }
    load(SECOND, length, 4);
    return loaded(Bytes.getInt(length, 0), 0, into);
  }

  @Override
  public int getSocketName(int fd, byte[] into) {
    byte[] length = new byte[4];
    Bytes.putInt(length, 0, fitting(into.length));
    store(SECOND, length, 0, 4);
    int result = retried(numbers.getsockname(), fd, scratch(), scratch() + SECOND, 0, 0);
    if (result < 0) {
      return result;
    }
    load(SECOND, length, 4);
    return loaded(Bytes.getInt(length, 0), 0, into);
  }

  @Override
  public int statx(int directory, byte[] path, int flags, int mask, byte[] into) {
    storeText(path);
    int result = retried(numbers.statx(), directory, scratch(), flags, mask, scratch() + SECOND);
    if (result == 0) {
      load(SECOND, into, into.length);
    }
    return result;
  }

  @Override
  public int sendTo(int fd, byte[] message, byte[] socketAddress) {
    store(0, message, 0, message.length);
    store(SECOND, socketAddress, 0, socketAddress.length);
    return (int)
        again(
            numbers.sendto(),
            fd,
            scratch(),
            message.length,
            0,
            scratch() + SECOND,
            socketAddress.length);
  }

  @Override
  public int send(int fd, byte[] message, int flags) {
    int count = fitting(message.length);
    store(0, message, 0, count);
    return (int) again(numbers.sendto(), fd, scratch(), count, flags, 0, 0);
  }

  @Override
  public int receiveFrom(int fd, byte[] into, int flags, byte[] from) {
    byte[] length = new byte[4];
    int lengthAt = SECOND + 2048;
    Bytes.putInt(length, 0, from.length);
    store(lengthAt, length, 0, 4);
    store(SECOND, from, 0, from.length);
    long result =
        again(
            numbers.recvfrom(),
            fd,
            scratch(),
            fitting(into.length),
            flags,
            scratch() + SECOND,
            scratch() + lengthAt);
    if (result >= 0) {
      load(SECOND, from, from.length);
    }
    return loaded((int) result, 0, into);
  }

  @Override
  public int sendMessage(int fd, byte[] message, byte[] control, int flags) {
    store(0, message, 0, message.length);
    storeHeader(message.length, control);
    return (int) again(numbers.sendmsg(), fd, scratch() + SECOND, flags, 0, 0, 0);
  }

  @Override
  public int receiveMessage(int fd, byte[] into, byte[] control, int flags) {
    storeHeader(fitting(into.length), new byte[control.length]);
    int result = retried(numbers.recvmsg(), fd, scratch() + SECOND, flags, 0, 0);
    if (result >= 0) {
      load(CONTROL_AT, control, control.length);
    }
    return loaded(result, 0, into);
  }

  /** Stores struct msghdr, followed by its one struct iovec and the control messages. */
  private void storeHeader(int length, byte[] control) {
    byte[] message = new byte[MESSAGE_BYTES + 16];
    Bytes.putLong(message, 16, scratch() + SECOND + MESSAGE_BYTES);
    Bytes.putLong(message, 24, 1);
    Bytes.putLong(message, 32, control.length == 0 ? 0 : scratch() + CONTROL_AT);
    Bytes.putLong(message, 40, control.length);
    Bytes.putLong(message, MESSAGE_BYTES, scratch());
    Bytes.putLong(message, MESSAGE_BYTES + 8, length);
    store(SECOND, message, 0, message.length);
    store(CONTROL_AT, control, 0, control.length);
  }

  @Override
  public int compareTasks(int one, int other, int kind) {
    return retried(numbers.kcmp(), one, other, kind, 0, 0);
  }

  @Override
  public int compareFiles(int one, int oneFd, int other, int otherFd) {
    return retried(numbers.kcmp(), one, other, KCMP_FILE, oneFd, otherFd);
  }

  @Override
  public int getAffinity(byte[] into) {
    int length = fitting(into.length);
    return loaded(retried(numbers.sched_getaffinity(), 0, length, scratch(), 0, 0), 0, into);
  }

  @Override
  public int awaitInput(int fd, long timeoutNanos) {
    return await(fd, POLLIN, timeoutNanos);
  }

  @Override
  public int awaitOutput(int fd, long timeoutNanos) {
    return await(fd, POLLOUT, timeoutNanos);
  }

  private int await(int fd, int events, long timeoutNanos) {
    byte[] words = new byte[24];
    Bytes.putInt(words, 0, fd);
    Bytes.putInt(words, 4, events);
    Bytes.putLong(words, 8, timeoutNanos / NANOS_PER_SECOND);
    Bytes.putLong(words, 16, timeoutNanos % NANOS_PER_SECOND);
    store(0, words, 0, words.length);
    return (int) call(numbers.ppoll(), scratch(), 1, scratch() + 8, 0, 0, 0);
  }

  @Override
  public int awaitInputs(int[] fds, int[] events, long timeoutNanos) {
    byte[] words = new byte[16 + 8 * fds.length];
    Bytes.putLong(words, 0, timeoutNanos / NANOS_PER_SECOND);
    Bytes.putLong(words, 8, timeoutNanos % NANOS_PER_SECOND);
    for (int i = 0; i < fds.length; i++) {
      Bytes.putInt(words, 16 + 8 * i, fds[i]);
      Bytes.putInt(words, 20 + 8 * i, POLLIN);
    }
    store(0, words, 0, words.length);
    long result = call(numbers.ppoll(), scratch() + 16, fds.length, scratch(), 0, 0, 0);
    load(0, words, words.length);
    for (int i = 0; i < fds.length; i++) {
      events[i] = result > 0 ? Bytes.getShort(words, 22 + 8 * i) : 0;
    }
    return (int) result;
  }

  @Override
  public long clockNanos(int clock) {
    long result = call(numbers.clock_gettime(), clock, scratch(), 0, 0, 0, 0);
    if (result < 0) {
      return result;
    }
    byte[] time = new byte[16];
    load(0, time, time.length);
    return Bytes.getLong(time, 0) * NANOS_PER_SECOND + Bytes.getLong(time, 8);
  }

  @Override
  public int pidfdOpen(int pid, int flags) {
    return retried(numbers.pidfd_open(), pid, flags, 0, 0, 0);
  }

  @Override
  public int pidfdGetFd(int pidfd, int fd) {
    return retried(numbers.pidfd_getfd(), pidfd, fd, 0, 0, 0);
  }

  @Override
  public int pidfdSendSignal(int pidfd, int signal) {
    return retried(numbers.pidfd_send_signal(), pidfd, signal, 0, 0, 0);
  }

  @Override
  public int waitFor(int pidfd, byte[] into, int options) {
    return waitFor(P_PIDFD, pidfd, into, options);
  }

  @Override
  public int waitForAny(byte[] into, int options) {
    return waitFor(P_ALL, 0, into, options);
  }

  private int waitFor(int kind, int id, byte[] into, int options) {
    byte[] nothing = new byte[SIGINFO_BYTES];
    store(0, nothing, 0, nothing.length);
    int result = retried(numbers.waitid(), kind, id, scratch(), options, 0);
    load(0, into, Math.min(into.length, SIGINFO_BYTES));
    return result;
  }

  @Override
  public int pipe(int[] ends, int flags) {
    return loaded(retried(numbers.pipe2(), scratch(), flags, 0, 0, 0), ends);
  }

  @Override
  public int socketPair(int[] ends, int type) {
    return loaded(retried(numbers.socketpair(), AF_UNIX, type, 0, scratch(), 0), ends);
  }

  /** Loads two descriptors. */
  private int loaded(int result, int[] ends) {
    byte[] both = new byte[8];
    load(0, both, both.length);
    ends[0] = Bytes.getInt(both, 0);
    ends[1] = Bytes.getInt(both, 4);
    return result;
  }

  @Override
  public int spawn(
      byte[] path, List<byte[]> arguments, List<byte[]> environment, int... descriptors) {
    ExecArguments image = ExecArguments.of(scratch(), path, arguments, environment);
    if (image.bytes().length >= SECOND) {
      return -Errno.E2BIG.code();
    }
    store(0, image.bytes(), 0, image.bytes().length);
    return spawn(
        scratch(), image.arguments(), image.environment(), scratch() + SECOND, descriptors);
  }

  @Override
  public int resourceLimit(int resource, byte[] limits, byte[] former) {
    store(0, limits, 0, limits.length);
    long changed = limits.length == 0 ? 0 : scratch();
    int result = retried(numbers.prlimit64(), 0, resource, changed, scratch() + SECOND, 0);
    if (result >= 0) {
      load(SECOND, former, former.length);
    }
    return result;
  }

  @Override
  public int control(int option, long argument) {
    return retried(numbers.prctl(), option, argument, 0, 0, 0);
  }

  @Override
  public int readMemory(int pid, long address, byte[] into) {
    // Two struct iovec, ours and the other process's, after the bytes.
    byte[] vectors = new byte[32];
    Bytes.putLong(vectors, 0, scratch());
    Bytes.putLong(vectors, 8, fitting(into.length));
    Bytes.putLong(vectors, 16, address);
    Bytes.putLong(vectors, 24, fitting(into.length));
    store(SECOND, vectors, 0, vectors.length);
    long at = scratch() + SECOND;
    return loaded((int) again(numbers.process_vm_readv(), pid, at, 1, at + 16, 1, 0), 0, into);
  }

  @Override
  public int fileControl(int fd, int command, long argument) {
    return retried(numbers.fcntl(), fd, command, argument, 0, 0);
  }

  @Override
  public void setFileUid(long uid) {
    call(numbers.setfsuid(), uid, 0, 0, 0, 0, 0);
  }

  @Override
  public int getAttribute(byte[] path, byte[] name) {
    storeText(path);
    store(SECOND, name, 0, name.length);
    store(SECOND + name.length, new byte[1], 0, 1);
    return retried(numbers.getxattr(), scratch(), scratch() + SECOND, 0, 0, 0);
  }

  @Override
  public int renameNoReplace(int directory, byte[] from, byte[] to) {
    return rename(directory, from, to, RENAME_NOREPLACE);
  }

  @Override
  public int rename(byte[] from, byte[] to) {
    return rename(AT_FDCWD, from, to, 0);
  }

  private int rename(int directory, byte[] from, byte[] to, int flags) {
    storeText(from);
    store(SECOND, to, 0, to.length);
    store(SECOND + to.length, new byte[1], 0, 1);
    return retried(numbers.renameat2(), directory, scratch(), directory, scratch() + SECOND, flags);
  }

  @Override
  public int unlink(int directory, byte[] path) {
    storeText(path);
    return retried(numbers.unlinkat(), directory, scratch(), 0, 0, 0);
  }

  @Override
  public int removeDirectory(byte[] path) {
    storeText(path);
    return retried(numbers.unlinkat(), AT_FDCWD, scratch(), AT_REMOVEDIR, 0, 0);
  }

  @Override
  public int makeDirectory(byte[] path, int mode) {
    storeText(path);
    return retried(numbers.mkdirat(), AT_FDCWD, scratch(), mode, 0, 0);
  }

  @Override
  public int changeMode(int fd, int mode) {
    return retried(numbers.fchmod(), fd, mode, 0, 0, 0);
  }

  @Override
  public int sync(int fd) {
    return retried(numbers.fsync(), fd, 0, 0, 0, 0);
  }

  @Override
  public int lock(int fd, int operation) {
    return retried(numbers.flock(), fd, operation, 0, 0, 0);
  }

  @Override
  public int signalDescriptor(int... signals) {
    long mask = 0;
    for (int signal : signals) {
      mask |= 1L << (signal - 1);
    }
    byte[] set = new byte[SIGNAL_SET_BYTES];
    Bytes.putLong(set, 0, mask);
    store(0, set, 0, set.length);
    int blocked = retried(numbers.rt_sigprocmask(), SIG_BLOCK, scratch(), 0, SIGNAL_SET_BYTES, 0);
    return blocked < 0
        ? blocked
        : retried(
            numbers.signalfd4(), -1, scratch(), SIGNAL_SET_BYTES, SFD_CLOEXEC | SFD_NONBLOCK, 0);
  }

  @Override
  public int openByHandle(int mount, byte[] handle, int flags) {
    store(0, handle, 0, handle.length);
    return retried(numbers.open_by_handle_at(), mount, scratch(), flags, 0, 0);
  }

  @Override
  public int bpf(int command, byte[] attributes) {
    store(0, attributes, 0, attributes.length);
    return retried(numbers.bpf(), command, scratch(), attributes.length, 0, 0);
  }

  @Override
  public int loadProgram(byte[] attributes, byte[] instructions, byte[] licence, byte[] log) {
    int licenceAt = PROGRAM_AT + instructions.length;
    if (licenceAt + licence.length > LOG_AT || log.length > SECOND - LOG_AT) {
      return -Errno.E2BIG.code();
    }
    Bytes.putInt(attributes, 4, instructions.length / INSTRUCTION_BYTES);
    Bytes.putLong(attributes, 8, scratch() + PROGRAM_AT);
    Bytes.putLong(attributes, 16, scratch() + licenceAt);
    int level = Math.max(1, Bytes.getInt(attributes, 24));
    Bytes.putInt(attributes, 24, log.length == 0 ? 0 : level);
    Bytes.putInt(attributes, 28, log.length);
    Bytes.putLong(attributes, 32, log.length == 0 ? 0 : scratch() + LOG_AT);
    store(0, attributes, 0, attributes.length);
    store(PROGRAM_AT, instructions, 0, instructions.length);
    store(licenceAt, licence, 0, licence.length);
    store(LOG_AT, log, 0, log.length);
    int result = retried(numbers.bpf(), BPF_PROG_LOAD, scratch(), attributes.length, 0, 0);
    load(LOG_AT, log, log.length);
    return result;
  }

  @Override
  public int mapElement(int command, int map, byte[] key, byte[] value) {
    byte[] attributes = new byte[MAP_ELEMENT_BYTES];
    Bytes.putInt(attributes, 0, map);
    Bytes.putLong(attributes, 8, scratch() + PROGRAM_AT);
    Bytes.putLong(attributes, 16, value.length == 0 ? 0 : scratch() + LOG_AT);
    store(0, attributes, 0, attributes.length);
    store(PROGRAM_AT, key, 0, key.length);
    store(LOG_AT, value, 0, value.length);
    int result = retried(numbers.bpf(), command, scratch(), attributes.length, 0, 0);
    if (result >= 0) {
      load(LOG_AT, value, value.length);
    }
    return result;
  }

  @Override
  public long mapShared(int fd, int length, int protection, long offset) {
    return call(numbers.mmap(), 0, length, protection, MAP_SHARED, fd, offset);
  }

  @Override
  public int unmapShared(long address, int length) {
    return retried(numbers.munmap(), address, length, 0, 0, 0);
  }

  @Override
  public void readShared(long address, byte[] into) {
    copy(address, into, into.length);
  }

  @Override
  public void writeShared(long address, long value) {
    put(address, value);
  }

  @Override
  public int ioctl(int fd, long request, byte[] argument) {
    store(0, argument, 0, argument.length);
    int result = retried(numbers.ioctl(), fd, request, scratch(), 0, 0);
    load(0, argument, argument.length);
    return result;
  }

  @Override
  public int setNamespace(int fd, int type) {
    return retried(numbers.setns(), fd, type, 0, 0, 0);
  }

  @Override
  public int getPid() {
    return (int) call(numbers.getpid(), 0, 0, 0, 0, 0, 0);
  }

  @Override
  public long getEffectiveUid() {
    return call(numbers.geteuid(), 0, 0, 0, 0, 0, 0) & 0xffffffffL;
  }

  @Override
  public int setEffectiveUid(long uid) {
    return retried(numbers.setresuid(), -1, uid, -1, 0, 0);
  }

  @Override
  public int setUser(long uid) {
    return retried(numbers.setresuid(), uid, uid, uid, 0, 0);
  }

  @Override
  public int setGroup(long gid) {
    return retried(numbers.setresgid(), gid, gid, gid, 0, 0);
  }

  @Override
  public int setGroups(long... gids) {
    byte[] list = new byte[Integer.BYTES * gids.length];
    for (int i = 0; i < gids.length; i++) {
      Bytes.putInt(list, Integer.BYTES * i, (int) gids[i]);
    }
    store(0, list, 0, list.length);
    return retried(numbers.setgroups(), gids.length, scratch(), 0, 0, 0);
  }

  @Override
  public int getCapabilities(byte[] into) {
    storeCapabilityHeader();
    int result = retried(numbers.capget(), scratch(), scratch() + SECOND, 0, 0, 0);
    load(SECOND, into, Math.min(into.length, CAPABILITY_BYTES));
    return result;
  }

  @Override
  public int setCapabilities(byte[] sets) {
    storeCapabilityHeader();
    store(SECOND, sets, 0, CAPABILITY_BYTES);
    return retried(numbers.capset(), scratch(), scratch() + SECOND, 0, 0, 0);
  }

  /** Stores struct __user_cap_header_struct for the calling thread. */
  private void storeCapabilityHeader() {
    byte[] header = new byte[8];
    Bytes.putInt(header, 0, _LINUX_CAPABILITY_VERSION_3);
    store(0, header, 0, header.length);
  }

  private int retried(long number, long a, long b, long c, long d, long e) {
    return (int) again(number, a, b, c, d, e, 0);
  }

  private long again(long number, long a, long b, long c, long d, long e, long f) {
    while (true) {
      long result = call(number, a, b, c, d, e, f);
      if (result != -Errno.EINTR.code()) {
        return result;
      }
    }
  }

  private void storeText(byte[] text) {
    if (text.length >= SECOND) {
      throw new IllegalArgumentException("a path of " + text.length + " bytes");
    }
    store(0, text, 0, text.length);
    store(text.length, NUL, 0, NUL.length);
  }

  private int loaded(int result, int at, byte[] into) {
    if (result > 0) {
      load(at, into, Math.min(result, into.length));
    }
    return result;
  }

  private static int fitting(int length) {
    return Math.min(length, SECOND);
  }
}
