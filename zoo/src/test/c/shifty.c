/*
 * shifty ROUNDS SEED COMMAND [ARGUMENT]...
 *
 * The first process of a PID namespace of its own. In each round holders of 0.0.0.0:8080 rename themselves, execute
 * themselves, fork, pass their socket to strangers and end, at random, and a thief gives the pids of those that have
 * ended to other processes; meanwhile COMMAND is to free the port. Its standard output is read: what stands as
 * "(pid N" in lines that begin with "  plan" was agreed to. Each signal that it sends stops it (seccomp_unotify(2))
 * until it is known which process would get it: one that was agreed to, one that those forked, or
 *
 *   violation ROUND CALL PID NAME          anybody else, or any signal that is sent to a pid and not through a pidfd
 *
 * Every process is known by the inode of its pidfd, which is never used again, and by who forked it. Prints a line of
 * counts at the end.
 *
 * shifty --naive       as COMMAND: kills whoever has the port, by pid, and then whoever has it then
 */
#include "common.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

enum { PORT = 8080, TABLE = 200, MOST = 1 << 21, STRANGERS = 3, FORKS_OF_A_ROUND = 5, LIFE_MILLIS = 3000 };

struct one {
	volatile ino_t inode; /* of its pidfd; set last, by itself */
	pid_t pid;
	int parent, round, holder;
	long born;
};

static struct table {
	volatile int count, round, forks;
	volatile long renames, execs, forked, passed, stolen;
	struct one all[MOST];
} *table;

static unsigned dice;

static unsigned roll(unsigned below) {
	dice = dice * 1103515245 + 12345;
	return (dice >> 8) % below;
}

static long now(void) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void rest(long micros) {
	struct timespec time = {.tv_sec = micros / 1000000, .tv_nsec = micros % 1000000 * 1000};
	nanosleep(&time, NULL);
}

static ino_t inode_of(int pidfd) {
	struct stat status;
	return fstat(pidfd, &status) == 0 ? status.st_ino : 0;
}

static int self; /* our place in the table */

static void enlist(int place, int parent, int holder) {
	int pidfd = syscall(SYS_pidfd_open, getpid(), 0);
	struct one *one = &table->all[place];
	self = place;
	one->pid = getpid();
	one->parent = parent;
	one->holder = holder;
	one->round = table->round;
	one->born = now();
	one->inode = inode_of(pidfd);
	close(pidfd);
}

static int place(void) {
	int place = __atomic_fetch_add(&table->count, 1, __ATOMIC_SEQ_CST);
	if (place >= MOST) _exit(1);
	return place;
}

/* A child that is in the table before it does anything. */
static pid_t offspring(int holder) {
	int mine = place(), parent = self;
	unsigned luck = roll(1 << 20);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, 0);
		dice = luck + getpid();
		enlist(mine, parent, holder);
	}
	return child;
}

static _Noreturn void become(const char *what, int number) {
	char place[16], luck[16], argument[16];
	snprintf(place, sizeof place, "%d", self);
	snprintf(luck, sizeof luck, "%u", roll(1 << 20));
	snprintf(argument, sizeof argument, "%d", number);
	execl("/proc/self/exe", "shifty", what, place, luck, argument, NULL);
	_exit(1);
}

static socklen_t address(int stranger, struct sockaddr_un *un) {
	memset(un, 0, sizeof *un);
	un->sun_family = AF_UNIX;
	return offsetof(struct sockaddr_un, sun_path) + 1 + snprintf(un->sun_path + 1, 20, "stranger%d", stranger);
}

