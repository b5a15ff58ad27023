package inuse.kernel;

import inuse.kernel.abi.Architecture;
import java.util.List;
import java.util.Optional;

/**
 * The only access to the operating system. Each method is the system call of that name, shaped like
 * it: the result is what the kernel returns, and a negative result is a negated {@link Errno}.
 *
 * <p>Arrays are copied in and out; none is kept. A path is bytes without a terminating NUL. The
 * implementation restarts an interrupted call ({@code EINTR}), except {@link #awaitInput} and
 * {@link #awaitOutput}, whose timeout would start again.
 */
public interface SystemCalls {
  /** The machine whose calls these are. */
  Architecture architecture();

  /** openat(2) without a mode: never creates. */
  int open(int directory, byte[] path, int flags);

  /**
   * openat(2) with O_CREAT: makes the file where there is none.
   *
   * @param mode its permissions, less what umask(2) takes away
   */
  int create(byte[] path, int flags, int mode);

  /** close(2). */
  int close(int fd);

  /** read(2) of at most {@code into.length} bytes. */
  int read(int fd, byte[] into);

  /** pread64(2) of at most {@code into.length} bytes from that offset on. */
  int readAt(int fd, byte[] into, long offset);

  /**
   * The same as {@link #readAt} by mmap(2), a copy, and munmap(2): where that is done, the whole
   * length was there. A file that ends before that must not be read so: the copy would raise
   * SIGBUS.
   *
   * @return {@code length}
   */
  int readMapped(int fd, byte[] into, int length, long offset);

  /** write(2) of {@code length} bytes from {@code offset} on. */
  int write(int fd, byte[] from, int offset, int length);

  /** getdents64(2): records of struct linux_dirent64. */
  int getDirectoryEntries(int fd, byte[] into);

  /** readlinkat(2): the length of the target, cut at {@code into.length}. */
  int readLink(int directory, byte[] path, byte[] into);

  /** faccessat2(2). */
  int access(int directory, byte[] path, int mode, int flags);

  /** socket(2). */
  int socket(int domain, int type, int protocol);

  /** bind(2) to a struct sockaddr in its kernel layout. */
  int bind(int fd, byte[] socketAddress);

  /** connect(2) to a struct sockaddr in its kernel layout. */
  int connect(int fd, byte[] socketAddress);

  /** listen(2). */
  int listen(int fd, int backlog);

  /** accept4(2), without the peer's address. */
  int accept(int fd, int flags);

  /** setsockopt(2). */
  int setSocketOption(int fd, int level, int option, byte[] value);

  /**
   * getsockopt(2): the length that the kernel wrote. It reads {@code into} where an option has a
   * key.
   */
  int getSocketOption(int fd, int level, int option, byte[] into);

  /** getsockname(2) into a struct sockaddr: its true length, which may be more than was stored. */
  int getSocketName(int fd, byte[] into);

  /**
   * statx(2) into struct statx (linux/stat.h), whose layout is the same on every machine.
   *
   * @param path empty, with AT_EMPTY_PATH among the flags, for the descriptor itself
   */
  int statx(int directory, byte[] path, int flags, int mask, byte[] into);

  /** sendto(2). */
  int sendTo(int fd, byte[] message, byte[] socketAddress);

  /** send(2) on a connected socket. */
  int send(int fd, byte[] message, int flags);

  /**
   * recvfrom(2) with the given flags. With MSG_TRUNC the result is the true length, which may be
   * more than was stored.
   *
   * @param from receives the sender's struct sockaddr, as much as fits
   */
  int receiveFrom(int fd, byte[] into, int flags, byte[] from);

  /**
   * sendmsg(2) with the given flags.
   *
   * @param control struct cmsghdr one after the other
   */
  int sendMessage(int fd, byte[] message, byte[] control, int flags);

  /**
   * recvmsg(2) with the given flags: the length of the data.
   *
   * @param control receives struct cmsghdr one after the other, and zeroes after the last
   */
  int receiveMessage(int fd, byte[] into, byte[] control, int flags);

  /** ppoll(2) for input on one descriptor: 1 when there is input, 0 on timeout. */
  int awaitInput(int fd, long timeoutNanos);

  /**
   * ppoll(2) for room to write to one descriptor: 1 when there is some, or when its reader has
   * gone, 0 on timeout.
   */
  int awaitOutput(int fd, long timeoutNanos);

  /**
   * ppoll(2) for input on any of several descriptors; without descriptors, a pause.
   *
   * @param events receives, for each descriptor, POLLIN, POLLHUP when its other end has gone, or
   *     zero
   * @return how many descriptors have events, 0 on timeout
   */
  int awaitInputs(int[] fds, int[] events, long timeoutNanos);

