/*
 * enter LAB-PID|self [CIRCUMSTANCE]... -- COMMAND [ARGUMENT]...
 *
 * Becomes COMMAND inside the lab's network namespace, under circumstances:
 *   --uid N                 as that user, without groups and capabilities
 *   --empty-proc            with an empty directory where /proc was
 *   --pid-namespace         in a PID namespace of its own, with its own /proc, as inside a container
 *   --foreign-proc PID      in a PID namespace of its own, with the /proc of the one outside (as unshare(1) without
 *                           --mount-proc has it), and there with a process that has this PID; at the end it is said on
 *                           standard error whether "the other PID is alive" or "the other PID is dead"
 *   --hidepid               with a /proc that shows users only their own processes
 *   --no-family NAME ERRNO  socket(NAME, ...) answers ERRNO (as systemd's RestrictAddressFamilies= does);
 *                           NAME is inet6 or netlink, ERRNO is EAFNOSUPPORT or EPERM
 *   --no-bind               bind() answers EPERM (as a sandbox's seccomp filter may have it)
 *   --no-call NAME ERRNO    that system call answers ERRNO, EPERM, ENOSYS or ENOMEM
 *   --no-pidfd-getfd        pidfd_getfd() answers EPERM (as in a container that may not trace)
 *   --docker-capabilities   with no more capabilities than Docker leaves root in a container
 *   --landlock-bind PORT    no TCP port but this one may be bound (landlock(7))
 *   --closed-stdout         standard output is a pipe that nobody reads any more
 * The command is killed when the test's process dies.
 */
#include "common.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#if defined(__x86_64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "add this machine's AUDIT_ARCH_ constant"
#endif

static void enter_namespace(const char *pid, const char *kind) {
	char path[64], own[64];
	struct stat theirs, ours;
	snprintf(path, sizeof path, "/proc/%s/ns/%s", pid, kind);
	snprintf(own, sizeof own, "/proc/self/ns/%s", kind);
	if (stat(path, &theirs) < 0 || stat(own, &ours) < 0) give_up(1, "stat %s", path);
	if (theirs.st_ino == ours.st_ino) return;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, 0) < 0) give_up(1, "setns %s", path);
	close(fd);
}

static void private_mounts(void) {
	if (unshare(CLONE_NEWNS) < 0) give_up(CANNOT, "unshare(CLONE_NEWNS)");
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) give_up(CANNOT, "make mounts private");
}

static void empty_proc(void) {
	private_mounts();
	if (mount("nothing", "/proc", "tmpfs", MS_RDONLY, "size=4k") < 0) give_up(CANNOT, "mount tmpfs on /proc");
}

/* The command is the first process in there; this one stays outside, and ends as it ends. */
static void pid_namespace(void) {
	if (unshare(CLONE_NEWPID) < 0) give_up(CANNOT, "unshare(CLONE_NEWPID)");
	pid_t child = fork();
	if (child < 0) give_up(1, "fork");
	if (child > 0) {
		int status;
		if (waitpid(child, &status, 0) < 0) give_up(1, "waitpid");
		exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
	private_mounts();
	if (mount("proc", "/proc", "proc", 0, NULL) < 0) give_up(CANNOT, "mount proc");
}

/* Sleeps, as that process of this PID namespace. */
static pid_t start_other(pid_t wanted) {
	for (;;) {
		FILE *last = fopen("/proc/sys/kernel/ns_last_pid", "w");
		if (!last) give_up(CANNOT, "ns_last_pid");
		fprintf(last, "%d", wanted - 1);
		if (fclose(last) != 0) give_up(CANNOT, "write ns_last_pid");
		pid_t got = fork();
		if (got < 0) give_up(1, "fork");
		if (got == 0)
			for (;;) pause();
		if (got == wanted) return got;
		kill(got, SIGKILL);
		waitpid(got, NULL, 0);
	}
}

/* The first process in there watches the other one; with it everything in there ends. */
static void foreign_proc(pid_t pid) {
	int status;
	if (unshare(CLONE_NEWPID) < 0) give_up(CANNOT, "unshare(CLONE_NEWPID)");
	pid_t first = fork();
	if (first < 0) give_up(1, "fork");
	if (first > 0) {
		if (waitpid(first, &status, 0) < 0) give_up(1, "waitpid");
		exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) give_up(1, "PR_SET_PDEATHSIG");
	pid_t other = start_other(pid), command = fork();
	if (command < 0) give_up(1, "fork");
	if (command == 0) return;
	if (waitpid(command, &status, 0) != command) give_up(1, "waitpid");
	fprintf(stderr, "the other %d is %s\n", pid, waitpid(other, NULL, WNOHANG) == 0 ? "alive" : "dead");
	exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void hidepid(void) {
	private_mounts();
	if (mount("proc", "/proc", "proc", 0, "hidepid=2") < 0) give_up(CANNOT, "mount proc with hidepid=2");
}

static void become(unsigned uid) {
	if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
		give_up(CANNOT, "become uid %u", uid);
}

/* The command of root gets no more than the bounding set has (capabilities(7)). */
static void keep_dockers(void) {
	const int kept[] = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID, CAP_SETUID,
		CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_NET_RAW, CAP_SYS_CHROOT, CAP_MKNOD, CAP_AUDIT_WRITE, CAP_SETFCAP};
	for (int one = 0; prctl(PR_CAPBSET_READ, one) >= 0; one++) {
		unsigned i = 0;
		while (i < sizeof kept / sizeof *kept && kept[i] != one) i++;
		if (i == sizeof kept / sizeof *kept && prctl(PR_CAPBSET_DROP, one) < 0)
			give_up(CANNOT, "drop capability %d", one);
	}
}

static void refuse_family(const char *name, const char *answer) {
	unsigned family = strcmp(name, "inet6") == 0 ? AF_INET6 : strcmp(name, "netlink") == 0 ? AF_NETLINK : 0;
	unsigned number = strcmp(answer, "EPERM") == 0 ? EPERM : strcmp(answer, "EAFNOSUPPORT") == 0 ? EAFNOSUPPORT : 0;
	errno = EINVAL;
	if (!family || !number) give_up(2, "--no-family %s %s", name, answer);
	/* The low half of the first argument; the machine is little endian. */
	struct sock_filter program[] = {
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCHITECTURE, 0, 5),
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 3),
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, family, 0, 1),
			BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | number),
			BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) give_up(CANNOT, "PR_SET_NO_NEW_PRIVS");
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) give_up(CANNOT, "PR_SET_SECCOMP");
}

