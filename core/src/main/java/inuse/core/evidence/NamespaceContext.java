package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * What other network namespaces contribute to the answer.
 *
 * @param asked the namespace that was asked about, if one was named
 * @param refusal the errno that kept us out of it
 * @param held where the port is taken, although it is free in the namespace asked about
 * @param more the number of further namespaces where it is taken
 */
public record NamespaceContext(
    Optional<Namespace> asked,
    Optional<String> refusal,
    List<OtherNamespaceHolder> held,
    int more) {

  /** The question was about our own namespace, and nothing was found in others. */
  public static final NamespaceContext NOTHING =
      new NamespaceContext(Optional.empty(), Optional.empty(), List.of(), 0);

  public NamespaceContext {
    held = List.copyOf(held);
  }

  /**
   * The port in another namespace.
   *
   * @param sockets those that listen, or for UDP are bound
   * @param holders the processes that have them
   * @param container the container of those processes
   */
  public record OtherNamespaceHolder(
      Namespace where,
      List<BoundSocket> sockets,
      List<Ancestor> holders,
      Optional<Container> container) {
    public OtherNamespaceHolder {
      sockets = List.copyOf(sockets);
      holders = List.copyOf(holders);
    }
  }
}
