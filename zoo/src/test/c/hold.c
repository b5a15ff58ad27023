/*
 * hold STEP...
 *
 * Holds ports in every way the kernel knows. Each argument is one step; sockets have one-letter names:
 *
 *   socket s tcp4|tcp6|udp4|udp6|mptcp4    set s reuseaddr|reuseport|v6only|device IF   bind s ADDRESS PORT     listen s
 *   connect s ADDRESS PORT          accept a s (a new socket from s)      send s WORD             close s
 *   shutdown s read|write           eof s (read until the peer closes)    port s (prints "port N")
 *   until PORT STATE, gone PORT STATE   wait until a TCP socket with that local port is, or none is any more, in STATE
 *   taken PORT     wait until a connection with that local port is accepted and everything that came was read
 *   uid N          become that user (the socket belongs to who made it)
 *   netns PID      go into the network namespace of that process; sockets stay where they were made
 *   fork           a child that holds everything open so far (prints "fork PID")
 *   share          the same, but a child that shares this process's table of descriptors (CLONE_FILES)
 *   copy s FD      s as that descriptor too
 *   hides s HOW    keeps s alive without a descriptor in the process's table:
 *                    thread   in the table of a thread of its own        zombie   the main thread ends after the last step
 *                    accept   closed while a thread waits in accept      recv     closed while a thread waits in recv
 *                    unix     sent through a unix socket, not received   mmap     mapped into memory
 *                    ring     a fixed file of an io_uring                ringwait   an accept pending in an io_uring
 *   session        leads a session of its own                              reap     adopts the orphans below it
 *   maker          the steps that remain are done by a child; this process keeps nothing and waits
 *   orphan         in the maker: a child that holds everything so far (prints "fork PID") whose parent is killed
 *   daemon         in the maker: forks twice and leaves its session (prints "fork PID"); standard streams on /dev/null
 *   astray         the same, but it keeps its standard streams
 *   pair           in the maker: a child that shares what is open and stays (prints "sibling PID")
 *   child          in the maker: prints "fork PID" of itself, and stays
 *   ignore term    SIGTERM does nothing but print "term"
 *   forks          on SIGTERM a child takes over everything (prints "forkedN PID", N from 1) and this process ends
 *   letsgo         on SIGTERM closes its sockets and lives on
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
#include <fcntl.h>
#include <grp.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

enum { DEADLINE_SECONDS = 50 };

static int input; /* where the test's end is noticed: standard input, or what was that */
static int leader_ends;
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
	if (!step->words[2] || strlen(step->words[2]) < 4) failed(step);
	families[name] = step->words[2][strlen(step->words[2]) - 1] == '6' ? AF_INET6 : AF_INET;
	check(step, fds[name] = socket(families[name], step->words[2][0] == 'u' ? SOCK_DGRAM : SOCK_STREAM,
		step->words[2][0] == 'm' ? IPPROTO_MPTCP : 0));
}

static void do_set(const struct step *step) {
	int on = 1, fd = fds[letter(step, 1)];
	if (named(step, 2, "device")) {
		check(step, setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, step->words[3], strlen(step->words[3])));
	} else if (named(step, 2, "v6only")) {
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

static void do_netns(const struct step *step) {
	char path[64];
	snprintf(path, sizeof path, "/proc/%u/ns/net", number(step, 1));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	check(step, fd);
	check(step, setns(fd, CLONE_NEWNET));
	close(fd);
}

static void do_uid(const struct step *step) {
	unsigned uid = number(step, 1);
	check(step, setgroups(0, NULL));
	check(step, setresgid(uid, uid, uid));
	check(step, setresuid(uid, uid, uid));
	check(step, prctl(PR_SET_DUMPABLE, 1)); /* as after an exec: its own user may look at /proc/PID/fd */
}

/* What fork() or clone() has returned: the child stays, its parent tells of it. */
static void tell_child(const struct step *step, pid_t child) {
	check(step, child);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		wait_for_the_test_to_end();
		_exit(0);
	}
	printf("fork %d\n", child);
	fflush(stdout);
}

