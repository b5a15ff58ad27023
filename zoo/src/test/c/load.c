/*
 * One short connection after the other, from several threads, until it is told how many there must be and has made
 * them; then what came of them: load ADDRESS PORT THREADS. Answered is a connection that sent something and was closed in order; reset, one that was
 * not, or that ended without a word.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in address = {.sin_family = AF_INET};
static int ending;
static int answered, refused, reset, other;

static void count(int *what)
{
	__atomic_add_fetch(what, 1, __ATOMIC_RELAXED);
}

static void one_connection(void)
{
	static const char request[] = "GET / HTTP/1.0\r\n\r\n";
	char answer[4096];
	ssize_t length;
	int some = 0;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *) &address, sizeof address) < 0) {
		count(errno == ECONNREFUSED ? &refused : errno == ECONNRESET ? &reset : &other);
	} else {
		send(fd, request, strlen(request), MSG_NOSIGNAL);
		while ((length = recv(fd, answer, sizeof answer, 0)) > 0)
			some = 1;
		count(length == 0 && some ? &answered : length == 0 || errno == ECONNRESET ? &reset : &other);
	}
	close(fd);
}

static int all(void)
{
	return __atomic_load_n(&answered, __ATOMIC_RELAXED) + __atomic_load_n(&refused, __ATOMIC_RELAXED)
		+ __atomic_load_n(&reset, __ATOMIC_RELAXED) + __atomic_load_n(&other, __ATOMIC_RELAXED);
}

static void *connect_often(void *nothing)
{
	while (!__atomic_load_n(&ending, __ATOMIC_RELAXED))
		one_connection();
	return nothing;
}

int main(int words, char **word)
{
	int threads = words > 3 ? atoi(word[3]) : 0;
	pthread_t ids[threads + 1];
	char least[256] = "";

	if (words != 4 || inet_pton(AF_INET, word[1], &address.sin_addr) != 1)
		return 2;
	address.sin_port = htons(atoi(word[2]));
	for (int i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, connect_often, NULL) != 0)
			return 1;
	puts("ready");
	fflush(stdout);
	if (read(0, least, sizeof least - 1) < 0)
		return 1;
	while (all() < atoi(least))
		usleep(1000);
	__atomic_store_n(&ending, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	printf("answered %d refused %d reset %d other %d\n", answered, refused, reset, other);
	return 0;
}
