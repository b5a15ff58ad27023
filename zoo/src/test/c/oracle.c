/*
 * oracle
 *
 * Makes holders of a port and a newcomer to it, and tells what the kernel says. Reads one command a line:
 *
 *   hold tcp|udp ; HOLDER [; HOLDER]... ; NEWCOMER    makes the holders on a fresh port
 *                                answers "held PORT HOLDER-FACTS..." (see report())
 *   bind                         the newcomer's socket, options and bind; answers "bind ERRNO COOKIE"
 *   then                         what holders do after that; answers "then FACTS..."
 *   listen                       answers "listen ERRNO"
 *   ask ADDRESS TIMES            clients of that address, one after the other; answers "ask COOKIE..." of the sockets of
 *                                holders that took one, or "-" for a client that nobody took
 *   clear                        closes everything; answers "clear"
 *
 * HOLDER is KIND[/STATE] ADDRESS [OPTION]..., NEWCOMER is new ADDRESS [OPTION]... For TCP the kinds are
 *   bound, listen, shut (a listener after shutdown), refused (bound, its connect refused), undone (connected and
 *   disconnected again), self (connected to itself), syn and autosyn (unanswered), backlog (a connection that nobody
 *   accepted), defer (a request not yet answered), deferc (and its listener closed), and with a state: acc (accepted, listener closed), accl (listener kept), out (from a bound port), auto.
 * States: est, fw1, fw2, tw, cw, la, cl (CLOSING), rst (by the peer); an o behind it for an orphan.
 * For UDP: bound, out (bound and connected), auto.
 * Options: 6only, via4 (a dual-stack socket used over IPv4), uid=N, acceptor=N, dev=NAME, dev+=NAME (set late),
 *   ra and rp, ra+ rp+ (set late), ra- rp- (cleared late), then=listen|shut|close|ra+|ra-|rp+|rp-.
 * Late is: once bound, listening or connected, before the state's last steps; for a device, which cuts the connection
 * off from its far end, after them.
 */
#include "common.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/fsuid.h>
#include <sys/socket.h>

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

enum { MOST = 8, PEER_PORT = 61001, FULL_PORT = 61101, CLOSED_PORT = 61102, PATIENCE_MS = 30 };
/* Explicit ports, ports that connect() shall find, and ports of the far ends: no scenario touches another's. */
enum { FIRST_PORT = 1024, FIRST_AUTO = 32768, FIRST_FAR = 50000, LAST_FAR = 60999 };

struct holder {
	char text[256], *kind, *state, *address, *options[16];
	int fd, listener, peer;
	int reuse_address, reuse_port, only_six, far_port;
	char calls[32]; /* one letter for each bind (b) or listen (l) that succeeded, capital if SO_REUSEPORT was set */
	const char *error;
};

static struct holder all[MOST], *newcomer;
static int count, type, port, next_port = FIRST_PORT, next_auto = FIRST_AUTO;
static int peers[2][MOST], full[2];

static const char *option(const struct holder *one, const char *name) {
	size_t length = strlen(name);
	for (int i = 0; one->options[i]; i++)
		if (strncmp(one->options[i], name, length) == 0) return one->options[i] + length;
	return NULL;
}

static int has(const struct holder *one, const char *name) {
	const char *rest = option(one, name);
	for (int i = 0; rest && one->options[i]; i++)
		if (strcmp(one->options[i], name) == 0) return 1;
	return 0;
}

static int is(const struct holder *one, const char *kind) { return strcmp(one->kind, kind) == 0; }

static int six(const struct holder *one) { return strchr(one->address, ':') != NULL; }

static int set(int fd, int level, int name, int value) { return setsockopt(fd, level, name, &value, sizeof value); }

static int get(int fd, int level, int name) {
	int value = 0;
	socklen_t length = sizeof value;
	return getsockopt(fd, level, name, &value, &length) == 0 && value;
}

/*
 * Both ends are in this kernel: what is not there at once does not come. (A listener of the same port may have got the
 * connection.) The holder then counts as not made.
 */
static void be_impatient(int fd) {
	struct timeval patience = {.tv_usec = PATIENCE_MS * 1000};
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0) give_up(1, "SO_SNDTIMEO");
}