static void refuse_number(unsigned call, unsigned answer) {
	struct sock_filter program[] = {
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCHITECTURE, 0, 3),
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
			BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | answer),
			BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) give_up(CANNOT, "PR_SET_NO_NEW_PRIVS");
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) give_up(CANNOT, "PR_SET_SECCOMP");
}

/* What inuse and the C library below it may call, on every architecture. */
static const struct {
	const char *name;
	unsigned number;
} calls[] = {
#define CALL(name) {#name, __NR_##name}
		CALL(read), CALL(write), CALL(close), CALL(ioctl), CALL(socket), CALL(bind), CALL(getsockname), CALL(sendto),
		CALL(recvfrom), CALL(setsockopt), CALL(getsockopt), CALL(getpid), CALL(geteuid), CALL(getdents64),
		CALL(clock_gettime), CALL(openat), CALL(readlinkat), CALL(ppoll), CALL(open_by_handle_at), CALL(statx),
		CALL(pidfd_open), CALL(pidfd_getfd), CALL(setresuid), CALL(setns), CALL(recvmsg), CALL(kcmp), CALL(connect),
		CALL(faccessat2), CALL(waitid), CALL(pipe2), CALL(pidfd_send_signal), CALL(renameat2), CALL(unlinkat),
		CALL(rt_sigprocmask), CALL(signalfd4), CALL(prctl), CALL(process_vm_readv), CALL(fcntl), CALL(setfsuid),
		CALL(listen), CALL(getxattr), CALL(sendmsg), CALL(accept4), CALL(shutdown), CALL(flock), CALL(fsync),
		CALL(fchmod), CALL(mkdirat), CALL(socketpair), CALL(mmap), CALL(mprotect), CALL(munmap), CALL(brk),
		CALL(rt_sigaction), CALL(mremap), CALL(madvise), CALL(nanosleep), CALL(clone), CALL(wait4), CALL(kill),
		CALL(uname), CALL(getuid), CALL(getgid), CALL(getegid), CALL(getppid), CALL(capget), CALL(capset),
		CALL(sigaltstack), CALL(gettid), CALL(futex), CALL(set_tid_address), CALL(timer_create), CALL(timer_settime),
		CALL(tgkill), CALL(set_robust_list), CALL(prlimit64), CALL(getrandom), CALL(clone3), CALL(rseq),
		CALL(newfstatat), CALL(fstat), CALL(dup), CALL(dup3), CALL(unshare), CALL(sched_yield), CALL(readv),
		CALL(writev), CALL(pread64), CALL(lseek), CALL(umask), CALL(getcwd), CALL(clock_nanosleep),
		CALL(rt_sigtimedwait), CALL(sendmmsg), CALL(recvmmsg), CALL(accept), CALL(getpeername), CALL(bpf),
};

