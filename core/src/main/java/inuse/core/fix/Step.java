package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Container;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Remedy;
import java.time.Duration;
import java.util.List;

/** One thing to do, decided and not yet done. */
public sealed interface Step {
  /** Whoever is in charge of the holder stops it, by the command of that remedy. */
  record Command(Remedy remedy) implements Step {}

  /**
   * The engine stops the container: through its API, else by the command of that remedy.
   *
   * @param container as its engine knows it
   */
  record StopContainer(Container container, Remedy remedy) implements Step {}

  /** These processes are asked to end, and those that do not are killed. */
  record EndProcesses(List<Victim> victims) implements Step {
    public EndProcesses {
      victims = List.copyOf(victims);
    }
  }

  /** The kernel drops these connections. */
  record DestroySockets(List<BoundSocket> sockets) implements Step {
    public DestroySockets {
      sockets = List.copyOf(sockets);
    }
  }

  /** Time does it. */
  record Wait(Duration atLeast) implements Step {}

  /** A socket file that nobody serves is removed. */
  record RemoveFile(UnixTarget.Path file) implements Step {}
}
