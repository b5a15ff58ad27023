package inuse.run.guard;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.SIGTERM;

import inuse.kernel.SystemCalls;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The calls that wait until their conflict is resolved, each in a process of its own. */
final class PendingBinds {
  /** A refusal is reported once in this time: a program may retry many times. */
  private static final long TOLD_NANOS = 10_000_000_000L;

  /** Refusals that are remembered: a loop over ports must not make us grow. */
  private static final int MAX_TOLD = 256;

  private final SystemCalls calls;
  private final Notifications notifications;
  private final GuardOptions options;
  private final Map<Refusal, Waiting> waiting = new HashMap<>();
  private final Map<Refusal, Long> told = new HashMap<>();

  /** The calls that wait for one conflict, and the process that resolves it. */
  private record Waiting(int pid, List<Notification> calls) {}

  PendingBinds(SystemCalls calls, Notifications notifications, GuardOptions options) {
    this.calls = calls;
    this.notifications = notifications;
    this.options = options;
  }

  /** Starts to resolve the conflict of a call, which continues after that. */
  void add(Notification call, Refusal conflict) {
    Waiting already = waiting.get(conflict);
    if (already != null) {
      already.calls.add(call);
      return;
    }
    long now = calls.clockNanos(CLOCK_MONOTONIC);
    Long last = told.get(conflict);
    // Only EADDRINUSE is resolved; the rest is told.
    boolean once = options.once() || conflict.reason() != Refusal.Reason.IN_USE;
    boolean untold = !once || last == null || now - last >= TOLD_NANOS;
    int pid = untold ? options.conflictProcess().start(conflict, call.thread()) : 0;
    if (untold) {
      remember(conflict, now);
    }
    if (pid <= 0) {
      notifications.goOn(call);
      return;
    }
    waiting.put(conflict, new Waiting(pid, new ArrayList<>(List.of(call))));
  }

  private void remember(Refusal conflict, long now) {
    if (told.size() >= MAX_TOLD) {
      told.clear();
    }
    told.put(conflict, now);
  }

  /** Where that child resolved a conflict, the calls that waited for it continue. */
  void ended(int pid) {
    waiting.entrySet().stream()
        .filter(entry -> entry.getValue().pid() == pid)
        .map(Map.Entry::getKey)
        .findFirst()
        .map(waiting::remove)
        .ifPresent(one -> one.calls().forEach(notifications::goOn));
  }

  /**
   * Lets every waiting call continue: the program is told to end, and must be able to handle the
   * signal.
   */
  void giveUp() {
    for (Waiting one : waiting.values()) {
      // The child has not been reaped: its pid cannot have been reused.
      int pidfd = calls.pidfdOpen(one.pid(), 0);
      calls.pidfdSendSignal(pidfd, SIGTERM);
      calls.close(pidfd);
      one.calls().forEach(notifications::goOn);
    }
    waiting.clear();
  }
}
