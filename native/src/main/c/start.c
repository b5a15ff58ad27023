/*
 * What comes before TeaVM's main (the linker sends the call here, --wrap=main). It decodes arguments in the C locale,
 * and cuts them at the first byte that is not ASCII: kept here as they were given. It trusts that the descriptors 0, 1
 * and 2 are open, that its heap was mapped and that the stack is large: made true here, or said.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>
#include "start.h"

/* The least heap with which a plain question is answered. */
#define LEAST_HEAP (INT64_C(4) << 20)
/* What is used of the heap before the collector first runs. A plain question stays below it. */
#define FIRST_HEAP (INT64_C(8) << 20)
/* What the rest of the program takes besides: TeaVM's tables, a sixteenth of the heap, and malloc(3). */
#define ROOM_BESIDES(heap) ((heap) / 8 + (INT64_C(1) << 20))
/* A question about one port needs less of the heap, and so does what waits or runs a service: it has small pages. */
#define SMALL_PAGES (INT64_C(1) << 20)
/* A large page, of x86-64 and of aarch64 with small pages of 4 KB. */
#define LARGE_PAGE (INT64_C(2) << 20)
/* A stack below this is replaced. */
#define LEAST_STACK (INT64_C(1) << 20)

int __real_main(int argc, char **argv);

static char **given[2];
static ucontext_t outside;
static ucontext_t inside;
static int argument_count;
static int status;

/* The failure of inuse itself: 125 where it was to start a program (env(1)), else 70 (sysexits.h). */
static int failure(void)
{
	const char *verb = argument_count > 1 ? given[0][1] : "";

	return strcmp(verb, "run") == 0 || strcmp(verb, "--") == 0 ? 125 : 70;
}

/* As ErrorReporter says it, which takes memory. */
static void fail(const char *message, const char *instead)
{
	int i;

	for (i = 1; failure() == 70 && i < argument_count; i++)
		if (strcmp(given[0][i], "--json") == 0) {
			dprintf(STDOUT_FILENO, "{\n  \"schema\": \"inuse.error/1\",\n  \"error\": {\n    \"code\": 70,\n"
				"    \"message\": \"%s\",\n    \"instead\": \"%s\"\n  }\n}\n", message, instead);
			break;
		}
	dprintf(STDERR_FILENO, "inuse: %s; %s\n", message, instead);
	_exit(failure());
}

/*
 * A descriptor 0, 1 or 2 that was closed would become the next file that is opened, and text for a reader would land in
 * it. It is opened the wrong way round, so that using it still fails, and is closed again for programs that are started.
 */
static void open_standard_descriptors(void)
{
	static const int contrary[] = { O_WRONLY, O_RDONLY, O_RDONLY };
	int i;

	for (i = 0; i < 3; i++)
		if (fcntl(i, F_GETFD) < 0 && open("/dev/null", contrary[i] | O_CLOEXEC) < 0)
			open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Bytes of the arguments or of the environment, each with a zero byte behind it. */
int inuse_given_bytes(int environment)
{
	size_t bytes = 0;
	char **word;

	for (word = given[environment]; *word != NULL; word++)
		bytes += strlen(*word) + 1;
	return bytes;
}

void inuse_given(int environment, char *into)
{
	char **word;

	for (word = given[environment]; *word != NULL; word++)
		into = stpcpy(into, *word) + 1;
}

static int is_there(int64_t bytes)
{
	/* As TeaVM does it, which looks at neither answer. */
	void *memory = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int there = memory != MAP_FAILED && mprotect(memory, bytes, PROT_READ | PROT_WRITE) == 0;

	if (memory != MAP_FAILED)
		munmap(memory, bytes);
	return there;
}

/* The size of heap that setrlimit(2) and the machine allow, at most what is wanted. */
int64_t inuse_heap(int64_t wanted)
{
	int64_t heap = wanted;

	while (heap >= LEAST_HEAP && !is_there(heap + ROOM_BESIDES(heap)))
		heap /= 2;
	if (heap < LEAST_HEAP)
		fail("no memory for a heap of 4 MB", "raise ulimit -v and ulimit -d");
	return heap;
}

int64_t inuse_first_heap(int64_t heap)
{
	return heap < FIRST_HEAP ? heap : FIRST_HEAP;
}

/* Maps memory in small pages, since most of it is hardly used: many a kernel gives large ones to all that does not decline. */
void *inuse_map(int64_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory != MAP_FAILED)
		madvise(memory, bytes, MADV_NOHUGEPAGE);
	return memory;
}

