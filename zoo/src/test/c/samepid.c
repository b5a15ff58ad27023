/*
 * samepid WHEN WHAT COMMAND [ARGUMENT]...
 *
 * The first process of a PID namespace of its own. Starts a holder of 127.0.0.1:8080, then COMMAND on a pseudo terminal;
 * at that moment the holder is killed and another process gets the very same pid:
 *
 *   asks     when COMMAND asks; then "y" is answered
 *   signals  when COMMAND has entered pidfd_send_signal and its tracer holds it there
 *
 * WHAT the other one does: "sleeps", or "listens" on the same port. What COMMAND says is printed, then "exit N", and
 * "alive" or "dead SIGNAL" of the other process.
 */
#include "common.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum { DEADLINE_SECONDS = 50, HIGHEST = 1000, TRIES = 100 };

static char said[1 << 16];
static size_t length;

static _Noreturn void show(const char *problem) {
	printf("%s\n%s", said, problem);
	fflush(stdout);
	exit(1);
}

static _Noreturn void stay(int listens, int ready) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8080)};
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	if (listens) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 16) < 0) give_up(1, "listen");
	}
	if (write(ready, "r", 1) != 1) give_up(1, "write");
	for (;;) pause();
}

static pid_t start(int listens) {
	int ends[2];
	char byte;
	if (pipe(ends) < 0) give_up(1, "pipe");
	pid_t child = fork();
	if (child < 0) give_up(1, "fork");
	if (child == 0) stay(listens, ends[1]);
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1) give_up(1, "no child");
	close(ends[0]);
	return child;
}

static void end(pid_t pid) {
	kill(pid, SIGKILL);
	if (waitpid(pid, NULL, 0) != pid) give_up(1, "waitpid");
}

/* Nobody else forks in this namespace now, but the kernel may. */
static pid_t start_as(pid_t wanted, int listens) {
	for (int i = 0; i < TRIES; i++) {
		FILE *last = fopen("/proc/sys/kernel/ns_last_pid", "w");
		if (!last) give_up(CANNOT, "ns_last_pid");
		fprintf(last, "%d", wanted - 1);
		if (fclose(last) != 0) give_up(CANNOT, "write ns_last_pid");
		pid_t got = start(listens);
		if (got == wanted) return got;
		end(got);
	}
	show("the pid did not come again");
}

/* What comes within these milliseconds; 0 at the end. */
static int hear(int terminal, int milliseconds) {
	struct pollfd input = {.fd = terminal, .events = POLLIN};
	if (poll(&input, 1, milliseconds) == 0) return 1;
	ssize_t count = read(terminal, said + length, sizeof said - 1 - length);
	if (count <= 0) return 0;
	length += count;
	return 1;
}

static int has_asked(void) { return strstr(said, "[y/N]") != NULL; }

/* Is any process here kept at the beginning of pidfd_send_signal? */
static int signals(void) {
	char path[64], text[64];
	for (int pid = 2; pid < HIGHEST; pid++) {
		unsigned number = 0;
		snprintf(path, sizeof path, "/proc/%d/syscall", pid);
		FILE *file = fopen(path, "r");
		if (!file) continue;
		if (fgets(text, sizeof text, file) && sscanf(text, "%u", &number) == 1 && number == SYS_pidfd_send_signal) {
			fclose(file);
			return 1;
		}
		fclose(file);
	}
	return 0;
}

int main(int count, char **arguments) {
	if (count < 4) {
		fprintf(stderr, "usage: samepid asks|signals sleeps|listens COMMAND [ARGUMENT]...\n");
		return 2;
	}
	int asks = strcmp(arguments[1], "asks") == 0, listens = strcmp(arguments[2], "listens") == 0, terminal;
	pid_t holder = start(1), command = forkpty(&terminal, NULL, NULL, NULL);
	if (command < 0) give_up(1, "forkpty");
	if (command == 0) {
		execvp(arguments[3], arguments + 3);
		give_up(127, "exec %s", arguments[3]);
	}
	time_t deadline = time(NULL) + DEADLINE_SECONDS;
	while (!(asks ? has_asked() : signals())) {
		if (!hear(terminal, 1)) show("ended too early\n");
		if (time(NULL) > deadline) show("not in time\n");
	}
	end(holder);
	pid_t other = start_as(holder, listens);
	if (asks && write(terminal, "y\n", 2) != 2) give_up(1, "answer");
	while (hear(terminal, DEADLINE_SECONDS * 1000)) {
	}
	int status, others;
	if (waitpid(command, &status, 0) != command) give_up(1, "waitpid");
	printf("%s\nexit %d\n", said, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	pid_t gone = waitpid(other, &others, WNOHANG);
	if (gone == 0) puts("alive");
	else printf("dead %d\n", WTERMSIG(others));
	fflush(stdout);
	return 0; /* and with the first process of a namespace the others end */
}
