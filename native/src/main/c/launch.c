/*
 * Becoming another program, starting one in a child, or a copy of this one that looks: what has to happen between fork(2)
 * and execve(2), where no Java may run. The signals and the limit of descriptors are put back as this program was given
 * them: TeaVM's runtime and inuse itself change some.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif
#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1UL
#endif

static sigset_t given_mask;
static struct sigaction given_timer;
static rlim_t given_descriptors;

/* Before TeaVM's main, which blocks and catches SIGRTMIN and no other signal. */
__attribute__((constructor)) static void remember_what_was_given(void)
{
	struct rlimit descriptors;

	if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0)
		given_descriptors = descriptors.rlim_cur;
	sigprocmask(SIG_SETMASK, NULL, &given_mask);
	sigaction(SIGRTMIN, NULL, &given_timer);
}

/* For the program alone: who holds many ports has more descriptors than it was given. */
static void restore_descriptors(void)
{
	struct rlimit descriptors;

	if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
		descriptors.rlim_cur = given_descriptors;
		setrlimit(RLIMIT_NOFILE, &descriptors);
	}
}

static void restore_signals(void)
{
	sigaction(SIGRTMIN, &given_timer, NULL);
	sigprocmask(SIG_SETMASK, &given_mask, NULL);
}

/*
 * Makes sockets the descriptors 3, 4, ...: by way of others above those, for they may stand in each other's place. They
 * stay open across execve(2). Zero, or a negated errno: the program is told how many there are, so all of them or none.
 */
static int place_sockets(int *sockets, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		sockets[i] = fcntl(sockets[i], F_DUPFD_CLOEXEC, 3 + count);
		if (sockets[i] < 0) /* EINVAL: the limit is below the first number that would do */
			return errno == EINVAL ? -EMFILE : -errno;
	}
	for (i = 0; i < count; i++)
		if (dup2(sockets[i], 3 + i) < 0)
			return -errno;
	return 0;
}

/*
 * execve(2) with the signals as they were given, and with sockets as descriptors from 3 on, count of them. Returns only
 * to say why it failed: a negated errno.
 */
int inuse_become(char *path, char **arguments, char **environment, int *sockets, int count)
{
	sigset_t mask;
	int error = place_sockets(sockets, count);

	if (error < 0)
		return error;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	restore_signals();
	execve(path, arguments, environment);
	error = errno;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return -error;
}

/* What the child tells: how the filter went, with its descriptor; then, if that fails, how execve(2) went. */
static void tell(int to, int value, int descriptor)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec data = { &value, sizeof value };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

	if (descriptor >= 0) {
		memset(&control, 0, sizeof control);
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof control.bytes;
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
	}
	sendmsg(to, &message, MSG_NOSIGNAL);
}

static int hear(int from, int *value, int *descriptor)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec data = { value, sizeof *value };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
	struct cmsghdr *header;
	ssize_t count;

	do {
		count = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
	} while (count < 0 && errno == EINTR);
	header = CMSG_FIRSTHDR(&message);
	if (count > 0 && header != NULL && header->cmsg_type == SCM_RIGHTS)
		memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
	return count > 0;
}

/* The filter's descriptor, or a negated errno. Whoever is privileged enough keeps set-uid programs working below. */
static int filter(struct sock_fprog *program)
{
	unsigned long wanted = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	int descriptor = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, wanted, program);

	if (descriptor < 0 && errno == EACCES) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
			return -errno;
		descriptor = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, wanted, program);
	}
	if (descriptor < 0 && errno == EINVAL) /* before Linux 5.19 */
		descriptor = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, wanted & ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, program);
	return descriptor < 0 ? -errno : descriptor;
}

/* LISTEN_PID is the program's own pid, which nobody knows before it is there (sd_listen_fds(3)). */
static void set_listen_pid(char **environment)
{
	static char text[32];
	char **variable;

	snprintf(text, sizeof text, "LISTEN_PID=%d", (int) getpid());
	for (variable = environment; *variable != NULL; variable++)
		if (strncmp(*variable, "LISTEN_PID=", strlen("LISTEN_PID=")) == 0)
			*variable = text;
}

/*
 * Starts a program in a child.
 *
 * sockets: descriptors that become 3, 4, ... of the program, count of them; with any, or with own_listen_pid, LISTEN_PID
 * becomes the child's
 * instructions: the filter under which it runs, none with zero bytes
 * listener: receives the filter's descriptor, or the negated errno of why there is none
 *
 * Returns the pid, or a negated errno.
 */
int inuse_launch(char *path, char **arguments, char **environment, int *sockets, int count, int own_listen_pid,
	struct sock_filter *instructions, int bytes, int *listener)
{
	struct sock_fprog program = { bytes / sizeof *instructions, instructions };
	int pair[2];
	int value = 0;
	int failure = 0;
	pid_t self = getpid();
	pid_t pid;

	*listener = -ENOSYS;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	pid = fork();
	if (pid < 0) {
		failure = -errno;
		close(pair[0]);
		close(pair[1]);
		return failure;
	}
	if (pid == 0) {
		int to = fcntl(pair[1], F_DUPFD_CLOEXEC, 3 + count);
		int placed = to < 0 ? -EMFILE : place_sockets(sockets, count);
		int descriptor = -ENOSYS;

		prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
		if (getppid() != self)
			_exit(125);
		if (placed < 0) {
			to = to < 0 ? pair[1] : to;
			tell(to, -ENOSYS, -1);
			tell(to, placed, -1);
			_exit(125);
		}
		restore_signals();
		restore_descriptors();
		if (count > 0 || own_listen_pid)
			set_listen_pid(environment);
		if (program.len > 0)
			descriptor = filter(&program);
		tell(to, descriptor < 0 ? descriptor : 0, descriptor);
		execve(path, arguments, environment);
		tell(to, -errno, -1);
		_exit(127);
	}
	close(pair[1]);
	hear(pair[0], &value, listener);
	if (*listener < 0)
		*listener = value;
	else
		ioctl(*listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
	if (hear(pair[0], &value, &failure))
		failure = value;
	close(pair[0]);
	return failure < 0 ? failure : pid;
}

/*
 * A copy of this process that ends when this one does, and that can print nothing, not even that it has no memory left.
 *
 * Returns the pid, zero in the copy, or a negated errno.
 */
int inuse_fork(void)
{
	pid_t self = getpid();
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		if (getppid() != self)
			_exit(0);
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
	}
	return pid;
}
