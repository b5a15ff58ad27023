/*
 * How the sanitizers report (see sh/sanitize): at once, by an exit status of their own. Leaks are none: the program ends.
 */
const char *__asan_default_options(void) {
	return "exitcode=86:detect_leaks=0:abort_on_error=0";
}

const char *__ubsan_default_options(void) {
	return "exitcode=86:print_stacktrace=1";
}
