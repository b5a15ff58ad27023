/*
 * The runtime asks for the user's locale at start, which reads a dozen files. Nothing here depends
 * on it: arguments are bytes, answers are UTF-8. The linker sends the call here (--wrap=setlocale).
 */
char *__wrap_setlocale(int category, const char *locale)
{
	(void) category;
	(void) locale;
	return "C";
}
