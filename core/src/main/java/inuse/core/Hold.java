package inuse.core;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.PortTarget;
import java.util.List;

/** The result of taking ports: all of them, or none. */
public sealed interface Hold {
  /** All are held. */
  record Taken(HeldPorts ports) implements Hold {}

  /**
   * None is held.
   *
   * @param ports those that could not be had
   */
  record Refused(List<RefusedPort> ports) implements Hold {
    public Refused {
      ports = List.copyOf(ports);
    }
  }

  /**
   * A port that could not be had.
   *
   * @param target what was asked for; {@link Inuse#ask} tells why it is refused. Port 0 where no
   *     free one was found
   * @param errno of socket(2), setsockopt(2) or bind(2): EMFILE where this process may have no more
   *     descriptors
   */
  record RefusedPort(PortTarget target, ErrnoName errno) {}
}
