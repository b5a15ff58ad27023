package inuse.core.fix;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.SnapshotBuilder;
import inuse.core.evidence.SocketBuilder;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One port, the processes that listen on it, and a clock, in memory: what is done to it and what is
 * seen of it. Time passes only while somebody waits.
 */
class World implements Effects, Eyes {
  /** What a process does about a signal. */
  interface Reaction {
    void to(int signal);
  }

  /** Each as {@code TERM 10}, in order. */
  final List<String> log = new ArrayList<>();

  private final Map<Integer, Long> sockets = new TreeMap<>();
  private final Map<Integer, Reaction> reactions = new LinkedHashMap<>();
  private final Map<Long, List<Runnable>> later = new TreeMap<>();
  private final Set<Integer> running = new HashSet<>();
  private final Set<Victim> held = new HashSet<>();
  Optional<Duration> timeWait = Optional.empty();
  Result container = Result.DONE;
  Result permitted = Result.DONE;
  boolean interrupt;
  long now;

  /** A process with a descriptor of that socket. */
  World process(int pid, long inode, Reaction reaction) {
    running.add(pid);
    sockets.put(pid, inode);
    reactions.put(pid, reaction);
    return this;
  }

  /** One that ends when it is asked to. */
  World obedient(int pid, long inode) {
    return process(pid, inode, signal -> ends(pid));
  }

  /** One that ends by SIGKILL alone. */
  World stubborn(int pid, long inode) {
    return process(
        pid,
        inode,
        signal -> {
          if (signal == 9) {
            ends(pid);
          }
        });
  }

  void ends(int pid) {
    running.remove(pid);
    sockets.remove(pid);
  }

  void letsGo(int pid) {
    sockets.remove(pid);
  }

  /** Something that happens on its own. */
  World in(long millis, Runnable event) {
    later.computeIfAbsent(now + millis, _ -> new ArrayList<>()).add(event);
    return this;
  }

  boolean runs(int pid) {
    return running.contains(pid);
  }

  @Override
  public Result hold(Victim victim) {
    int pid = victim.pid().number();
    if (!running.contains(pid) || !sockets.containsKey(pid)) {
      return Result.RELEASED;
    }
    held.add(victim);
    return permitted;
  }

  @Override
  public Result signal(Victim victim, int signal) {
    int pid = victim.pid().number();
    log.add(SignalName.of(signal).substring(3) + " " + pid);
    if (!running.contains(pid)) {
      return Result.EXITED;
    }
    reactions.getOrDefault(pid, _ -> {}).to(signal);
    return Result.DONE;
  }

  @Override
  public Set<Victim> ended() {
    Set<Victim> ended = new HashSet<>();
    held.stream().filter(one -> !running.contains(one.pid().number())).forEach(ended::add);
    return ended;
  }

  @Override
  public Event await(Duration most) {
    log.add("await");
    if (interrupt) {
      interrupt = false;
      return Event.INTERRUPTED;
    }
    long end = now + most.toMillis();
    for (Map.Entry<Long, List<Runnable>> entry : later.entrySet()) {
      if (entry.getKey() <= end) {
        pass(entry.getKey() - now);
        later.remove(entry.getKey());
        entry.getValue().forEach(Runnable::run);
        return Event.CHANGED;
      }
    }
    pass(most.toMillis());
    return Event.TIME_IS_OVER;
  }

  private void pass(long millis) {
    now += Math.max(0, millis);
    timeWait =
        timeWait
            .map(left -> left.minusMillis(millis))
            .filter(left -> left.compareTo(Duration.ZERO) > 0);
  }

  @Override
  public Result destroy(BoundSocket socket) {
    log.add("destroy");
    timeWait = Optional.empty();
    return Result.DONE;
  }

  @Override
  public Ran run(List<String> command, Duration most) {
    log.add(String.join(" ", command));
    Set.copyOf(running).forEach(this::ends);
    return new Ran(Result.DONE, new Untrusted(""));
  }

  @Override
  public Result stop(Container one, Duration grace) {
    log.add("api");
    if (container == Result.DONE) {
      Set.copyOf(running).forEach(this::ends);
    }
    return container;
  }

  @Override
  public Result remove(UnixTarget.Path file) {
    throw new AssertionError("there is no file");
  }

  @Override
  public long nowMillis() {
    return now;
  }

  @Override
  public Diagnosis diagnose() {
    SnapshotBuilder seen = snapshot().asRoot();
    if (proof() == Proof.BIND) {
      return Explainer.explain(seen.probes("ok").build());
    }
    seen.blocked();
    for (long inode : new HashSet<>(sockets.values())) {
      seen.sockets(listener().inode(inode));
    }
    timeWait.ifPresent(left -> seen.sockets(SocketBuilder.timeWait(left.toMillis())));
    sockets.forEach((pid, inode) -> seen.holders(describe(pid).holds(3, inode)));
    return Explainer.explain(seen.build());
  }

  /** Overridden where the processes are somebody's. */
  HolderBuilder describe(int pid) {
    return holder(pid, "server");
  }

  @Override
  public Proof proof() {
    return sockets.isEmpty() && timeWait.isEmpty() ? Proof.BIND : Proof.NONE;
  }

  @Override
  public boolean isServed() {
    return !sockets.isEmpty();
  }

  @Override
  public boolean isListenedOn() {
    return isServed();
  }

  @Override
  public Fading fading() {
    return new Fading(timeWait, timeWait, timeWait.isPresent() ? "TIME_WAIT" : "");
  }

  @Override
  public Duration patience() {
    return Duration.ofMillis(500);
  }
}