static void do_fork(const struct step *step) {
	tell_child(step, fork());
}

static void do_share(const struct step *step) {
	tell_child(step, (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0));
}

static void stay(void) {
	char byte;
	while (read(input, &byte, 1) > 0) {
	}
	_exit(0);
}

static void *stay_in_thread(void *nothing) {
	stay();
	return nothing;
}

/* What a thread is to do, and how far it is. */
static struct {
	char how;
	int fd, tid, is_apart;
} task;

static void *thread(void *nothing) {
	(void)nothing;
	int fd = task.fd;
	char byte;
	task.tid = gettid();
	if (task.how == 't' && unshare(CLONE_FILES) < 0) give_up(1, "unshare(CLONE_FILES)");
	__atomic_store_n(&task.is_apart, 1, __ATOMIC_SEQ_CST);
	if (task.how == 'a') accept(fd, NULL, NULL);
	if (task.how == 'r') recv(fd, &byte, 1, 0);
	stay();
	return NULL;
}

/* Waits until a thread of this process sleeps in that function of the kernel. */
static void await_wait(const struct step *step, const char *function) {
	char path[64], text[64] = "";
	time_t deadline = time(NULL) + DEADLINE_SECONDS;
	snprintf(path, sizeof path, "/proc/self/task/%d/wchan", task.tid);
	while (strcmp(text, function) != 0) {
		errno = ETIMEDOUT;
		if (time(NULL) > deadline) failed(step);
		poll(NULL, 0, 1);
		int file = open(path, O_RDONLY);
		check(step, file);
		ssize_t length = read(file, text, sizeof text - 1);
		text[length < 0 ? 0 : length] = 0;
		close(file);
	}
}

static void start_thread(const struct step *step, int fd, char how) {
	pthread_t id;
	task.fd = fd;
	task.how = how;
	task.is_apart = 0;
	errno = pthread_create(&id, NULL, thread, NULL);
	if (errno) failed(step);
	while (!__atomic_load_n(&task.is_apart, __ATOMIC_SEQ_CST)) poll(NULL, 0, 1);
}

static void send_to_unix(const struct step *step, int fd) {
	int pair[2];
	char byte = 'x', control[CMSG_SPACE(sizeof fd)] = {0};
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	check(step, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	*CMSG_FIRSTHDR(&message) = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &fd, sizeof fd);
	check(step, sendmsg(pair[0], &message, 0));
}

static void put_into_ring(const struct step *step, int fd, int pending) {
	struct io_uring_params parameters = {0};
	int ring = syscall(__NR_io_uring_setup, 4, &parameters);
	if (ring < 0) give_up(CANNOT, "io_uring_setup");
	if (!pending) {
		check(step, syscall(__NR_io_uring_register, ring, IORING_REGISTER_FILES, &fd, 1));
		return;
	}
	unsigned char *queue = mmap(NULL, parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned), PROT_READ | PROT_WRITE,
	                            MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entries = mmap(NULL, parameters.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE,
	                                    MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	if (queue == MAP_FAILED || entries == MAP_FAILED) failed(step);
	memset(entries, 0, sizeof *entries);
	entries->opcode = IORING_OP_ACCEPT;
	entries->fd = fd;
	++*(unsigned *)(void *)(queue + parameters.sq_off.tail);
	check(step, syscall(__NR_io_uring_enter, ring, 1, 0, 0, NULL, 0));
}

static void do_hides(const struct step *step) {
	int fd = fds[letter(step, 1)];
	if (named(step, 2, "zombie")) {
		leader_ends = 1;
		return;
	}
	if (named(step, 2, "thread")) start_thread(step, fd, 't');
	else if (named(step, 2, "accept")) { start_thread(step, fd, 'a'); await_wait(step, "inet_csk_accept"); }
	else if (named(step, 2, "recv")) { start_thread(step, fd, 'r'); await_wait(step, "__skb_wait_for_more_packets"); }
	else if (named(step, 2, "unix")) send_to_unix(step, fd);
	else if (named(step, 2, "ring")) put_into_ring(step, fd, 0);
	else if (named(step, 2, "ringwait")) put_into_ring(step, fd, 1);
	else if (named(step, 2, "mmap")) { if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED) failed(step); }
	else { errno = EINVAL; failed(step); }
	check(step, close(fd));
}

