/*
 * churn [CHILDREN [PORT...]]
 *
 * Keeps some children alive (24), always ending the oldest and starting a new one, so that whoever walks /proc meets
 * processes that vanish between two reads. Each child tries to listen on one of the ports for its short life, and
 * opens and closes other sockets meanwhile. Stops when its standard input ends.
 */
#include "common.h"

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { MOST_CHILDREN = 1000 };

/* Holds the port, unless another does, and sockets with ports that the kernel chooses, none longer than a blink. */
static _Noreturn void open_and_close(unsigned port) {
	struct sockaddr_in wanted = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in any = {.sin_family = AF_INET};
	for (;;) {
		int held = socket(AF_INET, SOCK_STREAM, 0), other = socket(AF_INET, SOCK_STREAM, 0);
		if (held >= 0 && bind(held, (struct sockaddr *)&wanted, sizeof wanted) == 0) listen(held, 1);
		if (other >= 0 && bind(other, (struct sockaddr *)&any, sizeof any) == 0) listen(other, 1);
		poll(NULL, 0, 5);
		close(held);
		poll(NULL, 0, 95);
		close(other);
	}
}

static pid_t one_more(unsigned port) {
	pid_t child = fork();
	if (child < 0) give_up(1, "fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (port) open_and_close(port);
		for (;;) pause();
	}
	return child;
}

static void end(pid_t child) {
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

int main(int count, char **arguments) {
	static pid_t children[MOST_CHILDREN];
	int many = count > 1 ? atoi(arguments[1]) : 24, ports = count > 2 ? count - 2 : 0;
	errno = EINVAL;
	if (many < 1 || many > MOST_CHILDREN) give_up(2, "%s children", arguments[1]);
	struct pollfd input = {.fd = 0, .events = POLLIN};
	for (int i = 0; i < many; i++) children[i] = one_more(0);
	puts("ready");
	fflush(stdout);
	for (unsigned turn = 0; poll(&input, 1, ports ? 3 : 0) == 0; turn++) {
		pid_t *child = &children[turn % many];
		end(*child);
		*child = one_more(ports ? (unsigned)atoi(arguments[2 + turn % ports]) : 0);
	}
	for (int i = 0; i < many; i++) end(children[i]);
	return 0;
}
