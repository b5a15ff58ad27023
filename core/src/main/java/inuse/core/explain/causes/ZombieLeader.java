package inuse.core.explain.causes;

import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process whose main thread has ended while other threads live on and hold the socket.
 *
 * <h2>What it is</h2>
 *
 * The process is shown as a zombie (state Z), which usually means that nothing is left of it. Here
 * threads are left, and with them every socket. A true zombie holds no port.
 *
 * <h2>Why bind fails</h2>
 *
 * The sockets of a process are closed when its last thread ends, not when its first one does.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code grep -E 'State|Threads' /proc/PID/status} shows {@code Z} with more than one thread;
 * {@code ls -l /proc/PID/task/*}{@code /fd} shows the socket. {@code ss -p}, {@code lsof} and
 * {@code fuser} show nothing.
 *
 * <h2>What to do</h2>
 *
 * Send the process a signal: it reaches the threads that live. SIGKILL ends them all.
 *
 * <h2>What not to do</h2>
 *
 * Do not wait for the parent to reap it: it cannot be reaped before its threads have ended.
 *
 * <h2>Source</h2>
 *
 * pthread_exit(3); proc_pid_task(5); kernel/exit.c, delay_group_leader().
 */
public record ZombieLeader(Blockers blockers) implements SocketCause {
  /** Claims the sockets of processes without their main thread. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed
        .claim(socket ->
            unclaimed.snapshot().holdersOf(socket).stream().anyMatch(Holder::isLeaderless)
                && unclaimed.snapshot().isUnlisted(socket))
        .map(ZombieLeader::new);
  }

  @Override
  public String id() {
    return "zombie-leader";
  }

  @Override
  public Phrase summary() {
    return Phrases.subject(
            blockers,
            "has lost its main thread, and its other threads hold ",
            "have lost their main threads, and their other threads hold ")
        .then(Phrases.places(sockets()));
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        "it looks like a zombie, which would hold nothing, but threads of it live on, and a socket"
            + " is closed only when the last thread ends");
  }

  @Override
  public List<Remedy> remedies() {
    return Stream.concat(Remedies.stop(blockers).stream(), Stream.of(Remedies.kill(blockers)))
        .toList();
  }
}
