/*
 * trybind tcp|udp ADDRESS PORT [reuseaddr] [reuseport] [v6only] [device IF] [uid N]
 *
 * The oracle: makes a real bind, as a server would, closes it, and prints "ok" or the errno's name. An IPv6 socket is
 * made dual-stack unless v6only is said. Shares no code with inuse.
 */
#include "common.h"

#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int answer(int result) {
	puts(result < 0 ? errno_name(errno) : "ok");
	return 0;
}

int main(int count, char **arguments) {
	if (count < 4) {
		fprintf(stderr, "usage: trybind tcp|udp ADDRESS PORT [reuseaddr] [reuseport] [v6only] [device IF] [uid N]\n");
		return 2;
	}
	int on = 1, reuseaddr = 0, reuseport = 0, v6only = 0;
	const char *device = NULL;
	for (int i = 4; i < count; i++) {
		if (strcmp(arguments[i], "reuseaddr") == 0) {
			reuseaddr = 1;
		} else if (strcmp(arguments[i], "reuseport") == 0) {
			reuseport = 1;
		} else if (strcmp(arguments[i], "v6only") == 0) {
			v6only = 1;
		} else if (strcmp(arguments[i], "device") == 0 && i + 1 < count) {
			device = arguments[++i];
		} else if (strcmp(arguments[i], "uid") == 0 && i + 1 < count) {
			unsigned uid = strtoul(arguments[++i], NULL, 10);
			if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0) give_up(1, "become uid %u", uid);
		}
	}
	int type = strcmp(arguments[1], "udp") == 0 ? SOCK_DGRAM : SOCK_STREAM;
	unsigned short port = htons(strtoul(arguments[3], NULL, 10));
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = port};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = port};
	int is_six = inet_pton(AF_INET6, arguments[2], &six.sin6_addr) == 1;
	if (!is_six && inet_pton(AF_INET, arguments[2], &four.sin_addr) != 1) give_up(2, "address %s", arguments[2]);

	int fd = socket(is_six ? AF_INET6 : AF_INET, type, 0);
	if (fd < 0) return answer(fd);
	if (is_six && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only) < 0) give_up(1, "IPV6_V6ONLY");
	if (reuseaddr && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) give_up(1, "SO_REUSEADDR");
	if (reuseport && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) < 0) give_up(1, "SO_REUSEPORT");
	if (device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device)) < 0) give_up(1, "SO_BINDTODEVICE");
	return answer(is_six ? bind(fd, (struct sockaddr *)&six, sizeof six) : bind(fd, (struct sockaddr *)&four, sizeof four));
}
