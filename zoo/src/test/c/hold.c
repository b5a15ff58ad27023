/*
 * hold STEP...
 *
 * Holds ports in every way the kernel knows. Each argument is one step; sockets have one-letter names:
 *
 *   socket s tcp4|tcp6|udp4|udp6    set s reuseaddr|reuseport|v6only      bind s ADDRESS PORT     listen s
 *   connect s ADDRESS PORT          accept a s (a new socket from s)      send s WORD             close s
 *   shutdown s read|write           eof s (read until the peer closes)    port s (prints "port N")
 *   until PORT STATE, gone PORT STATE   wait until a TCP socket with that local port is, or none is any more, in STATE
 *   taken PORT     wait until a connection with that local port is accepted and everything that came was read
 *   uid N          become that user (the socket belongs to who made it)
 *   fork           a child that holds everything open so far (prints "fork PID")
 *   pid            prints "pid N", as its own namespace counts
 *   name WORD      the process name
 *   hostile        a process name and arguments that attack terminals and parsers
 *   say WORD       print a line
 *   # anything     nothing
 *
 * After the last step it prints "ready" and stays until its standard input ends. A step that fails prints
 * "failed: STEP: ERRNO" and ends the program.
 */
#include "common.h"

#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

enum { DEADLINE_SECONDS = 10 };

static int fds[256];
static int families[256];

/* One step, cut into words. */
struct step {
	const char *text;
	char *words[4];
};

static _Noreturn void failed(const struct step *step) { give_up(1, "%s", step->text); }

static void check(const struct step *step, long result) {
	if (result < 0) failed(step);
}

static int named(const struct step *step, int word, const char *name) {
	return step->words[word] && strcmp(step->words[word], name) == 0;
}

static unsigned char letter(const struct step *step, int word) {
	errno = EINVAL;
	if (!step->words[word] || strlen(step->words[word]) != 1) failed(step);
	return (unsigned char)step->words[word][0];
}

static unsigned number(const struct step *step, int word) {
	errno = EINVAL;
	if (!step->words[word]) failed(step);
	return (unsigned)strtoul(step->words[word], NULL, 10);
}

static void do_socket(const struct step *step) {
	unsigned char name = letter(step, 1);
	errno = EINVAL;
	if (!step->words[2] || strlen(step->words[2]) != 4) failed(step);
	families[name] = step->words[2][3] == '6' ? AF_INET6 : AF_INET;
	check(step, fds[name] = socket(families[name], step->words[2][0] == 'u' ? SOCK_DGRAM : SOCK_STREAM, 0));
}

static void do_set(const struct step *step) {
	int on = 1, fd = fds[letter(step, 1)];
	if (named(step, 2, "v6only")) {
		check(step, setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on));
	} else {
		int option = named(step, 2, "reuseaddr") ? SO_REUSEADDR : named(step, 2, "reuseport") ? SO_REUSEPORT : -1;
		check(step, setsockopt(fd, SOL_SOCKET, option, &on, sizeof on));
	}
}

static void do_bind_or_connect(const struct step *step, int (*call)(int, const struct sockaddr *, socklen_t)) {
	unsigned char name = letter(step, 1);
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(number(step, 3))};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = six.sin6_port};
	int is_six = families[name] == AF_INET6;
	errno = EINVAL;
	if (inet_pton(families[name], step->words[2], is_six ? (void *)&six.sin6_addr : (void *)&four.sin_addr) != 1)
		failed(step);
	check(step, is_six ? call(fds[name], (struct sockaddr *)&six, sizeof six)
	                   : call(fds[name], (struct sockaddr *)&four, sizeof four));
}

static void do_accept(const struct step *step) {
	unsigned char name = letter(step, 1), listener = letter(step, 2);
	families[name] = families[listener];
	check(step, fds[name] = accept(fds[listener], NULL, NULL));
}

static void do_eof(const struct step *step) {
	char bytes[512];
	long got;
	while ((got = read(fds[letter(step, 1)], bytes, sizeof bytes)) > 0) {
	}
	check(step, got);
}

static void do_port(const struct step *step) {
	struct sockaddr_in6 address;
	socklen_t length = sizeof address;
	check(step, getsockname(fds[letter(step, 1)], (struct sockaddr *)&address, &length));
	printf("port %u\n", ntohs(address.sin6_port)); /* at the same place in sockaddr_in */
	fflush(stdout);
}

static unsigned state_number(const struct step *step) {
	static const char *states[] = {"ESTABLISHED", "SYN_SENT",  "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
																 "CLOSE",       "CLOSE_WAIT", "LAST_ACK", "LISTEN",    "CLOSING"};
	for (unsigned i = 0; i < sizeof states / sizeof *states; i++)
		if (named(step, 2, states[i])) return i + 1;
	errno = EINVAL;
	failed(step);
}

