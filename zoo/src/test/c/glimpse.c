/*
 * glimpse PID FD COMMAND [ARGUMENT]...
 *
 * Has a duplicate of that descriptor of that process, as whoever examines a socket has for microseconds, and starts
 * COMMAND. When a process that COMMAND became or started rests (ppoll(2) without descriptors) the duplicate is closed.
 * Prints "let go" then, "exit N" of COMMAND at its end, and stays until its standard input ends.
 */
#include "common.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* Does a process of that group rest? */
static int rests(pid_t group) {
	char path[300], text[200];
	DIR *all = opendir("/proc");
	int found = 0;
	for (struct dirent *entry; all && !found && (entry = readdir(all));) {
		unsigned long number, first, second;
		if (atoi(entry->d_name) == 0 || getpgid(atoi(entry->d_name)) != group) continue;
		snprintf(path, sizeof path, "/proc/%s/syscall", entry->d_name);
		FILE *file = fopen(path, "r");
		if (!file) continue;
		found = fgets(text, sizeof text, file) && sscanf(text, "%lu %lx %lx", &number, &first, &second) == 3 &&
			number == SYS_ppoll && second == 0;
		fclose(file);
	}
	if (all) closedir(all);
	return found;
}

int main(int count, char **arguments) {
	if (count < 4) {
		fprintf(stderr, "usage: glimpse PID FD COMMAND [ARGUMENT]...\n");
		return 2;
	}
	int pidfd = syscall(SYS_pidfd_open, atoi(arguments[1]), 0), status = 0;
	int copy = syscall(SYS_pidfd_getfd, pidfd, atoi(arguments[2]), 0);
	if (copy < 0) give_up(CANNOT, "pidfd_getfd");
	pid_t command = fork();
	if (command == 0) {
		close(copy);
		setpgid(0, 0);
		execvp(arguments[3], arguments + 3);
		_exit(127);
	}
	setpgid(command, command);
	while (waitpid(command, &status, WNOHANG) == 0) {
		if (copy >= 0 && rests(command)) {
			close(copy);
			copy = -1;
			puts("let go");
		}
		struct timespec moment = {.tv_nsec = 1000000};
		nanosleep(&moment, NULL);
	}
	printf("exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	fflush(stdout);
	wait_for_the_test_to_end();
	return 0;
}
