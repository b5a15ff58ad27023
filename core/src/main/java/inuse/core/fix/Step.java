package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.Statement;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.remedy.Remedy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One step of a plan, not yet done. */
public sealed interface Step {
  /** The manager in charge of the holder stops it, by the command of that remedy. */
  record Command(Remedy remedy) implements Step {}

  /**
   * The engine stops the container: through its API, else by the command of that remedy.
   *
   * @param container as the engine knows it of whoever vouches for it
   */
  record StopContainer(Statement.Trusted<Container> container, Remedy remedy) implements Step {}

  /**
   * These processes get the first signal, and those that survive it are killed.
   *
   * @param workers their workers, which get none: they end with their masters, or are killed with
   *     them
   */
  record EndProcesses(List<Victim> victims, List<Victim> workers) implements Step {
    public EndProcesses {
      victims = List.copyOf(victims);
      workers = List.copyOf(workers);
    }

    /** Processes without workers. */
    public EndProcesses(List<Victim> victims) {
      this(victims, List.of());
    }

    /** All that may be killed. */
    public List<Victim> all() {
      return Stream.concat(victims.stream(), workers.stream()).toList();
    }
  }

  /** The kernel drops these connections. */
  record DestroySockets(List<BoundSocket> sockets) implements Step {
    public DestroySockets {
      sockets = List.copyOf(sockets);
    }
  }

  /**
   * Waiting is enough.
   *
   * @param atMost when the last timer ends; empty where the kernel does not report it
   * @param connections how many connections are still open, of which something may be left; zero
   *     where they are closed
   */
  record Wait(Optional<Duration> atMost, int connections) implements Step {
    /**
     * How long the kernel keeps what is left of a connection (TCP_TIMEWAIT_LEN, tcp_fin_timeout).
     */
    private static final Duration KEPT = Duration.ofSeconds(60);

    public Wait(Optional<Duration> atMost) {
      this(atMost, 0);
    }

    /** Waits for what the ends of that many connections leave. */
    static Wait forWhatIsLeftOf(int connections) {
      return new Wait(Optional.of(KEPT), connections);
    }

    /** Waits until the last of these sockets is dropped. */
    static Wait untilGone(List<BoundSocket> sockets) {
      boolean told = sockets.stream().allMatch(one -> one.expires().isPresent());
      return new Wait(
          told
              ? sockets.stream().flatMap(one -> one.expires().stream()).max(Duration::compareTo)
              : Optional.empty());
    }
  }

  /** A stale socket file is removed. */
  record RemoveFile(UnixTarget.Path file) implements Step {}
}