  /** clock_gettime(2) in nanoseconds; the clock ids are in linux/time.h. */
  long clockNanos(int clock);

  /** pidfd_open(2). */
  int pidfdOpen(int pid, int flags);

  /** pidfd_getfd(2). */
  int pidfdGetFd(int pidfd, int fd);

  /** kcmp(2): zero where two tasks share what is compared. */
  int compareTasks(int one, int other, int kind);

  /**
   * kcmp(2) with KCMP_FILE: zero where the descriptors of two tasks are of the same open file,
   * positive where they are not, EBADF where one of them is not open.
   */
  int compareFiles(int one, int oneFd, int other, int otherFd);

  /** pidfd_send_signal(2) with nothing but the signal. */
  int pidfdSendSignal(int pidfd, int signal);

  /**
   * waitid(2) for the child of a pidfd.
   *
   * @param into receives struct siginfo; its si_signo is zero when WNOHANG found nothing to tell
   */
  int waitFor(int pidfd, byte[] into, int options);

  /** waitid(2) for any child. */
  int waitForAny(byte[] into, int options);

  /** pipe2(2): the reading end, then the writing one. */
  int pipe(int[] ends, int flags);

  /** socketpair(2) of unix sockets. */
  int socketPair(int[] ends, int type);

  /**
   * posix_spawn(3): starts a program in a process of its own, with no signal blocked. A bare
   * fork(2) is not safe in a JVM.
   *
   * @param descriptors become 0, 1, 2, … of the program; each must be larger than its index
   * @return the pid of the child, which has to be waited for
   */
  int spawn(byte[] path, List<byte[]> arguments, List<byte[]> environment, int... descriptors);

  /**
   * execve(2), with the signals as this process was given them.
   *
   * @param sockets become 3, 4, … of the program
   * @return only if it fails; ENOSYS where this process cannot become another one
   */
  default int become(byte[] path, List<byte[]> arguments, List<byte[]> environment, int[] sockets) {
    return -Errno.ENOSYS.code();
  }

  /**
   * fork(2) and execve(2): starts a program with the signals as this process was given them, which
   * gets SIGTERM when this process ends.
   *
   * @param sockets become 3, 4, … of the program
   * @param ownListenPid whether a LISTEN_PID of the environment is to be the child's
   * @param filter struct sock_filter one after the other, which the program and all that it starts
   *     run under; none for no filter (seccomp(2))
   * @param listener receives at 0 the descriptor of the filter's notifications, or why there is
   *     none
   * @return the pid of the child, which has to be waited for; ENOSYS where this process cannot do
   *     that
   */
  default int launch(
      byte[] path,
      List<byte[]> arguments,
      List<byte[]> environment,
      int[] sockets,
      boolean ownListenPid,
      byte[] filter,
      int[] listener) {
    return -Errno.ENOSYS.code();
  }

  /**
   * fork(2): runs something in a copy of this process, which ends with it, or with this process. It
   * has nothing to print to, and none of its changes to memory are seen here. A JVM, whose other
   * threads would not be in the copy, has none: ENOSYS.
   *
   * @return the pid of the copy, which has to be waited for
   */
  default int fork(Runnable inTheCopy) {
    return -Errno.ENOSYS.code();
  }

  /**
   * sched_getaffinity(2) of the calling thread.
   *
   * @param into receives a bit for each processor that it may run on
   * @return how many bytes the kernel wrote
   */
  default int getAffinity(byte[] into) {
    return -Errno.ENOSYS.code();
  }

  /**
   * prlimit(2) of this process.
   *
   * @param limits struct rlimit64; empty to change nothing
   * @param former receives struct rlimit64 as it was before
   */
  int resourceLimit(int resource, byte[] limits, byte[] former);

  /** prctl(2) with one argument. */
  int control(int option, long argument);

  /** process_vm_readv(2) of as much as fits. */
  int readMemory(int pid, long address, byte[] into);

  /** fcntl(2). */
  int fileControl(int fd, int command, long argument);

  /** setfsuid(2), of the calling thread alone: which user a socket belongs to. */
  void setFileUid(long uid);

  /** getxattr(2): the length of the attribute's value. */
  int getAttribute(byte[] path, byte[] name);

  /** renameat2(2) with RENAME_NOREPLACE, of both names in that directory. */
  int renameNoReplace(int directory, byte[] from, byte[] to);

  /** renameat2(2) without flags: replaces a file of the new name atomically. */
  int rename(byte[] from, byte[] to);

  /** unlinkat(2) of a file. */
  int unlink(int directory, byte[] path);

