package inuse.kernel.abi;

/**
 * System call numbers, named as the headers name them.
 *
 * <p>Source: asm/unistd_64.h (x86_64), asm-generic/unistd.h (aarch64).
 */
public record Numbers(
    int read,
    int write,
    int close,
    int ioctl,
    int socket,
    int bind,
    int getsockname,
    int sendto,
    int recvfrom,
    int setsockopt,
    int getsockopt,
    int getpid,
    int geteuid,
    int getdents64,
    int clock_gettime,
    int openat,
    int readlinkat,
    int ppoll,
    int open_by_handle_at,
    int statx,
    int pidfd_open,
    int pidfd_getfd,
    int setresuid,
    int setns,
    int recvmsg,
    int kcmp,
    int connect,
    int faccessat2,
    int waitid,
    int pipe2,
    int pidfd_send_signal,
    int renameat2,
    int unlinkat,
    int rt_sigprocmask,
    int signalfd4,
    int prctl,
    int process_vm_readv,
    int fcntl,
    int setfsuid,
    int listen,
    int getxattr,
    int sendmsg,
    int accept4,
    int shutdown,
    int flock,
    int fsync,
    int fchmod,
    int mkdirat,
    int socketpair,
    int setgroups,
    int setresgid,
    int capget,
    int capset,
    int landlock_restrict_self,
    int pread64,
    int bpf,
    int mmap,
    int munmap,
    int prlimit64,
    int sched_getaffinity) {

  private static final Numbers X86_64 =
      new Numbers(
          0, 1, 3, 16, 41, 49, 51, 44, 45, 54, 55, 39, 107, 217, 228, 257, 267, 271, 304, 332, 434,
          438, 117, 308, 47, 312, 42, 439, 247, 293, 424, 316, 263, 14, 289, 157, 310, 72, 122, 50,
          191, 46, 288, 48, 73, 74, 91, 258, 53, 116, 119, 125, 126, 446, 17, 321, 9, 11, 302, 204);

  private static final Numbers AARCH64 =
      new Numbers(
          63, 64, 57, 29, 198, 200, 204, 206, 207, 208, 209, 172, 175, 61, 113, 56, 78, 73, 265,
          291, 434, 438, 147, 268, 212, 272, 203, 439, 95, 59, 424, 276, 35, 135, 74, 167, 270, 25,
          151, 201, 8, 211, 242, 210, 32, 82, 52, 34, 199, 159, 149, 90, 91, 446, 67, 280, 222, 215,
          261, 123);

  public static Numbers of(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> X86_64;
      case AARCH64 -> AARCH64;
    };
  }
}