/* Keeps every descriptor that it is sent, until SIGUSR1. */
static _Noreturn void stranger(int number) {
	struct sockaddr_un un;
	sigset_t drop;
	int mine = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), kept[64], count = 0;
	prctl(PR_SET_NAME, "stranger");
	sigemptyset(&drop);
	sigaddset(&drop, SIGUSR1);
	sigprocmask(SIG_BLOCK, &drop, NULL);
	if (bind(mine, (struct sockaddr *)&un, address(number, &un)) < 0) _exit(1);
	for (;;) {
		struct pollfd input = {.fd = mine, .events = POLLIN};
		struct timespec none = {0};
		char byte, control[CMSG_SPACE(sizeof(int))];
		struct iovec data = {.iov_base = &byte, .iov_len = 1};
		struct msghdr message = {
				.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
		if (sigtimedwait(&drop, NULL, &none) == SIGUSR1) {
			while (count > 0) close(kept[--count]);
			while (recvmsg(mine, &message, MSG_DONTWAIT | MSG_TRUNC) >= 0) { /* what was sent meanwhile */
				struct cmsghdr *header = CMSG_FIRSTHDR(&message);
				if (header) close(*(int *)CMSG_DATA(header));
				message.msg_controllen = sizeof control;
			}
		}
		if (poll(&input, 1, 2) <= 0) continue;
		if (recvmsg(mine, &message, 0) < 0) continue;
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		if (header && count < 64) kept[count++] = *(int *)CMSG_DATA(header);
	}
}

static void pass(int fd) {
	struct sockaddr_un un;
	socklen_t length = address(roll(STRANGERS), &un);
	char byte = 'x', control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_name = &un, .msg_namelen = length, .msg_iov = &data, .msg_iovlen = 1,
			.msg_control = control, .msg_controllen = sizeof control};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int through = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof fd);
	if (sendmsg(through, &message, MSG_DONTWAIT) >= 0) __atomic_fetch_add(&table->passed, 1, __ATOMIC_SEQ_CST);
	close(through);
}

static volatile sig_atomic_t asked;

static void ask(int signal) {
	(void)signal;
	asked = 1;
}

static void rename_itself(void) {
	char name[16];
	int length = 1 + roll(14);
	for (int i = 0; i < length; i++) name[i] = 'a' + roll(26);
	name[length] = 0;
	prctl(PR_SET_NAME, name);
	__atomic_fetch_add(&table->renames, 1, __ATOMIC_SEQ_CST);
}

static int may_fork(void) { return __atomic_fetch_add(&table->forks, 1, __ATOMIC_SEQ_CST) < FORKS_OF_A_ROUND; }

static void execute_itself(int fd) {
	__atomic_fetch_add(&table->execs, 1, __ATOMIC_SEQ_CST);
	become("--holder", fd);
}

/* A child that goes on in our stead, or beside us. */
static pid_t fork_one(int fd) {
	__atomic_fetch_add(&table->forked, 1, __ATOMIC_SEQ_CST);
	pid_t child = offspring(1);
	if (child == 0 && roll(3) == 0) execute_itself(fd);
	return child;
}

static void obey(int fd) {
	asked = 0;
	switch (roll(10)) {
	case 0: case 1: case 2: case 3: _exit(0);
	case 4: case 5:
		if (fork_one(fd) != 0) _exit(0);
		return;
	case 6: case 7:
		pass(fd);
		_exit(0);
	case 8: signal(SIGTERM, SIG_IGN); return;
	default: execute_itself(fd);
	}
}

static _Noreturn void holder(int fd) {
	long end = now() + LIFE_MILLIS * 1000000L;
	if (fd < 0) {
		struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(PORT)};
		if (roll(3) == 0 && setresuid(65534, 65534, 65534) == 0) prctl(PR_SET_DUMPABLE, 1);
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (bind(fd, (struct sockaddr *)&any, sizeof any) < 0 || listen(fd, 4) < 0) _exit(1);
	}
	signal(SIGCHLD, SIG_IGN);
	signal(SIGTERM, ask);
	while (now() < end) {
		rest(roll(4000));
		if (asked) obey(fd);
		switch (roll(40)) {
		case 0: case 1: case 2: case 3: case 4: case 5: case 6: case 7: rename_itself(); break;
		case 8: case 9: execute_itself(fd); break;
		case 10: case 11:
			if (may_fork()) fork_one(fd);
			break;
		case 12: pass(fd); break;
		case 13: {
			int other = dup(fd);
			close(fd);
			fd = other;
			break;
		}
		case 14:
			if (roll(4) == 0) _exit(0);
			break;
		default: break;
		}
	}
	_exit(0);
}