  /** unlinkat(2) of an empty directory. */
  default int removeDirectory(byte[] path) {
    return -Errno.ENOSYS.code();
  }

  /** mkdirat(2). */
  int makeDirectory(byte[] path, int mode);

  /** fchmod(2): exactly these permissions, regardless of umask(2). */
  int changeMode(int fd, int mode);

  /** fsync(2). */
  int sync(int fd);

  /** flock(2). */
  int lock(int fd, int operation);

  /**
   * Keeps signals from ending this process, and opens a descriptor that becomes readable when one
   * has arrived: rt_sigprocmask(2) and signalfd(2), or the equivalent in a process with several
   * threads. Reading it never blocks, and gives one struct signalfd_siginfo after the other, of
   * which only ssi_signo is sure. SIGPIPE may only be ignored.
   */
  int signalDescriptor(int... signals);

  /**
   * open_by_handle_at(2).
   *
   * @param handle struct file_handle with its opaque bytes
   */
  int openByHandle(int mount, byte[] handle, int flags);

  /**
   * bpf(2) with attributes that hold no address.
   *
   * @param attributes the start of union bpf_attr (linux/bpf.h)
   */
  int bpf(int command, byte[] attributes);

  /**
   * bpf(2) with BPF_PROG_LOAD: a descriptor of the program.
   *
   * @param attributes the start of union bpf_attr; the addresses and lengths of what follows are
   *     written into it
   * @param instructions struct bpf_insn one after the other
   * @param licence as the program declares it, ended by a zero byte
   * @param log receives why the kernel does not take the program, or more where the attributes have
   *     a higher log_level; empty where it is not wanted
   */
  int loadProgram(byte[] attributes, byte[] instructions, byte[] licence, byte[] log);

  /**
   * bpf(2) on one element of a map.
   *
   * @param command BPF_MAP_LOOKUP_ELEM, BPF_MAP_UPDATE_ELEM or BPF_MAP_DELETE_ELEM
   * @param value what is stored, or receives what is there; empty to delete
   */
  default int mapElement(int command, int map, byte[] key, byte[] value) {
    return -Errno.ENOSYS.code();
  }

  /**
   * mmap(2), shared with the kernel, from that offset of the descriptor on.
   *
   * @param protection PROT_READ, and PROT_WRITE for {@link #writeShared}
   * @return the address, or a negated errno
   */
  default long mapShared(int fd, int length, int protection, long offset) {
    return -Errno.ENOSYS.code();
  }

  /** munmap(2) of what {@link #mapShared} returned. */
  default int unmapShared(long address, int length) {
    return -Errno.ENOSYS.code();
  }

  /** Copies from mapped memory, in no particular order of bytes. */
  default void readShared(long address, byte[] into) {
    throw new UnsupportedOperationException("nothing is mapped");
  }

  /** Stores eight bytes in mapped memory, at a multiple of eight: all at once. */
  default void writeShared(long address, long value) {
    throw new UnsupportedOperationException("nothing is mapped");
  }

  /** ioctl(2) whose argument is a buffer that the kernel reads, writes, or both. */
  int ioctl(int fd, long request, byte[] argument);

  /**
   * setns(2), of the calling thread alone.
   *
   * @param type CLONE_NEWNET or CLONE_NEWUSER
   */
  int setNamespace(int fd, int type);

  /**
   * The environment that this process was started with, each variable with a zero byte behind it;
   * empty where it is known from /proc/self/environ alone.
   */
  default Optional<byte[]> environment() {
    return Optional.empty();
  }

  /**
   * Whether the kernel gave this process more rights than whoever started it has, as a file
   * capability does (AT_SECURE of getauxval(3)). A JVM is not started so.
   */
  default boolean isSecure() {
    return false;
  }

  /** getpid(2). */
  int getPid();

  /** geteuid(2); an unsigned 32-bit number. */
  long getEffectiveUid();

  /**
   * setresuid(2) of the effective user alone, and of the calling thread alone: the raw call does
   * not affect other threads. Going from root to another user drops the effective capabilities;
   * returning to root restores them.
   */
  int setEffectiveUid(long uid);

  /** setresuid(2) of all three ids, of the calling thread alone. */
  int setUser(long uid);

  /** setresgid(2) of all three ids, of the calling thread alone. */
  int setGroup(long gid);

  /** setgroups(2), of the calling thread alone. */
  int setGroups(long... gids);

  /**
   * capget(2) of the calling thread.
   *
   * @param into receives two struct __user_cap_data_struct (linux/capability.h)
   */
  int getCapabilities(byte[] into);

  /**
   * capset(2) of the calling thread.
   *
   * @param sets two struct __user_cap_data_struct
   */
  int setCapabilities(byte[] sets);
}
