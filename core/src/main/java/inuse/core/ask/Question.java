package inuse.core.ask;

import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortTarget;
import java.util.Optional;

/**
 * What is asked.
 *
 * @param probe whether the kernel may be asked by real binds
 * @param namespace the network namespace that is asked about; empty for the asking thread's
 * @param lookAround whether other namespaces are looked at too when the port is free
 */
public record Question(
    PortTarget target,
    Newcomer newcomer,
    boolean probe,
    Optional<Namespace> namespace,
    boolean lookAround) {

  /** A question about where we are. */
  public Question(PortTarget target, Newcomer newcomer, boolean probe) {
    this(target, newcomer, probe, Optional.empty(), true);
  }
}