/* Gives the pids of holders that have ended to processes of its own. */
static _Noreturn void thief(void) {
	prctl(PR_SET_NAME, "thief");
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int count = table->count, last = roll(40) + 1;
		struct one *one = &table->all[count > last ? count - last : 0];
		pid_t wanted = one->pid;
		rest(roll(500));
		if (!one->holder || one->round != table->round || wanted < 2 || kill(wanted, 0) == 0) continue;
		FILE *file = fopen("/proc/sys/kernel/ns_last_pid", "w");
		if (!file) _exit(1);
		fprintf(file, "%d", wanted - 1);
		if (fclose(file) != 0) _exit(1);
		pid_t child = offspring(0);
		if (child == 0) {
			prctl(PR_SET_NAME, "innocent");
			rest(20000 + roll(60000));
			_exit(0);
		}
		if (child == wanted) __atomic_fetch_add(&table->stolen, 1, __ATOMIC_SEQ_CST);
	}
}

/* The COMMAND. */

static const int WATCHED[] = {SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
		SYS_pidfd_send_signal};
enum { CALLS = sizeof WATCHED / sizeof *WATCHED };

static const char *call_name(int number) {
	return number == SYS_pidfd_send_signal ? "pidfd_send_signal" : number == SYS_kill ? "kill" : "another";
}