/* The parent has nothing of what is made from here on. */
static void do_maker(const struct step *step) {
	pid_t child = fork();
	check(step, child);
	if (child == 0) return;
	stay();
}

static void say_pid(void) {
	printf("fork %d\n", getpid());
	puts("ready");
	fflush(stdout);
}

/* Waits, in a child, until its parent has gone and somebody else is its parent. */
static void outlive(pid_t parent) {
	while (getppid() == parent) poll(NULL, 0, 1);
	say_pid();
}

static void do_orphan(const struct step *step) {
	pid_t self = getpid(), child = fork();
	check(step, child);
	if (child != 0) kill(self, SIGKILL);
	outlive(self);
	stay();
}

/* A child that shares what is open, and loses its parent too; the steps go on in the parent. */
static void do_pair(const struct step *step) {
	pid_t child = fork();
	check(step, child);
	if (child == 0) stay();
	printf("sibling %d\n", child);
	fflush(stdout);
}

static void do_daemon(const struct step *step, int away) {
	pid_t middle = fork();
	check(step, middle);
	if (middle != 0) _exit(0);
	check(step, setsid());
	middle = getpid();
	pid_t last = fork();
	check(step, last);
	if (last != 0) _exit(0);
	while (getppid() == middle) poll(NULL, 0, 1);
	if (away) {
		int null = open("/dev/null", O_RDWR);
		input = fcntl(0, F_DUPFD, 100);
		say_pid();
		for (int fd = 0; fd <= 2; fd++) check(step, dup2(null, fd));
	} else {
		say_pid();
	}
	stay();
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

static void say_term(int number) {
	static const char words[] = "term\n";
	(void)!write(1, words, number == SIGTERM ? sizeof words - 1 : 0);
}

/* What SIGTERM interrupts goes on in the child: a read that is begun again. */
static void hand_on(int number) {
	static int generation;
	(void)number;
	pid_t child = fork();
	if (child != 0) _exit(0);
	dprintf(1, "forked%d %d\n", ++generation, getpid());
}

static void let_go(int number) {
	(void)number;
	for (unsigned i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] > 2) close(fds[i]);
}

static void on_term(const struct step *step, void (*handler)(int)) {
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	check(step, sigaction(SIGTERM, &action, NULL));
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
	else if (named(step, 0, "netns")) do_netns(step);
	else if (named(step, 0, "fork")) do_fork(step);
	else if (named(step, 0, "share")) do_share(step);
	else if (named(step, 0, "copy")) check(step, dup2(fds[letter(step, 1)], (int)number(step, 2)));
	else if (named(step, 0, "hides")) do_hides(step);
	else if (named(step, 0, "maker")) do_maker(step);
	else if (named(step, 0, "orphan")) do_orphan(step);
	else if (named(step, 0, "daemon")) do_daemon(step, 1);
	else if (named(step, 0, "astray")) do_daemon(step, 0);
	else if (named(step, 0, "pair")) do_pair(step);
	else if (named(step, 0, "child")) { say_pid(); stay(); }
	else if (named(step, 0, "ignore")) on_term(step, say_term);
	else if (named(step, 0, "forks")) on_term(step, hand_on);
	else if (named(step, 0, "letsgo")) on_term(step, let_go);
	else if (named(step, 0, "session")) check(step, setsid());
	else if (named(step, 0, "reap")) check(step, prctl(PR_SET_CHILD_SUBREAPER, 1));
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
	if (leader_ends) {
		pthread_t other;
		errno = pthread_create(&other, NULL, stay_in_thread, NULL);
		if (errno) give_up(1, "pthread_create");
		puts("ready");
		fflush(stdout);
		pthread_exit(NULL);
	}
	puts("ready");
	fflush(stdout);
	wait_for_the_test_to_end();
	return 0;
}