static void refuse_call(const char *name, const char *answer) {
	unsigned number = strcmp(answer, "EPERM") == 0 ? EPERM : strcmp(answer, "ENOSYS") == 0 ? ENOSYS : strcmp(answer, "ENOMEM") == 0 ? ENOMEM : 0;
	size_t i = 0;
	while (i < sizeof calls / sizeof *calls && strcmp(calls[i].name, name) != 0) i++;
	errno = EINVAL;
	if (!number || i == sizeof calls / sizeof *calls) give_up(2, "--no-call %s %s", name, answer);
	/* The one call that is made between here and the command. */
	if (strcmp(name, "prctl") != 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) give_up(1, "PR_SET_PDEATHSIG");
	refuse_number(calls[i].number, number);
}

/* Older headers know nothing of landlock's network rules (linux/landlock.h, ABI 4). */
struct landlock_rules {
	unsigned long long files, network;
};
struct landlock_port {
	unsigned long long allowed, port;
} __attribute__((packed));
enum { LANDLOCK_BIND_TCP = 1, LANDLOCK_PORT_RULE = 2 };

static void allow_only(unsigned port) {
	struct landlock_rules rules = {.network = LANDLOCK_BIND_TCP};
	struct landlock_port rule = {.allowed = LANDLOCK_BIND_TCP, .port = port};
	int set = syscall(__NR_landlock_create_ruleset, &rules, sizeof rules, 0);
	if (set < 0) give_up(CANNOT, "landlock_create_ruleset");
	if (syscall(__NR_landlock_add_rule, set, LANDLOCK_PORT_RULE, &rule, 0) < 0) give_up(1, "landlock_add_rule");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) give_up(CANNOT, "PR_SET_NO_NEW_PRIVS");
	if (syscall(__NR_landlock_restrict_self, set, 0) < 0) give_up(CANNOT, "landlock_restrict_self");
	close(set);
}

static void close_stdout(void) {
	int ends[2];
	if (pipe(ends) < 0 || dup2(ends[1], 1) < 0) give_up(1, "pipe");
	close(ends[0]);
	close(ends[1]);
}

int main(int count, char **arguments) {
	if (count < 4) {
		fprintf(stderr, "usage: enter LAB-PID [CIRCUMSTANCE]... -- COMMAND [ARGUMENT]...\n");
		return 2;
	}
	enter_namespace(arguments[1], "user");
	enter_namespace(arguments[1], "net");
	int i = 2, filtered = 0;
	for (; i < count && strcmp(arguments[i], "--") != 0; i++) {
		if (strcmp(arguments[i], "--uid") == 0 && i + 1 < count) {
			become(strtoul(arguments[++i], NULL, 10));
		} else if (strcmp(arguments[i], "--empty-proc") == 0) {
			empty_proc();
		} else if (strcmp(arguments[i], "--pid-namespace") == 0) {
			pid_namespace();
		} else if (strcmp(arguments[i], "--foreign-proc") == 0 && i + 1 < count) {
			foreign_proc(strtoul(arguments[++i], NULL, 10));
		} else if (strcmp(arguments[i], "--hidepid") == 0) {
			hidepid();
		} else if (strcmp(arguments[i], "--no-family") == 0 && i + 2 < count) {
			refuse_family(arguments[i + 1], arguments[i + 2]);
			i += 2;
		} else if (strcmp(arguments[i], "--no-call") == 0 && i + 2 < count) {
			refuse_call(arguments[i + 1], arguments[i + 2]);
			i += 2;
			filtered = 1;
		} else if (strcmp(arguments[i], "--no-bind") == 0) {
			refuse_number(__NR_bind, EPERM);
		} else if (strcmp(arguments[i], "--no-pidfd-getfd") == 0) {
			refuse_number(__NR_pidfd_getfd, EPERM);
		} else if (strcmp(arguments[i], "--docker-capabilities") == 0) {
			keep_dockers();
		} else if (strcmp(arguments[i], "--landlock-bind") == 0 && i + 1 < count) {
			allow_only(strtoul(arguments[++i], NULL, 10));
		} else if (strcmp(arguments[i], "--closed-stdout") == 0) {
			close_stdout();
		} else {
			errno = EINVAL;
			give_up(2, "circumstance %s", arguments[i]);
		}
	}
	/* "self" is a machine that ends as a whole; and the engine's exec gives its processes away to another parent. */
	if (!filtered && strcmp(arguments[1], "self") != 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) give_up(1, "PR_SET_PDEATHSIG");
	if (filtered) execv(arguments[i + 1], arguments + i + 1);
	execvp(arguments[i + 1], arguments + i + 1);
	give_up(127, "exec %s", arguments[i + 1]);
}
