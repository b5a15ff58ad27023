package inuse.core.evidence;

/**
 * What a process has in common with those that it forks, and with nobody whom it did not: no other
 * process can be put into its process group and its session, and the kernel chooses anew where the
 * stack begins, at random, whenever a program is started (proc_sys_kernel(5), randomize_va_space).
 *
 * @param session the session's id
 * @param group the process group's id
 * @param stack the address where its stack begins
 */
public record Lineage(Pid session, Pid group, long stack) {}