union place {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static socklen_t place(union place *result, const char *address, int number) {
	memset(result, 0, sizeof *result);
	if (strchr(address, ':')) {
		result->six.sin6_family = AF_INET6;
		result->six.sin6_port = htons(number);
		if (inet_pton(AF_INET6, address, &result->six.sin6_addr) != 1) give_up(2, "address %s", address);
		return sizeof result->six;
	}
	result->four.sin_family = AF_INET;
	result->four.sin_port = htons(number);
	if (inet_pton(AF_INET, address, &result->four.sin_addr) != 1) give_up(2, "address %s", address);
	return sizeof result->four;
}

static int bind_to(int fd, const char *address, int number) {
	union place where;
	socklen_t length = place(&where, address, number);
	return bind(fd, &where.any, length);
}

static int connect_to(int fd, const char *address, int number) {
	union place where;
	socklen_t length = place(&where, address, number);
	return connect(fd, &where.any, length);
}

static int port_of(int fd) {
	union place where;
	socklen_t length = sizeof where;
	return getsockname(fd, &where.any, &length) < 0 ? 0 : ntohs(where.six.sin6_port);
}

/* Whether this socket, if it is connected, is so over IPv4. */
static int over_four(const struct holder *one) {
	return !six(one) || strstr(one->address, "ffff") || has(one, "via4");
}

/* Where a far end listens, as this socket has to write it. */
static const char *far_address(const struct holder *one) {
	return !six(one) ? "127.0.0.1" : over_four(one) ? "::ffff:127.0.0.1" : "::1";
}

/* Where a client reaches this listener. */
static const char *near_address(const struct holder *one) {
	return !over_four(one) ? "::1" : strstr(one->address, "127.0.0.2") ? "127.0.0.2" : "127.0.0.1";
}

static int to_device(int fd, const char *name) { return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, strlen(name)); }

static void become(const char *uid) { setfsuid(uid ? strtoul(uid, NULL, 10) : 0); }

static int open_socket(const struct holder *one) {
	become(option(one, "uid="));
	int fd = socket(six(one) ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);
	become(NULL);
	if (fd < 0) return fd;
	be_impatient(fd);
	const char *device = option(one, "dev=");
	if ((six(one) && set(fd, IPPROTO_IPV6, IPV6_V6ONLY, has(one, "6only")) < 0) || (device && to_device(fd, device) < 0) ||
	    ((has(one, "ra") || has(one, "ra-")) && set(fd, SOL_SOCKET, SO_REUSEADDR, 1) < 0) ||
	    ((has(one, "rp") || has(one, "rp-")) && set(fd, SOL_SOCKET, SO_REUSEPORT, 1) < 0))
		give_up(1, "options of %s", one->address);
	return fd;
}

static void called(struct holder *one, int fd, char letter) {
	size_t length = strlen(one->calls);
	if (length + 1 < sizeof one->calls) one->calls[length] = get(fd, SOL_SOCKET, SO_REUSEPORT) ? letter - 'a' + 'A' : letter;
}

static int do_bind(struct holder *one) {
	one->fd = open_socket(one);
	int result = one->fd < 0 ? one->fd : bind_to(one->fd, one->address, port);
	if (result == 0) called(one, one->fd, 'b');
	return result;
}

static int state_of(int fd) {
	struct tcp_info info;
	socklen_t length = sizeof info;
	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0 ? -1 : info.tcpi_state;
}

/* A second listen of a listener only changes its backlog. */
static int do_listen(struct holder *one, int fd) {
	int again = state_of(fd) == TCP_LISTEN, result = listen(fd, 8);
	if (result == 0 && !again) called(one, fd, 'l');
	return result;
}

static int change(int fd, const char *what) {
	return set(fd, SOL_SOCKET, what[1] == 'a' ? SO_REUSEADDR : SO_REUSEPORT, what[2] == '+');
}

