/*
 * trybindunix PLACE [reuseaddr] [uid N]
 *
 * The oracle for unix sockets: what a bind to PLACE (a path, or @NAME) says, "ok" or the errno's name. A file that it
 * made it removes again, as long as nobody else can have had a look at it: only for tests' own directories. Shares no
 * code with inuse.
 */
#include "common.h"

#include <grp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int count, char **arguments) {
	int on = 1, reuseaddr = 0;
	if (count < 2) return 2;
	for (int i = 2; i < count; i++) {
		if (strcmp(arguments[i], "reuseaddr") == 0) {
			reuseaddr = 1;
		} else if (strcmp(arguments[i], "uid") == 0 && i + 1 < count) {
			unsigned uid = strtoul(arguments[++i], NULL, 10);
			if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0) give_up(1, "become uid %u", uid);
		}
	}
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	size_t length = strlen(arguments[1]);
	if (length > sizeof un.sun_path) return 2;
	memcpy(un.sun_path, arguments[1], length);
	int is_path = un.sun_path[0] != '@';
	if (!is_path) un.sun_path[0] = 0;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0) give_up(1, "socket");
	if (reuseaddr && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) give_up(1, "SO_REUSEADDR");
	int result = bind(fd, (struct sockaddr *)&un, offsetof(struct sockaddr_un, sun_path) + length);
	puts(result < 0 ? errno_name(errno) : "ok");
	if (result == 0 && is_path && unlink(arguments[1]) < 0) give_up(1, "unlink");
	return 0;
}
