/*
 * lookalike [ANYTHING]...
 *
 * What another user runs to be taken for somebody else: it is copied to a file of any name and started with any
 * arguments, none of which it reads. The environment says what it does:
 *   UID=N             it becomes that user first
 *   LISTEN="IP PORT"  it listens there
 *   NAME=NAME         that is its name, whatever its file's
 *   CHILD=NAME        a child of that name listens, and it stands above as a supervisor does
 *   GIVE=PATH         it sends its listening socket to the unix socket PATH, and keeps its own
 * Then it prints "ready PID", the pid being that of the process that listens, and stays until its standard input ends.
 */
#include "common.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static int listener(const char *place) {
	char ip[64];
	unsigned port;
	struct sockaddr_in address = {.sin_family = AF_INET};
	if (sscanf(place, "%63s %u", ip, &port) != 2 || inet_pton(AF_INET, ip, &address.sin_addr) != 1) give_up(1, "LISTEN");
	address.sin_port = htons((unsigned short)port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 5) < 0) give_up(1, "listen");
	return fd;
}

static void give(int fd, const char *path) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof fd)];
	} control = {.header = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)}};
	struct iovec text = {.iov_base = "x", .iov_len = 1};
	struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
	strncpy(address.sun_path, path, sizeof address.sun_path - 1);
	int to = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (to < 0 || connect(to, (struct sockaddr *)&address, sizeof address) < 0 || sendmsg(to, &message, 0) < 0)
		give_up(1, "give");
}

int main(void) {
	const char *uid = getenv("UID"), *place = getenv("LISTEN"), *child = getenv("CHILD"), *path = getenv("GIVE");
	const char *name = getenv("NAME");
	pid_t holder = getpid();
	if (uid) {
		unsigned id = (unsigned)strtoul(uid, NULL, 10);
		if (setgroups(0, NULL) < 0 || setresgid(id, id, id) < 0 || setresuid(id, id, id) < 0) give_up(1, "become %u", id);
		prctl(PR_SET_DUMPABLE, 1); /* as after an exec */
	}
	if (name) prctl(PR_SET_NAME, name);
	if (child && (holder = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, child);
		holder = getpid();
		child = NULL;
	}
	if (place && !child) {
		int fd = listener(place);
		if (path) give(fd, path);
	}
	if (!child) {
		printf("ready %d\n", holder);
		fflush(stdout);
	}
	wait_for_the_test_to_end();
	return 0;
}