/* Is there a socket with that local port in that state? Of a connection: accepted, and with nothing unread? */
static int in_table(const struct step *step, const char *path, unsigned port, unsigned state, int taken) {
	char line[512];
	unsigned a_port, a_state, unread;
	unsigned long inode;
	int found = 0;
	FILE *table = fopen(path, "r");
	if (!table && errno == ENOENT) return 0; /* no IPv6 */
	if (!table) failed(step);
	while (fgets(line, sizeof line, table))
		if (sscanf(line, " %*u: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x %*x:%x %*x:%*x %*x %*u %*u %lu", &a_port, &a_state, &unread,
		           &inode) == 4)
			found |= a_port == port && a_state == state && (!taken || (inode != 0 && unread == 0));
	fclose(table);
	return found;
}

static void await_table(const struct step *step, unsigned state, int wanted, int taken) {
	unsigned port = number(step, 1);
	time_t deadline = time(NULL) + DEADLINE_SECONDS;
	while ((in_table(step, "/proc/self/net/tcp", port, state, taken) |
	        in_table(step, "/proc/self/net/tcp6", port, state, taken)) != wanted) {
		errno = ETIMEDOUT;
		if (time(NULL) > deadline) failed(step);
		poll(NULL, 0, 1);
	}
}

static void do_uid(const struct step *step) {
	unsigned uid = number(step, 1);
	check(step, setgroups(0, NULL));
	check(step, setresgid(uid, uid, uid));
	check(step, setresuid(uid, uid, uid));
	check(step, prctl(PR_SET_DUMPABLE, 1)); /* as after an exec: its own user may look at /proc/PID/fd */
}

static void do_fork(const struct step *step) {
	pid_t child = fork();
	check(step, child);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		wait_for_the_test_to_end();
		_exit(0);
	}
	printf("fork %d\n", child);
	fflush(stdout);
}

/* Colour codes, a window title, a newline, quotes, a right-to-left override, a C1 control and bytes that are not UTF-8. */
#define HOSTILE_NAME "\x1b[31m\n\"\xff\\\x07"
#define HOSTILE_ARGUMENT \
	"\x1b]0;owned\x07\x1b[2J\r\n\t\"quoted\" 'single' `back` $(id) {\"json\": 1} \xe2\x80\xaertl \xc2\x9b" \
	"1m \xff\xfe \xc0\xaf \xed\xa0\x80 \x7f"

/* Starts over with a hostile argv[0] and one hostile argument more; the steps that remain follow. */
static void do_hostile(char **remaining) {
	char *arguments[256] = {HOSTILE_ARGUMENT, "name " HOSTILE_NAME, "# " HOSTILE_ARGUMENT};
	for (int i = 3; i < 255 && *remaining; i++) arguments[i] = *remaining++;
	execv("/proc/self/exe", arguments);
}

static void run(const struct step *step, char **remaining) {
	if (named(step, 0, "socket")) do_socket(step);
	else if (named(step, 0, "set")) do_set(step);
	else if (named(step, 0, "bind")) do_bind_or_connect(step, bind);
	else if (named(step, 0, "connect")) do_bind_or_connect(step, connect);
	else if (named(step, 0, "listen")) check(step, listen(fds[letter(step, 1)], 16));
	else if (named(step, 0, "accept")) do_accept(step);
	else if (named(step, 0, "send")) check(step, write(fds[letter(step, 1)], step->words[2], strlen(step->words[2])));
	else if (named(step, 0, "close")) check(step, close(fds[letter(step, 1)]));
	else if (named(step, 0, "shutdown")) check(step, shutdown(fds[letter(step, 1)], named(step, 2, "write") ? SHUT_WR : SHUT_RD));
	else if (named(step, 0, "eof")) do_eof(step);
	else if (named(step, 0, "port")) do_port(step);
	else if (named(step, 0, "until")) await_table(step, state_number(step), 1, 0);
	else if (named(step, 0, "taken")) await_table(step, 1, 1, 1);
	else if (named(step, 0, "gone")) await_table(step, state_number(step), 0, 0);
	else if (named(step, 0, "uid")) do_uid(step);
	else if (named(step, 0, "fork")) do_fork(step);
	else if (named(step, 0, "pid")) { printf("pid %d\n", getpid()); fflush(stdout); }
	else if (named(step, 0, "name")) check(step, prctl(PR_SET_NAME, step->text + strlen("name ")));
	else if (named(step, 0, "hostile")) { do_hostile(remaining); failed(step); }
	else if (named(step, 0, "say")) { puts(step->words[1]); fflush(stdout); }
	else if (!named(step, 0, "#")) { errno = EINVAL; failed(step); }
}

int main(int count, char **arguments) {
	signal(SIGPIPE, SIG_IGN);
	for (int i = 1; i < count; i++) {
		struct step step = {.text = arguments[i]};
		char *copy = strdup(arguments[i]), *rest = copy;
		for (int word = 0; word < 4 && (step.words[word] = strsep(&rest, " ")); word++) {
		}
		run(&step, arguments + i + 1);
		free(copy);
	}
	puts("ready");
	fflush(stdout);
	wait_for_the_test_to_end();
	return 0;
}
