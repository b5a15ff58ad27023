package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * The process that asks.
 *
 * @param uid the effective user
 * @param person the user whose processes are the caller's own: the effective one, and for root the
 *     one who became root by sudo and the like; empty where that is not clear
 * @param ancestry the parent first
 * @param session the leader of the session, as a rule the terminal's shell
 * @param cgroup path of its control group, which it shares with its unit's or container's processes
 * @param login what the login came in through
 * @param runSupervisor the supervisor of the run that we act for, where one started us
 * @param seesOwnPids whether the pids in /proc are those of its own pid namespace, so that they
 *     name the same processes in system calls
 */
public record Caller(
    Pid pid,
    Uid uid,
    Late<Optional<Uid>> person,
    List<Ancestor> ancestry,
    Optional<Pid> session,
    Reading<Untrusted> cgroup,
    Login login,
    Optional<Pid> runSupervisor,
    Reading<Boolean> seesOwnPids) {
  /** Environment variable that names the supervisor to the helper that resolves its conflicts. */
  public static final String SUPERVISOR_VARIABLE = "INUSE_SUPERVISOR";

  public Caller {
    ancestry = List.copyOf(ancestry);
  }

  /** Whether that process is an ancestor. */
  public boolean isBelow(Pid pid) {
    return ancestry.stream().anyMatch(one -> one.pid().equals(pid));
  }

  /** Whether a process was started by the run that we act for. */
  public boolean isOfItsRun(Holder holder) {
    return runSupervisor.filter(holder::isBelow).isPresent();
  }
}
