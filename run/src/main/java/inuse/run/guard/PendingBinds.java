package inuse.run.guard;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.SIGTERM;

import inuse.kernel.SystemCalls;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import inuse.run.handover.RefusedBind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The calls that wait until way is made for them, each in a process of its own. */
final class PendingBinds {
  /** The same refusal is told once in so long: a program may try again and again. */
  private static final long TOLD_NANOS = 10_000_000_000L;

  /** The kernel takes as many; a loop over ports must not make us grow. */
  private static final int MAX_TOLD = 256;

  private final SystemCalls calls;
  private final Notifications notifications;
  private final GuardOptions options;
  private final Map<RefusedBind, Waiting> waiting = new HashMap<>();
  private final Map<RefusedBind, Long> told = new HashMap<>();

  /** The calls that wait for one answer, and the process that makes way for them. */
  private record Waiting(int pid, List<Notification> calls) {}

  PendingBinds(SystemCalls calls, Notifications notifications, GuardOptions options) {
    this.calls = calls;
    this.notifications = notifications;
    this.options = options;
  }

  /** Starts to make way for a call, which goes on when that is done. */
  void add(Notification call, RefusedBind refused) {
    Waiting already = waiting.get(refused);
    if (already != null) {
      already.calls.add(call);
      return;
    }
    long now = calls.clockNanos(CLOCK_MONOTONIC);
    Long last = told.get(refused);
    int pid =
        options.once() && last != null && now - last < TOLD_NANOS
            ? 0
            : options.conflictProcess().start(refused);
    if (pid <= 0) {
      notifications.goOn(call);
      return;
    }
    if (told.size() >= MAX_TOLD) {
      told.clear();
    }
    told.put(refused, now);
    waiting.put(refused, new Waiting(pid, new ArrayList<>(List.of(call))));
  }

  /** Where that child was one that made way, whoever waited for it goes on. */
  void ended(int pid) {
    waiting.entrySet().stream()
        .filter(entry -> entry.getValue().pid() == pid)
        .map(Map.Entry::getKey)
        .findFirst()
        .map(waiting::remove)
        .ifPresent(one -> one.calls().forEach(notifications::goOn));
  }

  /** Nobody waits any longer: the program is told to end, and shall hear it. */
  void giveUp() {
    for (Waiting one : waiting.values()) {
      // A child that has not been waited for: its pid is nobody else's.
      int pidfd = calls.pidfdOpen(one.pid(), 0);
      calls.pidfdSendSignal(pidfd, SIGTERM);
      calls.close(pidfd);
      one.calls().forEach(notifications::goOn);
    }
    waiting.clear();
  }
}
