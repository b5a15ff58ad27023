/*
 * crowd: the crowds of bench/crowded. Says "ready PORT PID", of one that has the port, once everything stands, and keeps it until its standard input ends.
 *
 *   crowd PROCESSES DESCRIPTORS   so many processes with so many descriptors each, which they share, half of them sockets; the
 *                                 last process has the listener, as its highest descriptor
 *   crowd own PROCESSES DESCRIPTORS   the same, with descriptors that each process opened itself
 *   crowd threads COUNT           a process of so many threads with a table of their own; one of them has the listener
 *   crowd busy CONNECTIONS EACH   a listener that processes share, of which each has accepted EACH connections, and as many
 *                                 processes with the clients
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int told[2];

static void die(const char *what)
{
	fprintf(stderr, "crowd: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* One that stands tells so, and lives until the first process ends. */
static void stand(void)
{
	if (write(told[1], "s", 1) != 1)
		die("write");
	for (;;)
		pause();
}

static pid_t child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static void await(int count)
{
	char byte;

	while (count-- > 0)
		if (read(told[0], &byte, 1) != 1)
			die("a part of the crowd ended");
}

static void ready(int port, pid_t holder)
{
	char rest[64];

	printf("ready %d %d\n", port, holder);
	fflush(stdout);
	while (read(0, rest, sizeof(rest)) > 0)
		;
	exit(0);
}

static int listener(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, 4096) < 0
			|| getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		die("listen");
	*port = ntohs(address.sin_port);
	return fd;
}

/* The kinds that a program has: sockets, events, files. */
static void fill(int descriptors)
{
	int pair[2];
	int i;

	for (i = 3; i < descriptors; i++) {
		int ok;

		switch (i % 4) {
		case 0:
			ok = socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
			i++;
			break;
		case 2:
			ok = eventfd(0, 0);
			break;
		default:
			ok = open("/dev/null", O_RDONLY);
		}
		if (ok < 0)
			die("a descriptor");
	}
}

static void processes(int count, int descriptors, int own)
{
	int port;
	int kept = listener(&port);
	int highest = fcntl(kept, F_DUPFD, descriptors - 1);
	pid_t pid = 0;
	int i;

	if (highest < 0)
		die("dup");
	close(kept);
	if (!own)
		fill(descriptors - 1);
	for (i = 0; i < count; i++) {
		pid = child();
		if (pid == 0) {
			if (own)
				fill(descriptors - 1);
			/* In place of the listener, as many descriptors. */
			if (i < count - 1 && dup2(0, highest) < 0)
				die("dup2");
			stand();
		}
	}
	close(highest);
	await(count);
	ready(port, pid);
}

static int to_keep;

static void *thread(void *closes)
{
	if (unshare(CLONE_FILES) < 0)
		die("unshare");
	if (closes != NULL)
		close(to_keep);
	stand();
	return NULL;
}

static void threads(int count)
{
	pthread_attr_t small;
	pthread_t one;
	int port;
	int i;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 * 1024);
	to_keep = listener(&port);
	for (i = 0; i < count; i++)
		if (pthread_create(&one, &small, thread, i == count / 2 ? NULL : &to_keep) != 0)
			die("pthread_create");
	await(count);
	close(to_keep);
	ready(port, getpid());
}

/* Clients of one process come from an address of its own: each has its own ports then. */
static void connect_all(int port, int count, int number)
{
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + number) };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1;

	while (count-- > 0) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (fd < 0 || setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)) < 0
				|| bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
			die("connect");
	}
}

static void busy(int connections, int each)
{
	int parts = (connections + each - 1) / each;
	int port;
	int kept = listener(&port);
	pid_t first = 0;
	int i;

	for (i = 0; i < parts; i++) {
		int its = i < parts - 1 ? each : connections - each * (parts - 1);
		pid_t pid = child();

		if (pid == 0) {
			while (its-- > 0)
				if (accept(kept, NULL, NULL) < 0)
					die("accept");
			stand();
		}
		/* Of so many not all are named one by one, but the first is. */
		if (i == 0)
			first = pid;
		if (child() == 0) {
			close(kept);
			connect_all(port, its, i);
			stand();
		}
	}
	close(kept);
	await(2 * parts);
	ready(port, first);
}

int main(int argc, char **argv)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (pipe(told) < 0)
		die("pipe");
	if (argc == 3 && strcmp(argv[1], "threads") == 0)
		threads(atoi(argv[2]));
	else if (argc == 4 && strcmp(argv[1], "busy") == 0)
		busy(atoi(argv[2]), atoi(argv[3]));
	else if (argc == 4 && strcmp(argv[1], "own") == 0)
		processes(atoi(argv[2]), atoi(argv[3]), 1);
	else if (argc == 3)
		processes(atoi(argv[1]), atoi(argv[2]), 0);
	fprintf(stderr, "crowd: see its source\n");
	return 2;
}
