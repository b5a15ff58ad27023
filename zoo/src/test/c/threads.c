/*
 * Binds and listens as a program of many threads does, Go's for one: threads COUNT PORT. Each thread has a socket of its
 * own, for 127.0.0.1 and the ports from PORT on, without SO_REUSEADDR; all bind at the same moment, none is the main thread.
 * Prints "ready" when all listen, and stays; "failed" and exit 1 as soon as one cannot.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int first;
static pthread_barrier_t together;

static void *serve(void *number)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(first + (int) (long) number)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	pthread_barrier_wait(&together);
	if (bind(fd, (struct sockaddr *) &address, sizeof address) < 0 || listen(fd, 128) < 0) {
		perror("failed");
		exit(1);
	}
	return NULL;
}

int main(int count, char **words)
{
	int threads = count > 2 ? atoi(words[1]) : 1;
	pthread_t ids[threads];

	first = count > 2 ? atoi(words[2]) : 8080;
	pthread_barrier_init(&together, NULL, threads);
	for (long i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, serve, (void *) i) != 0)
			return 1;
	for (int i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
