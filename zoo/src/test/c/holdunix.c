/*
 * holdunix STEP...
 *
 * Holds places of unix sockets. Each argument is one step, whose words are separated by blanks; sockets have one-letter
 * names, and PLACE is a path, or an abstract name as @NAME:
 *
 *   socket s stream|dgram|seqpacket   bind s PLACE   listen s BACKLOG   connect s PLACE   accept a s   close s
 *   fill s PLACE   connections to PLACE until its backlog is full
 *   netns          move to a network namespace of its own
 *   uid N          become that user
 *   fork           a child that holds everything open so far (prints "fork PID")
 *   kill           end at once, as after kill -9
 *
 * After the last step it prints "ready" and stays until its standard input ends.
 */
#include "common.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static int fds[256];

static void check(const char *step, long result) {
	if (result < 0) give_up(1, "%s", step);
}

static socklen_t address(const char *place, struct sockaddr_un *un) {
	size_t length = strlen(place);
	memset(un, 0, sizeof *un);
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, place, length < sizeof un->sun_path ? length : sizeof un->sun_path);
	if (*place == '@') un->sun_path[0] = 0;
	return offsetof(struct sockaddr_un, sun_path) + length;
}

static void run(const char *step, char **words) {
	struct sockaddr_un un;
	unsigned char name = words[1] ? (unsigned char)*words[1] : 0;
	if (strcmp(words[0], "socket") == 0) {
		int type = *words[2] == 'd' ? SOCK_DGRAM : strcmp(words[2], "stream") == 0 ? SOCK_STREAM : SOCK_SEQPACKET;
		check(step, fds[name] = socket(AF_UNIX, type, 0));
	} else if (strcmp(words[0], "bind") == 0) {
		socklen_t length = address(words[2], &un);
		check(step, bind(fds[name], (struct sockaddr *)&un, length));
	} else if (strcmp(words[0], "connect") == 0) {
		socklen_t length = address(words[2], &un);
		check(step, connect(fds[name], (struct sockaddr *)&un, length));
	} else if (strcmp(words[0], "fill") == 0) {
		socklen_t length = address(words[2], &un);
		int fd;
		do check(step, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
		while (connect(fd, (struct sockaddr *)&un, length) == 0);
		if (errno != EAGAIN) give_up(1, "%s", step);
	} else if (strcmp(words[0], "listen") == 0) check(step, listen(fds[name], atoi(words[2])));
	else if (strcmp(words[0], "accept") == 0) check(step, fds[name] = accept(fds[(unsigned char)*words[2]], NULL, NULL));
	else if (strcmp(words[0], "close") == 0) check(step, close(fds[name]));
	else if (strcmp(words[0], "netns") == 0) {
		if (unshare(CLONE_NEWNET) < 0) give_up(CANNOT, "unshare(CLONE_NEWNET)");
	} else if (strcmp(words[0], "uid") == 0) {
		unsigned uid = atoi(words[1]);
		if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0) give_up(CANNOT, "%s", step);
		check(step, prctl(PR_SET_DUMPABLE, 1));
	} else if (strcmp(words[0], "fork") == 0) {
		pid_t child = fork();
		check(step, child);
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			wait_for_the_test_to_end();
			_exit(0);
		}
		printf("fork %d\n", child);
		fflush(stdout);
	} else if (strcmp(words[0], "kill") == 0) {
		puts("ready");
		fflush(stdout);
		kill(getpid(), SIGKILL);
	} else {
		errno = EINVAL;
		give_up(2, "%s", step);
	}
}

int main(int count, char **arguments) {
	for (int i = 1; i < count; i++) {
		char *rest = strdup(arguments[i]), *words[4] = {0};
		for (int word = 0; word < 2 && (words[word] = strsep(&rest, " ")); word++) {
		}
		words[2] = rest; /* a path may hold blanks */
		run(arguments[i], words);
	}
	puts("ready");
	fflush(stdout);
	wait_for_the_test_to_end();
	return 0;
}
