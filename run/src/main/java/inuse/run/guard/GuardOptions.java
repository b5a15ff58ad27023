package inuse.run.guard;

/**
 * How binds that would be refused are handled.
 *
 * @param reuseAddress whether SO_REUSEADDR is set where that is enough
 * @param udp whether UDP is intercepted too
 * @param once whether a refusal is only reported, which need not be repeated soon
 * @param conflictProcess applies the policy
 */
public record GuardOptions(
    boolean reuseAddress, boolean udp, boolean once, ConflictProcess conflictProcess) {}
