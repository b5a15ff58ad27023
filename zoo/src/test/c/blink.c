/*
 * blink
 *
 * Binds 0.0.0.0:8080 and lets it go again, all the time, so that whoever asks twice is told two things. Stops when its
 * standard input ends.
 */
#include "common.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

int main(void) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8080)};
	struct pollfd input = {.fd = 0, .events = POLLIN};
	puts("ready");
	fflush(stdout);
	while (poll(&input, 1, 0) == 0) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0) give_up(1, "socket");
		if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0) listen(fd, 1); /* else a probe was faster */
		poll(NULL, 0, 1);
		close(fd);
	}
	return 0;
}
