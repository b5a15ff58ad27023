package inuse.core.fix;

import inuse.core.evidence.Signal;
import inuse.core.io.Host;
import inuse.core.io.ProcessNumbers;
import inuse.core.io.SocketIdentity;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import inuse.kernel.proc.Unparsable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Processes that are held by their pidfds. No signal is ever sent to a pid, which the kernel may
 * reuse as soon as its process has gone.
 */
final class ProcessEffects implements AutoCloseable {
  private final SystemCalls calls;
  private final Proc proc;
  private final ProcessNumbers numbers;
  private final Map<Victim, Integer> held = new LinkedHashMap<>();
  private final Set<Victim> ended = new LinkedHashSet<>();

  ProcessEffects(Host host) {
    calls = host.calls();
    proc = host.proc();
    numbers = new ProcessNumbers(host);
  }

  /** See {@link Effects#hold}. */
  Effects.Result hold(Consent.Agreed agreed) {
    Victim victim = agreed.victim();
    release(victim);
    int pidfd = calls.pidfdOpen(victim.pid().number(), 0);
    if (pidfd < 0) {
      return result(pidfd);
    }
    Effects.Result found = isSame(victim);
    if (found == Effects.Result.DONE) {
      found = claims(victim, pidfd);
    }
    // What was read below /proc/PID is about the process of the pidfd only if they are the same
    // one.
    if (found == Effects.Result.DONE && !numbers.isOf(pidfd, victim.pid())) {
      found = Effects.Result.FAILED;
    }
    // While the process of the pidfd lives, its pid is not reused: what was read is about that
    // process.
    if (hasEnded(pidfd)) {
      found = Effects.Result.RELEASED;
    }
    if (found == Effects.Result.DONE) {
      held.put(victim, pidfd);
    } else {
      calls.close(pidfd);
    }
    return found;
  }

  private Effects.Result isSame(Victim victim) {
    try {
      return switch (ProcessStat.read(proc, victim.pid().number())) {
        case CallResult.Failed<ProcessStat>(var why) -> result(-why.errno().code());
        case CallResult.Ok<ProcessStat>(ProcessStat stat) ->
            stat.startTicks() == victim.identity().startTicks()
                ? Effects.Result.DONE
                : Effects.Result.RELEASED;
      };
    } catch (Unparsable broken) {
      return Effects.Result.FAILED;
    }
  }

  /** Whether one of its descriptors is still the same socket; the first match is enough. */
  private Effects.Result claims(Victim victim, int pidfd) {
    if (victim.claims().isEmpty()) {
      return Effects.Result.DONE;
    }
    Effects.Result found = Effects.Result.RELEASED;
    for (Victim.Claim claim : victim.claims()) {
      Effects.Result one = claim(victim, claim, pidfd);
      if (one == Effects.Result.DONE) {
        return one;
      }
      found = one == Effects.Result.RELEASED ? found : one;
    }
    return found;
  }

  private Effects.Result claim(Victim victim, Victim.Claim claim, int pidfd) {
    String expected = "socket:[" + claim.inode().number() + "]";
    return switch (proc.link("/proc/" + victim.pid().number() + "/fd/" + claim.fd())) {
      case CallResult.Failed<String>(var why) -> result(-why.errno().code());
      case CallResult.Ok<String>(String target) ->
          target.equals(expected) ? copied(claim, pidfd) : Effects.Result.RELEASED;
    };
  }

  /**
   * Whether a copy of the descriptor is the claimed socket. Where none may be taken (Yama, a
   * container's seccomp profile), the link in /proc counts only for a socket that the kernel itself
   * reported with its cookie: of one that is known from /proc alone, nothing outside /proc would
   * confirm that the process has it.
   */
  private Effects.Result copied(Victim.Claim claim, int pidfd) {
    int copy = calls.pidfdGetFd(pidfd, claim.fd());
    if (copy < 0) {
      Errno why = Errno.of(copy);
      if (why.isOneOf(Errno.EBADF, Errno.ESRCH)) {
        return Effects.Result.RELEASED;
      }
      boolean reported = claim.cookie() != 0 && why.isOneOf(Errno.EPERM, Errno.ENOSYS);
      return reported ? Effects.Result.DONE : Effects.Result.DENIED;
    }
    // Closed at once: the duplicate itself holds the port.
    boolean same = SocketIdentity.is(calls, copy, claim.inode(), claim.cookie());
    calls.close(copy);
    return same ? Effects.Result.DONE : Effects.Result.RELEASED;
  }

  /** See {@link Effects#signal}. */
  Effects.Result signal(Victim victim, Signal signal) {
    Integer pidfd = held.get(victim);
    if (pidfd == null) {
      return ended.contains(victim) ? Effects.Result.EXITED : Effects.Result.FAILED;
    }
    int sent = calls.pidfdSendSignal(pidfd, signal.number());
    if (sent >= 0) {
      return Effects.Result.DONE;
    }
    return sent == -Errno.ESRCH.code() ? Effects.Result.EXITED : result(sent);
  }

  /** See {@link Effects#ended}. */
  Set<Victim> ended() {
    for (Map.Entry<Victim, Integer> one : List.copyOf(held.entrySet())) {
      if (hasEnded(one.getValue())) {
        release(one.getKey());
        ended.add(one.getKey());
      }
    }
    return new LinkedHashSet<>(ended);
  }

  /** The pidfds, each readable once its process has ended. */
  List<Integer> pidfds() {
    return List.copyOf(held.values());
  }

  private boolean hasEnded(int pidfd) {
    while (true) {
      int ready = calls.awaitInput(pidfd, 0);
      if (ready != -Errno.EINTR.code()) {
        return ready > 0;
      }
    }
  }

  private void release(Victim victim) {
    Integer pidfd = held.remove(victim);
    if (pidfd != null) {
      calls.close(pidfd);
    }
    ended.remove(victim);
  }

  private static Effects.Result result(int failure) {
    Errno errno = Errno.of(failure);
    if (errno.isGone()) {
      return Effects.Result.RELEASED;
    }
    return errno.isDenied() ? Effects.Result.DENIED : Effects.Result.FAILED;
  }

  @Override
  public void close() {
    pidfds().forEach(calls::close);
    held.clear();
  }
}
