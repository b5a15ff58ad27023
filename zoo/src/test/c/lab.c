/*
 * lab [SYSCTL=VALUE]...
 *
 * Makes a network namespace (and, for an ordinary user, a user namespace around it), brings its loopback up, sets the
 * sysctls (net/ipv6/conf/all/disable_ipv6=1), prints "ready" and stays until its standard input ends. The namespace
 * lives as long as the processes in it.
 */
#include "common.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static void write_file(const char *path, const char *text) {
	int file = open(path, O_WRONLY);
	if (file < 0 || write(file, text, strlen(text)) < 0) give_up(CANNOT, "write %s to %s", text, path);
	close(file);
}

static void make_namespace(void) {
	char line[64];
	unsigned uid = geteuid(), gid = getegid();
	if (uid == 0) {
		if (unshare(CLONE_NEWNET) < 0) give_up(CANNOT, "unshare(CLONE_NEWNET)");
		return;
	}
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) give_up(CANNOT, "unshare(CLONE_NEWUSER | CLONE_NEWNET) as uid %u", uid);
	write_file("/proc/self/setgroups", "deny");
	snprintf(line, sizeof line, "%u %u 1", uid, uid);
	write_file("/proc/self/uid_map", line);
	snprintf(line, sizeof line, "%u %u 1", gid, gid);
	write_file("/proc/self/gid_map", line);
}

static void bring_loopback_up(void) {
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0) give_up(1, "SIOCGIFFLAGS lo");
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0) give_up(1, "SIOCSIFFLAGS lo");
	close(fd);
}

int main(int count, char **arguments) {
	make_namespace();
	bring_loopback_up();
	for (int i = 1; i < count; i++) {
		char path[256];
		char *value = strchr(arguments[i], '=');
		if (!value) give_up(2, "SYSCTL=VALUE expected, not %s", arguments[i]);
		*value++ = 0;
		snprintf(path, sizeof path, "/proc/sys/%s", arguments[i]);
		write_file(path, value);
	}
	puts("ready");
	fflush(stdout);
	wait_for_the_test_to_end();
	return 0;
}
