package inuse.run.guard;

/**
 * What is done about binds that would be refused.
 *
 * @param reuseAddress whether SO_REUSEADDR is set where that is enough
 * @param udp whether UDP is looked at too
 * @param once whether a refusal is only told, which need not be done again soon
 * @param conflictProcess applies the policy
 */
public record GuardOptions(
    boolean reuseAddress, boolean udp, boolean once, ConflictProcess conflictProcess) {}
