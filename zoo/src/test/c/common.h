/* What the zoo's small programs share: one way to give up. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Exit status of a program that cannot run here (no permission, no such feature): the test is skipped, not failed. */
enum { CANNOT = 77 };

static inline const char *errno_name(int number) {
	const char *name = strerrorname_np(number);
	return name ? name : "unknown errno";
}

/* Prints one line, "failed: WHAT: ERRNO", and ends the program. */
static inline _Noreturn void give_up(int status, const char *format, ...) {
	int number = errno;
	va_list arguments;
	va_start(arguments, format);
	printf("failed: ");
	vprintf(format, arguments);
	printf(": %s\n", errno_name(number));
	fflush(stdout);
	va_end(arguments);
	exit(status);
}

/* The descriptor 0 is a pipe from the test: it ends when the test closes it, or dies. */
static inline void wait_for_the_test_to_end(void) {
	char byte;
	while (read(0, &byte, 1) > 0) {
	}
}
