/*
 * churn
 *
 * Keeps some children alive, always ending the oldest and starting a new one, so that whoever walks /proc meets
 * processes that vanish between two reads. Stops when its standard input ends.
 */
#include "common.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { CHILDREN = 24 };

static pid_t one_more(void) {
	pid_t child = fork();
	if (child < 0) give_up(1, "fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;) pause();
	}
	return child;
}

static void end(pid_t child) {
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

int main(void) {
	pid_t children[CHILDREN];
	struct pollfd input = {.fd = 0, .events = POLLIN};
	for (int i = 0; i < CHILDREN; i++) children[i] = one_more();
	puts("ready");
	fflush(stdout);
	for (int i = 0; poll(&input, 1, 0) == 0; i = (i + 1) % CHILDREN) {
		end(children[i]);
		children[i] = one_more();
	}
	for (int i = 0; i < CHILDREN; i++) end(children[i]);
	return 0;
}
