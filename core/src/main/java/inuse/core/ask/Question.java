package inuse.core.ask;

import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Target;
import java.util.Optional;

/**
 * What is asked.
 *
 * @param newcomer the server that would bind there
 * @param probe whether the kernel may be asked by real binds
 * @param namespace the network namespace that is asked about; empty for the asking thread's. Of
 *     unix sockets only that one can be asked about
 * @param lookAround whether other namespaces are looked at too when the port is free
 */
public record Question<T extends Target>(
    T target, Newcomer newcomer, boolean probe, Optional<Namespace> namespace, boolean lookAround) {

  /** A question about where we are. */
  public Question(T target, Newcomer newcomer, boolean probe) {
    this(target, newcomer, probe, Optional.empty(), true);
  }

  /** The same about another target. */
  public <U extends Target> Question<U> about(U other) {
    return new Question<>(other, newcomer, probe, namespace, lookAround);
  }
}
