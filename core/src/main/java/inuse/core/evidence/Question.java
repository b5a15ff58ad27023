package inuse.core.evidence;

import java.util.Optional;

/**
 * A question about one target.
 *
 * @param newcomer the server that would bind there
 * @param probe whether the kernel may be probed by real binds
 * @param namespace the network namespace that is asked about; empty for the asking thread's. For
 *     unix sockets only that one is possible
 * @param lookAround whether other namespaces are searched too when the port is free
 */
public record Question<T extends Target>(
    T target, Newcomer newcomer, boolean probe, Optional<Namespace> namespace, boolean lookAround) {

  /** A question about the asking thread's namespace. */
  public Question(T target, Newcomer newcomer, boolean probe) {
    this(target, newcomer, probe, Optional.empty(), true);
  }

  /** The same about another target. */
  public <U extends Target> Question<U> about(U other) {
    return new Question<>(other, newcomer, probe, namespace, lookAround);
  }
}