/* The descriptor of the notifications. */
static int watch(void) {
	struct sock_filter program[CALLS + 3] = {
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	for (int i = 0; i < CALLS; i++)
		program[1 + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)WATCHED[i], CALLS - i, 0);
	program[CALLS + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program[CALLS + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
	struct sock_fprog filter = {.len = CALLS + 3, .filter = program};
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
}

static int round_number;
static long signals, planned, descended, violations;
static char said[1 << 16];
static size_t length;
static int agreed[256], agreed_count; /* places in the table */

static int known(ino_t inode, pid_t pid) {
	int count = table->count;
	for (int i = count - 1; i >= 0; i--)
		if (table->all[i].inode == inode && table->all[i].pid == pid) return i;
	return -1;
}

/* Whoever had that pid when the command began, or has got it since, may be the one that the plan means. */
static void agree(pid_t pid, long since) {
	for (int i = table->count - 1; i >= 0; i--) {
		struct one *one = &table->all[i];
		if (one->pid != pid || !one->inode) continue;
		if (agreed_count < 256) agreed[agreed_count++] = i;
		if (one->born <= since) return;
	}
}

static void listen_to(int output, long since) {
	static size_t read_to;
	ssize_t count = read(output, said + length, sizeof said - 1 - length);
	if (length == 0) read_to = 0;
	if (count > 0) length += count;
	said[length] = 0;
	for (char *end; (end = strchr(said + read_to, '\n')); read_to = end + 1 - said) {
		*end = 0;
		char *line = said + read_to;
		if (strncmp(line, "  plan", 6) == 0)
			for (char *at = line; (at = strstr(at, "(pid ")); at += 5) agree(atoi(at + 5), since);
		*end = '\n';
	}
}

static int is_agreed(int place) {
	for (int i = 0; i < agreed_count; i++)
		if (agreed[i] == place) return 1;
	return 0;
}

static void violate(const char *call, pid_t pid, const char *name) {
	violations++;
	printf("violation %d %s %d %s\n", round_number, call, pid, name);
	fflush(stdout);
}

static void judge(struct seccomp_notif *call, int naive) {
	char path[64], line[128], name[32] = "?";
	pid_t pid = -1;
	ino_t inode = 0;
	int through_pidfd = call->data.nr == SYS_pidfd_send_signal;
	if (through_pidfd) {
		struct stat status;
		snprintf(path, sizeof path, "/proc/%d/fd/%d", call->pid, (int)call->data.args[0]);
		if (stat(path, &status) == 0) inode = status.st_ino;
		snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", call->pid, (int)call->data.args[0]);
		FILE *file = fopen(path, "r");
		while (file && fgets(line, sizeof line, file)) sscanf(line, "Pid: %d", &pid);
		if (file) fclose(file);
	} else {
		pid = (int)call->data.args[0];
		int pidfd = syscall(SYS_pidfd_open, pid, 0);
		inode = inode_of(pidfd);
		close(pidfd);
	}
	if ((int)call->data.args[1] == 0 && through_pidfd) return;
	if (pid < 0) return; /* it has ended and been reaped: nobody gets it */
	signals++;
	snprintf(path, sizeof path, "/proc/%d/comm", pid);
	FILE *file = fopen(path, "r");
	if (file && fgets(name, sizeof name, file)) name[strcspn(name, "\n")] = 0;
	if (file) fclose(file);
	int place = known(inode, pid);
	for (int i = 0; i < 20 && place < 0; i++) { /* forked a moment ago */
		rest(1000);
		place = known(inode, pid);
	}
	if (!through_pidfd && !naive) violate(call_name(call->data.nr), pid, name);
	else if (place >= 0 && is_agreed(place)) planned++;
	else {
		int above = place;
		while (above > 0 && !is_agreed(above)) above = table->all[above].parent;
		if (above > 0) descended++;
		else violate(call_name(call->data.nr), pid, name);
	}
}

static pid_t strangers[STRANGERS];

static pid_t start(const char *what, int number, int is_holder) {
	pid_t child = offspring(is_holder);
	if (child < 0) give_up(1, "fork");
	if (child == 0) become(what, number);
	return child;
}

static int is_listening(void) {
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int taken = bind(fd, (struct sockaddr *)&any, sizeof any) < 0;
	close(fd);
	return taken;
}

/* Takes the end of a process in, and gives its pid back. */
static void bury(pid_t pid) {
	for (int i = 0; i < STRANGERS; i++)
		if (strangers[i] == pid) strangers[i] = 0;
	waitpid(pid, NULL, 0);
}

static void reap(void) {
	siginfo_t info = {0};
	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) bury(info.si_pid);
}

/* Ends what is left of a round. */
static void clear(void) {
	for (int tries = 0; tries < 5000; tries++) {
		for (int i = 0; i < STRANGERS; i++)
			if (strangers[i] > 0) kill(strangers[i], SIGUSR1);
		int count = table->count;
		for (int i = count - 1; i >= 0 && i > count - 400; i--) {
			struct one *one = &table->all[i];
			if (!one->holder || one->round != round_number) continue;
			int pidfd = syscall(SYS_pidfd_open, one->pid, 0);
			if (pidfd >= 0 && inode_of(pidfd) == one->inode) syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
			if (pidfd >= 0) close(pidfd);
		}
		reap();
		if (!is_listening()) return;
		rest(1000);
	}
	give_up(1, "round %d is not over", round_number);
}

static int outcomes[256];

static void round_of(char **command, int naive) {
	int ends[2], ready[2], go[2];
	char byte;
	table->round = round_number;
	table->forks = 0;
	for (int i = 0; i < STRANGERS; i++)
		if (strangers[i] == 0) strangers[i] = start("--stranger", i, 0);
	start("--holder", -1, 1);
	for (int i = 0; i < 5000 && !is_listening(); i++) rest(500);
	rest(roll(8000));
	if (pipe2(ends, O_CLOEXEC) < 0 || pipe2(ready, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0) give_up(1, "pipe");
	long since = now();
	pid_t child = fork();
	if (child == 0) {
		dup2(ends[1], 1);
		int listener = watch();
		/* The listener is taken from here before it is closed by the program that is executed. */
		if (listener < 0 || write(ready[1], &listener, sizeof listener) != sizeof listener || read(go[0], &byte, 1) != 1)
			_exit(70);
		execv(command[0], command);
		_exit(127);
	}
	close(ends[1]);
	close(ready[1]);
	int number;
	if (read(ready[0], &number, sizeof number) != sizeof number) give_up(CANNOT, "seccomp");
	int pidfd = syscall(SYS_pidfd_open, child, 0), listener = syscall(SYS_pidfd_getfd, pidfd, number, 0);
	if (listener < 0 || write(go[1], "g", 1) != 1) give_up(CANNOT, "pidfd_getfd");
	close(ready[0]);
	close(go[0]);
	close(go[1]);
	length = agreed_count = 0;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	int status = 0;
	for (;;) {
		struct pollfd input[] = {{.fd = listener, .events = POLLIN}, {.fd = ends[0], .events = POLLIN},
				{.fd = pidfd, .events = POLLIN}};
		poll(input, 3, 1);
		listen_to(ends[0], since);
		if (input[0].revents & POLLIN) {
			struct seccomp_notif call;
			memset(&call, 0, sizeof call);
			if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) == 0) {
				judge(&call, naive);
				rest(roll(3000));
				struct seccomp_notif_resp answer = {.id = call.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
				ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
			}
		}
		if (input[2].revents & POLLIN && waitpid(child, &status, WNOHANG) == child) break;
		/* Others than the command: it must be waited for by its pidfd alone. */
		siginfo_t info = {0};
		while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0 && info.si_pid != child)
			bury(info.si_pid);
	}
	outcomes[WIFEXITED(status) ? WEXITSTATUS(status) : 255]++;
	close(listener);
	close(pidfd);
	close(ends[0]);
	clear();
}

