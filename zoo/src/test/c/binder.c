/*
 * Binds again and again, and counts what came of it: binder THREADS TIMES PORT. Each bind is of a socket of its own, each
 * thread has a port of its own from PORT on, and a timer interrupts whoever waits. A bind that is reported must have
 * happened: the socket's name is looked at.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int times;
static int first;
static int bound, refused, lied;

static void nothing(int signal)
{
	(void) signal;
}

static void *bind_often(void *number)
{
	for (int i = 0; i < times; i++) {
		struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(first + (int) (long) number)};
		struct sockaddr_in name;
		socklen_t length = sizeof name;
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		if (bind(fd, (struct sockaddr *) &address, sizeof address) < 0)
			__atomic_add_fetch(&refused, 1, __ATOMIC_RELAXED);
		else if (getsockname(fd, (struct sockaddr *) &name, &length) < 0 || name.sin_port != address.sin_port)
			__atomic_add_fetch(&lied, 1, __ATOMIC_RELAXED);
		else
			__atomic_add_fetch(&bound, 1, __ATOMIC_RELAXED);
		close(fd);
	}
	return NULL;
}

int main(int count, char **words)
{
	int threads = count > 3 ? atoi(words[1]) : 1;
	pthread_t ids[threads];
	pthread_attr_t small;
	struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
	struct itimerval often = {{0, 1000}, {0, 1000}};
	struct timespec begin, end;

	times = count > 3 ? atoi(words[2]) : 1;
	first = count > 3 ? atoi(words[3]) : 8080;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 * 1024);
	if (threads > 1) {
		sigaction(SIGALRM, &action, NULL);
		setitimer(ITIMER_REAL, &often, NULL);
	}
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (long i = 0; i < threads; i++)
		if (pthread_create(&ids[i], &small, bind_often, (void *) i) != 0)
			return 1;
	for (int i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("bound %d\nrefused %d\nlied %d\n", bound, refused, lied);
	printf("nanoseconds %lld\n", ((end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec) / times / threads);
	return 0;
}
