package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Signal;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.Statement;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A fake host in memory: listeners on port 8080, processes that hold them, and a clock. */
final class FakeWorld implements Effects, AddressMonitor {
  /** When its first look began, in clock ticks. */
  static final long SINCE = 12_000;

  /** What was done, in order: {@code hold 10}, {@code signal 10 15}. */
  final List<String> acts = new ArrayList<>();

  /** What acts that are not about processes end with. */
  Result answer = Result.DONE;

  /** Of each await its longest time. */
  final List<Long> awaits = new ArrayList<>();

  Optional<Duration> untilNext = Optional.empty();
  Proof free = Proof.BIND;

  /** Whether what has the port is what is left of connections. */
  boolean remains;

  private final TreeMap<Long, List<Runnable>> future = new TreeMap<>();
  private final TreeMap<Long, TreeSet<Integer>> listeners = new TreeMap<>();
  private final Set<Long> sent = new HashSet<>();
  private final Map<String, Runnable> reactions = new HashMap<>();
  private final Set<Integer> gone = new HashSet<>();
  private final Set<Integer> others = new HashSet<>();
  private final Set<Integer> foreign = new HashSet<>();
  private final Map<Integer, UnaryOperator<HolderBuilder>> facts = new HashMap<>();
  private final Set<Integer> stopped = new HashSet<>();
  private final Set<Victim> held = new LinkedHashSet<>();

  /** How often it was looked at. */
  int looks;

  private long now = 1_000_000;
  private boolean changed;
  private boolean interrupted;

  /** A listening socket, and the processes that have it. */
  FakeWorld listens(long inode, int... pids) {
    TreeSet<Integer> holders = listeners.computeIfAbsent(inode, any -> new TreeSet<>());
    for (int pid : pids) {
      holders.add(pid);
    }
    return this;
  }

  /** A socket that was sent to somebody, who has yet to take it. */
  FakeWorld sent(long inode) {
    sent.add(inode);
    return this;
  }

  /** What happens with that act. */
  FakeWorld on(String act, Runnable reaction) {
    reactions.put(act, reaction);
    return this;
  }

  /** A process that ends so long after that signal. */
  FakeWorld obeys(int pid, int signal, long millis) {
    return on("signal " + pid + " " + signal, () -> in(millis, () -> exit(pid)));
  }

  void in(long millis, Runnable event) {
    future.computeIfAbsent(now + millis, any -> new ArrayList<>()).add(event);
  }

  void exit(int pid) {
    gone.add(pid);
    listeners.values().forEach(pids -> pids.remove(pid));
    forgetUnheld();
  }

  void close(long inode) {
    listeners.remove(inode);
    changed = true;
  }

  /** Somebody else has that pid now. */
  FakeWorld replaced(int pid) {
    others.add(pid);
    return this;
  }

  /** A process that may not be signalled, though that is only found out then. */
  FakeWorld foreign(int pid) {
    foreign.add(pid);
    return this;
  }

  FakeWorld stopped(int pid) {
    stopped.add(pid);
    return this;
  }

  /**
   * What is known of a process; the others are alike, of one user and one process group, and
   * started after the first look began.
   */
  FakeWorld known(int pid, UnaryOperator<HolderBuilder> as) {
    facts.put(pid, as);
    return this;
  }

  void interrupt() {
    interrupted = true;
  }

  private void forgetUnheld() {
    listeners.entrySet().removeIf(one -> one.getValue().isEmpty() && !sent.contains(one.getKey()));
    changed = true;
  }

  private void did(String act) {
    acts.add(act);
    reactions.getOrDefault(act, () -> {}).run();
  }

  @Override
  public Result hold(Consent.Agreed agreed) {
    Victim victim = agreed.victim();
    int pid = victim.pid().number();
    did("hold " + pid);
    if (gone.contains(pid) || others.contains(pid)) {
      return Result.RELEASED;
    }
    held.add(victim);
    return Result.DONE;
  }

  @Override
  public Result signal(Victim victim, Signal signal) {
    int pid = victim.pid().number();
    if (!held.contains(victim)) {
      throw new IllegalStateException(pid + " is not held");
    }
    did("signal " + pid + " " + signal.number());
    return foreign.contains(pid) ? Result.DENIED : Result.DONE;
  }

  @Override
  public Set<Victim> ended() {
    Set<Victim> ended = new LinkedHashSet<>(held);
    ended.removeIf(one -> !gone.contains(one.pid().number()));
    return ended;
  }

  @Override
  public Event await(Duration most) {
    awaits.add(most.toMillis());
    long end = now + most.toMillis();
    changed = false;
    while (!interrupted && !changed && !future.isEmpty() && future.firstKey() <= end) {
      now = Math.max(now, future.firstKey());
      future.pollFirstEntry().getValue().forEach(Runnable::run);
    }
    if (interrupted) {
      interrupted = false;
      return Event.INTERRUPTED;
    }
    if (changed) {
      return Event.CHANGED;
    }
    now = end;
    return Event.TIME_IS_OVER;
  }

  @Override
  public Result destroy(BoundSocket socket) {
    did("destroy " + socket.cookie());
    return answer;
  }

  @Override
  public Ran run(List<String> command, Duration most) {
    did("run " + String.join(" ", command) + " " + most.toMillis());
    return new Ran(answer, new Untrusted(answer == Result.DONE ? "" : "said"));
  }

  @Override
  public Result stop(Statement.Trusted<Container> container, Duration grace) {
    did("stop " + grace.toMillis());
    return answer;
  }

  @Override
  public Result remove(UnixTarget.Path file) {
    did("remove " + file.path().bytes());
    return answer;
  }

  @Override
  public long nowMillis() {
    return now;
  }

  @Override
  public Diagnosis diagnose() {
    SnapshotBuilder seen = snapshot();
    if (listeners.isEmpty()) {
      return Explainer.explain(seen.probes("ok").build());
    }
    Set<Integer> pids = new TreeSet<>();
    listeners.forEach((inode, holders) -> {
      seen.sockets(listener().inode(inode));
      pids.addAll(holders);
    });
    for (int pid : pids) {
      HolderBuilder who = facts.getOrDefault(pid, one -> one).apply(holder(pid, "app" + pid));
      if (stopped.contains(pid)) {
        who.state(ProcessState.STOPPED);
      }
      listeners.forEach((inode, holders) -> {
        if (holders.contains(pid)) {
          who.holds(3, inode);
        }
      });
      seen.holders(who);
    }
    return Explainer.explain(seen.blocked().build());
  }

  @Override
  public Proof proof() {
    looks++;
    return listeners.isEmpty() ? free : Proof.NONE;
  }

  @Override
  public boolean isTaken() {
    looks++;
    return !remains && !listeners.isEmpty();
  }

  @Override
  public boolean isListenedOn() {
    return !listeners.isEmpty();
  }

  @Override
  public Expiry expiry() {
    return new Expiry(untilNext, untilNext, untilNext.isPresent() ? "TIME_WAIT" : "");
  }

  @Override
  public Duration pollInterval() {
    return Duration.ofMillis(500);
  }
}
