package inuse.run.process;

import static inuse.kernel.abi.Constants.SIGCONT;

import inuse.core.evidence.Pid;
import inuse.core.io.Host;
import inuse.core.io.ProcessNumbers;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessStat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** The processes below this one, as far as /proc shows them by the pids that they have here. */
public final class ProcessTree {
  private final SystemCalls calls;
  private final Proc proc;
  private final ProcessNumbers numbers;
  private final Set<Long> signalled = new HashSet<>();

  public ProcessTree(Host host) {
    calls = host.calls();
    proc = host.proc();
    numbers = new ProcessNumbers(host);
  }

  /** Sends a signal to each process that has not received one since {@link #forget}. */
  void signal(int signal) {
    for (ProcessStat one : below()) {
      int pidfd = signalled.contains(one.startTicks() << 22 | one.pid()) ? -1 : open(one);
      if (pidfd >= 0) {
        signalled.add(one.startTicks() << 22 | one.pid());
        calls.pidfdSendSignal(pidfd, signal);
        // A stopped process handles no signal but SIGKILL.
        calls.pidfdSendSignal(pidfd, SIGCONT);
        calls.close(pidfd);
      }
    }
  }

  /** The pids of the running processes. */
  public List<Integer> pids() {
    return below().stream().map(ProcessStat::pid).toList();
  }

  /** Sends the next signal to all of them again. */
  public void forget() {
    signalled.clear();
  }

  /** A pidfd, unless the pid was reused meanwhile. */
  private int open(ProcessStat one) {
    int pidfd = calls.pidfdOpen(one.pid(), 0);
    if (pidfd < 0) {
      return pidfd;
    }
    boolean same =
        numbers.isOf(pidfd, new Pid(one.pid()))
            && ProcessStat.read(proc, one.pid()) instanceof CallResult.Ok<ProcessStat>(var now)
            && now.startTicks() == one.startTicks();
    if (!same) {
      calls.close(pidfd);
    }
    return same ? pidfd : -1;
  }

  /**
   * The running processes below this one; zombies have ended. None where /proc is of another pid
   * namespace: its pids are other processes here.
   */
  private List<ProcessStat> below() {
    if (!numbers.areOurs().is(true)) {
      return List.of();
    }
    Map<Integer, ProcessStat> all = new HashMap<>();
    if (proc.directory("/proc") instanceof CallResult.Ok<List<Proc.Entry>>(var entries)) {
      for (Proc.Entry entry : entries) {
        OptionalLong pid = Numeral.decimal(entry.name());
        if (pid.isPresent()
            && ProcessStat.read(proc, (int) pid.getAsLong())
                instanceof CallResult.Ok<ProcessStat>(var stat)) {
          all.put(stat.pid(), stat);
        }
      }
    }
    int self = calls.getPid();
    List<ProcessStat> below = new ArrayList<>();
    for (ProcessStat one : all.values()) {
      if (one.state() != 'Z' && isBelow(one, self, all)) {
        below.add(one);
      }
    }
    return below;
  }

  private static boolean isBelow(ProcessStat one, int self, Map<Integer, ProcessStat> all) {
    ProcessStat at = one;
    // The table is not a snapshot of one moment: parents may form a cycle.
    for (int i = 0; i < all.size() && at.pid() != self; i++) {
      ProcessStat parent = all.get(at.parent());
      if (parent == null) {
        return false;
      }
      at = parent;
    }
    return at.pid() == self && one.pid() != self;
  }
}