static char *large;
static int64_t large_bytes;

/*
 * Maps the heap. What is used beyond the small pages comes in large ones where the kernel has them
 * (/sys/kernel/mm/transparent_hugepage/enabled): a list of a whole host takes a page fault then where it took hundreds.
 */
void *inuse_map_heap(int64_t bytes)
{
	/* A list of a whole host needs some megabytes. */
	int is_list = argument_count < 2 || strcmp(given[0][1], "list") == 0;
	int64_t small = is_list ? 0 : SMALL_PAGES;
	/* Half of the room besides is not TeaVM's. */
	int64_t slack = ROOM_BESIDES(bytes) / 2 >= LARGE_PAGE ? LARGE_PAGE : 0;
	char *heap = inuse_map(bytes + slack);

	if (heap == MAP_FAILED || slack == 0)
		return heap;
	heap += -((intptr_t) heap + small) & (LARGE_PAGE - 1);
	large = heap + small;
	large_bytes = bytes - small;
	madvise(large, large_bytes, MADV_HUGEPAGE);
	return heap;
}

/*
 * Gives back the pages of a free part of the heap; the collector reads how it begins. Who gives back stays for long, and
 * has small pages from then on: khugepaged would fill them up to large ones.
 */
void inuse_give_back(void *part, int header, int bytes)
{
	if (large_bytes > 0) {
		madvise(large, large_bytes, MADV_NOHUGEPAGE);
		large_bytes = 0;
	}
	intptr_t page = sysconf(_SC_PAGESIZE);
	intptr_t from = ((intptr_t) part + header + page - 1) & -page;
	intptr_t to = ((intptr_t) part + bytes) & -page;

	if (from < to)
		madvise((void *) from, to - from, MADV_DONTNEED);
}

/* malloc(3) for TeaVmSystemCalls, which has no use for less. */
void *inuse_memory(int bytes)
{
	void *memory = malloc(bytes);

	if (memory == NULL)
		fail("no memory", "raise ulimit -v and ulimit -d");
	return memory;
}

static void (*when_full)(void);

void inuse_when_full(void (*call)(void))
{
	when_full = call;
}

/* Nobody catches an exception; where it comes from is said already. */
void inuse_uncaught(void)
{
	_exit(failure());
}

/* Whether the kernel gave this process more rights than whoever started it has, as a file capability does. */
int inuse_is_secure(void)
{
	return getauxval(AT_SECURE) != 0;
}

/* For which of the two this is compiled: uname(2) tells of the kernel, and may be refused. */
int inuse_is_aarch64(void)
{
#if defined(__aarch64__)
	return 1;
#elif defined(__x86_64__)
	return 0;
#else
#error "no system call numbers for this architecture"
#endif
}

/* The heap is full: an OutOfMemoryError, once there is somebody to catch it. */
void inuse_out_of_memory(void)
{
	if (when_full != NULL)
		when_full();
	fail("there is no memory left", "ask about fewer addresses");
}

static void run_inside(void)
{
	status = __real_main(argument_count, given[0]);
}

/* Runs on a stack of our own where ulimit -s leaves little. */
static int run_on_own_stack(void)
{
	void *stack = mmap(NULL, LEAST_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (stack == MAP_FAILED)
		fail("no memory for a stack", "raise ulimit -s");
	getcontext(&inside);
	inside.uc_stack.ss_sp = stack;
	inside.uc_stack.ss_size = LEAST_STACK;
	inside.uc_link = &outside;
	makecontext(&inside, run_inside, 0);
	swapcontext(&outside, &inside);
	return status;
}

int __wrap_main(int argc, char **argv, char **environment)
{
	struct rlimit stack;

	given[0] = argv;
	given[1] = environment;
	argument_count = argc;
	open_standard_descriptors();
	return getrlimit(RLIMIT_STACK, &stack) < 0 || stack.rlim_cur >= LEAST_STACK ? __real_main(argc, argv) : run_on_own_stack();
}