/* The options of what may soon have no descriptor any more, or has none yet. */
static void remember(struct holder *one, int fd) {
	one->reuse_address = get(fd, SOL_SOCKET, SO_REUSEADDR);
	one->reuse_port = get(fd, SOL_SOCKET, SO_REUSEPORT);
	one->only_six = get(fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

static void late(struct holder *one) {
	int fds[] = {one->fd, one->listener};
	for (int i = 0; i < 2; i++) {
		for (int j = 0; fds[i] >= 0 && one->options[j]; j++) {
			const char *text = one->options[j];
			if (text[0] == 'r' && (text[2] == '+' || text[2] == '-')) change(fds[i], text);
		}
	}
	if (one->fd >= 0) remember(one, one->fd);
}

static void late_device(const struct holder *one) {
	const char *device = option(one, "dev+=");
	if (device && one->fd >= 0) to_device(one->fd, device);
	if (device && one->listener >= 0) to_device(one->listener, device);
}

static int await_state(int fd, int state) {
	for (int i = 0; i < 1000 + PATIENCE_MS; i++) {
		if (state_of(fd) == state) return 0;
		poll(NULL, 0, i > 1000);
	}
	errno = ETIMEDOUT;
	return -1;
}

static int accept_from(int fd) {
	struct pollfd one = {.fd = fd, .events = POLLIN};
	return poll(&one, 1, PATIENCE_MS) == 1 ? accept4(fd, NULL, NULL, SOCK_CLOEXEC) : -1;
}

/* A client of this listener, with little room for what it is sent. */
static int client(const struct holder *one) {
	const char *address = near_address(one);
	int fd = socket(strchr(address, ':') ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || set(fd, SOL_SOCKET, SO_RCVBUF, 2304) < 0 ||
	    set(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, (int)((unsigned)LAST_FAR << 16 | FIRST_FAR)) < 0)
		give_up(1, "a client's socket");
	be_impatient(fd);
	if (connect_to(fd, address, port) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int accepted(struct holder *one) {
	int deferred = strncmp(one->kind, "defer", 5) == 0;
	if (do_bind(one) < 0) return -1;
	if (deferred && set(one->fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 30) < 0) return -1;
	if (do_listen(one, one->fd) < 0) return -1;
	one->listener = one->fd;
	one->fd = -1;
	if ((one->peer = client(one)) < 0) return -1;
	one->far_port = port_of(one->peer);
	remember(one, one->listener);
	if (deferred || is(one, "backlog")) return 0;
	become(option(one, "acceptor="));
	one->fd = accept_from(one->listener);
	become(NULL);
	return one->fd;
}

static int no_port_yet(struct holder *one) {
	if ((one->fd = open_socket(one)) < 0) return -1;
	return set(one->fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, (int)((unsigned)port << 16 | (unsigned)port));
}

/* Each holder has a far end of its own, by whose port its connection can be told from another's. */
static int connect_far(const struct holder *one) {
	return connect_to(one->fd, far_address(one), PEER_PORT + (int)(one - all));
}

static int accept_far(const struct holder *one) { return accept_from(peers[!over_four(one)][one - all]); }

static int outgoing(struct holder *one) {
	if ((is(one, "out") ? do_bind(one) : no_port_yet(one)) < 0) return -1;
	if (connect_far(one) < 0) return -1;
	one->far_port = PEER_PORT + (int)(one - all);
	return one->peer = accept_far(one);
}

/* Writes until the far end, which reads nothing, has no room left: what is written then, or a FIN, stays here. */
static void fill(int fd) {
	static char bytes[4096];
	set(fd, SOL_SOCKET, SO_SNDBUF, 4608);
	while (send(fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
	}
}

static void drop(int *fd) {
	struct linger at_once = {.l_onoff = 1};
	if (*fd < 0) return;
	setsockopt(*fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(*fd);
	*fd = -1;
}

static void leave(int *fd) {
	close(*fd);
	*fd = -1;
}

static int reach(struct holder *one) {
	const char *state = one->state;
	int orphan = state[strlen(state) - 1] == 'o', result = 0;
	int unread = strncmp(state, "fw1", 3) == 0 || strcmp(state, "lao") == 0 || strncmp(state, "cl", 2) == 0;
	if (unread) fill(one->fd);
	if (strncmp(state, "fw", 2) == 0 || strncmp(state, "cl", 2) == 0) shutdown(one->fd, SHUT_WR);
	if (strncmp(state, "fw2", 3) == 0) result = await_state(one->fd, TCP_FIN_WAIT2);
	if (strcmp(state, "lao") == 0 || strcmp(state, "cw") == 0 || strncmp(state, "cl", 2) == 0) {
		shutdown(one->peer, SHUT_WR);
		result = await_state(one->fd, strncmp(state, "cl", 2) == 0 ? TCP_CLOSING : TCP_CLOSE_WAIT);
	}
	if (strcmp(state, "rst") == 0) {
		drop(&one->peer);
		result = await_state(one->fd, TCP_CLOSE);
	}
	if (strcmp(state, "tw") == 0) {
		leave(&one->fd);
		result = await_state(one->peer, TCP_CLOSE_WAIT);
		leave(&one->peer);
	}
	if (orphan) leave(&one->fd);
	return result;
}

static int make_tcp(struct holder *one) {
	if (is(one, "acc") || is(one, "accl") || is(one, "backlog") || strncmp(one->kind, "defer", 5) == 0) {
		if (accepted(one) < 0) return -1;
		late(one);
		if (is(one, "acc") || is(one, "deferc")) leave(&one->listener);
		return one->fd < 0 ? 0 : reach(one);
	}
	if (is(one, "out") || is(one, "auto")) {
		if (outgoing(one) < 0) return -1;
		late(one);
		return reach(one);
	}
	if ((is(one, "autosyn") ? no_port_yet(one) : do_bind(one)) < 0) return -1;
	if (is(one, "listen") || is(one, "shut")) {
		if (do_listen(one, one->fd) < 0) return -1;
		if (is(one, "shut") && shutdown(one->fd, SHUT_RD) < 0) return -1;
	} else if (is(one, "refused")) {
		if (connect_to(one->fd, far_address(one), CLOSED_PORT) == 0 || errno != ECONNREFUSED) return -1;
	} else if (is(one, "undone")) {
		struct sockaddr nobody = {.sa_family = AF_UNSPEC};
		if (connect_far(one) < 0) return -1;
		if (connect(one->fd, &nobody, sizeof nobody) < 0) return -1;
		one->peer = accept_far(one);
	} else if (is(one, "self")) {
		const char *itself = !six(one) ? near_address(one) : over_four(one) ? far_address(one) : "::1";
		if (connect_to(one->fd, strstr(one->address, "127.0.0.2") ? "127.0.0.2" : itself, port) < 0) return -1;
	} else if (is(one, "syn") || is(one, "autosyn")) {
		fcntl(one->fd, F_SETFL, O_NONBLOCK);
		if (connect_to(one->fd, far_address(one), FULL_PORT) == 0 || errno != EINPROGRESS) return -1;
	} else if (!is(one, "bound")) {
		give_up(2, "kind %s", one->kind);
	}
	late(one);
	return 0;
}

static int make_udp(struct holder *one) {
	if ((is(one, "auto") ? no_port_yet(one) : do_bind(one)) < 0) return -1;
	if (!is(one, "bound") && connect_far(one) < 0) return -1;
	late(one);
	return 0;
}

static void drop_all(struct holder *one) {
	drop(&one->peer);
	drop(&one->fd);
	drop(&one->listener);
}

static int parse(struct holder *one, char *text) {
	memset(one, 0, sizeof *one);
	one->fd = one->listener = one->peer = -1;
	one->error = "ok";
	one->state = "";
	snprintf(one->text, sizeof one->text, "%s", text);
	one->kind = strtok(one->text, " \n");
	one->address = strtok(NULL, " \n");
	if (!one->address) return 0;
	int i = 0;
	while (i < 15 && (one->options[i] = strtok(NULL, " \n"))) i++;
	char *slash = strchr(one->kind, '/');
	if (slash) {
		*slash = 0;
		one->state = slash + 1;
	}
	return 1;
}

/* Of each holder: ERRNO,PORT-OF-THE-FAR-END,SO_REUSEADDR,SO_REUSEPORT,IPV6_V6ONLY,CALLS-SINCE-THE-LAST-REPORT. */
static void report(const char *word) {
	printf("%s %d", word, port);
	for (int i = 0; i < count; i++) {
		const struct holder *one = &all[i];
		printf(" %s,%d,%d,%d,%d,%s", one->error, one->far_port, one->reuse_address, one->reuse_port, one->only_six,
		       one->calls);
		memset(all[i].calls, 0, sizeof all[i].calls);
	}
	puts("");
}

static void hold(char *line) {
	char *parts[MOST + 2], *rest;
	int total = 0, automatic = 0;
	for (char *part = strtok_r(line, ";\n", &rest); part && total < MOST + 2; part = strtok_r(NULL, ";\n", &rest))
		parts[total++] = part;
	if (total < 2) give_up(2, "scenario %s", line);
	type = strstr(parts[0], "udp") ? SOCK_DGRAM : SOCK_STREAM;
	count = total - 2;
	for (int i = 1; i < total; i++)
		if (!parse(&all[i - 1], parts[i])) give_up(2, "part %s", parts[i]);
	newcomer = &all[count];
	for (int i = 0; i < count; i++) automatic |= strncmp(all[i].kind, "auto", 4) == 0;
	port = automatic ? next_auto++ : next_port++;
	if (next_auto == FIRST_FAR) next_auto = FIRST_AUTO;
	if (next_port == FIRST_AUTO) next_port = FIRST_PORT;
	for (int i = 0; i < count; i++) {
		if ((type == SOCK_DGRAM ? make_udp(&all[i]) : make_tcp(&all[i])) < 0) {
			all[i].error = errno_name(errno);
			drop_all(&all[i]);
		}
		late_device(&all[i]);
	}
	report("held");
}

static void then(void) {
	for (int i = 0; i < count; i++) {
		struct holder *one = &all[i];
		const char *what = option(one, "then=");
		int *fd = one->fd >= 0 ? &one->fd : &one->listener, result = 0;
		if (!what || *fd < 0) continue;
		if (strcmp(what, "listen") == 0) result = do_listen(one, *fd);
		else if (strcmp(what, "shut") == 0) result = shutdown(*fd, SHUT_RD);
		else if (strcmp(what, "close") == 0) drop(fd);
		else change(*fd, what);
		one->error = result < 0 ? errno_name(errno) : "ok";
	}
	report("then");
}

static unsigned long long cookie_of(int fd) {
	unsigned long long cookie = 0;
	socklen_t length = sizeof cookie;
	getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length);
	return cookie;
}

static void try_bind(void) {
	const char *answer = do_bind(newcomer) < 0 ? errno_name(errno) : "ok";
	printf("bind %s %llu\n", answer, cookie_of(newcomer->fd));
}

/* Whether that socket has got what was sent, which it gives up. */
static int took(int fd) {
	struct pollfd one = {.fd = fd, .events = POLLIN};
	char byte;
	if (fd < 0 || poll(&one, 1, 0) != 1) return 0;
	if (type == SOCK_DGRAM) return recv(fd, &byte, 1, MSG_DONTWAIT) == 1;
	int accepted = accept_from(fd);
	if (accepted < 0) return 0;
	drop(&accepted);
	return 1;
}

/* Each client has a port of its own, and gets its answer before the next one comes. */
static void ask(char *line) {
	char *address = strtok(line, " \n"), *times = strtok(NULL, " \n");
	if (!address || !times) give_up(2, "ask ADDRESS TIMES");
	printf("ask");
	for (int left = atoi(times); left > 0; left--) {
		int fd = socket(strchr(address, ':') ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0), some = 0;
		be_impatient(fd);
		if (connect_to(fd, address, port) == 0 && type == SOCK_DGRAM) send(fd, "?", 1, 0);
		for (int i = 0; i < count; i++) {
			int heard = all[i].listener >= 0 ? all[i].listener : all[i].fd;
			if (!took(heard)) continue;
			printf(" %llu", cookie_of(heard));
			some = 1;
		}
		if (!some) printf(" -");
		drop(&fd);
	}
	puts("");
}

static void clear(void) {
	for (int i = 0; i <= count; i++) drop_all(&all[i]);
	puts("clear");
}

static int far_socket(int v6) {
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || (v6 && set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) < 0)) give_up(1, "a far end's socket");
	return fd;
}

static void far_ends(void) {
	for (int v6 = 0; v6 < 2; v6++) {
		const char *any = v6 ? "::" : "0.0.0.0";
		for (int i = 0; i < MOST; i++) {
			int fd = peers[v6][i] = far_socket(v6);
			if (set(fd, SOL_SOCKET, SO_RCVBUF, 2304) < 0 || bind_to(fd, any, PEER_PORT + i) < 0 || listen(fd, 8) < 0)
				give_up(1, "a far end");
		}
		full[v6] = far_socket(v6);
		if (bind_to(full[v6], any, FULL_PORT) < 0 || listen(full[v6], 0) < 0 ||
		    connect_to(far_socket(v6), v6 ? "::1" : "127.0.0.1", FULL_PORT) < 0)
			give_up(1, "a listener that does not answer");
	}
}

int main(void) {
	static char line[4096];
	far_ends();
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		if (strncmp(line, "hold ", 5) == 0) hold(line + 5);
		else if (strcmp(line, "bind\n") == 0) try_bind();
		else if (strcmp(line, "then\n") == 0) then();
		else if (strcmp(line, "listen\n") == 0) printf("listen %s\n", do_listen(newcomer, newcomer->fd) < 0 ? errno_name(errno) : "ok");
		else if (strncmp(line, "ask ", 4) == 0) ask(line + 4);
		else if (strcmp(line, "clear\n") == 0) clear();
		else give_up(2, "command %s", line);
		fflush(stdout);
	}
	return 0;
}