/* Whoever has a socket that listens, by pid. */
static int has_it(int pid, unsigned long inode) {
	char path[64], link[64], wanted[64];
	snprintf(wanted, sizeof wanted, "socket:[%lu]", inode);
	for (int fd = 3; fd < 64; fd++) {
		snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
		ssize_t count = readlink(path, link, sizeof link - 1);
		if (count > 0 && (link[count] = 0, strcmp(link, wanted) == 0)) return 1;
	}
	return 0;
}

static int naive_free(void) {
	char line[512], local[128];
	unsigned long inode = 0, one;
	unsigned state;
	FILE *file = fopen("/proc/net/tcp", "r");
	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "%*s %127s %*s %x %*s %*s %*s %*s %*s %lu", local, &state, &one) == 3 && state == 10) inode = one;
	if (!inode) return 0;
	for (int look = 0; look < 3; look++) {
		pid_t found[64];
		int count = 0;
		for (pid_t pid = 2; pid < 40000 && count < 64; pid++) {
			char path[32];
			snprintf(path, sizeof path, "/proc/%d/fd", pid);
			if (access(path, R_OK) == 0 && has_it(pid, inode)) found[count++] = pid;
		}
		if (look == 0) {
			printf("  plan   SIGTERM to");
			for (int i = 0; i < count; i++) printf(" it (pid %d)", found[i]);
			puts("");
			fflush(stdout);
		}
		for (int i = 0; i < count; i++) kill(found[i], SIGTERM);
		rest(20000);
	}
	return 0;
}

int main(int count, char **arguments) {
	if (count == 2 && strcmp(arguments[1], "--naive") == 0) return naive_free();
	int inside = count == 5 && strncmp(arguments[1], "--", 2) == 0;
	if (!inside && count < 4) {
		fprintf(stderr, "usage: shifty ROUNDS SEED COMMAND [ARGUMENT]...\n");
		return 2;
	}
	if (!inside) {
		setsid(); /* one of this namespace, which all share; it fails where there is one */
		int memory = memfd_create("table", 0);
		if (memory < 0 || ftruncate(memory, sizeof *table) < 0 || dup2(memory, TABLE) < 0) give_up(1, "memfd");
		close(memory);
	}
	table = mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE, MAP_SHARED, TABLE, 0);
	if (table == MAP_FAILED) give_up(1, "mmap");
	if (inside) {
		self = atoi(arguments[2]);
		dice = strtoul(arguments[3], NULL, 10) + getpid();
		int number = atoi(arguments[4]);
		if (strcmp(arguments[1], "--holder") == 0) holder(number);
		if (strcmp(arguments[1], "--stranger") == 0) stranger(number);
		thief();
	}
	int rounds = atoi(arguments[1]);
	dice = strtoul(arguments[2], NULL, 10);
	char **command = arguments + 3;
	int naive = strcmp(arguments[count - 1], "--naive") == 0;
	enlist(place(), 0, 0);
	start("--thief", 0, 0);
	for (round_number = 1; round_number <= rounds; round_number++) round_of(command, naive);
	printf("counted rounds %d signals %ld planned %ld descended %ld violations %ld renames %ld execs %ld forks %ld passed"
	       " %ld stolen %ld exit-0 %d exit-1 %d exit-3 %d exit-4 %d other %d\n",
	       rounds, signals, planned, descended, violations, table->renames, table->execs, table->forked, table->passed,
	       table->stolen, outcomes[0], outcomes[1], outcomes[3], outcomes[4],
	       rounds - outcomes[0] - outcomes[1] - outcomes[3] - outcomes[4]);
	fflush(stdout);
	return 0; /* and with the first process of a namespace the others end */
}
