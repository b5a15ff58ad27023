package inuse.core.evidence;

import java.util.Optional;

/**
 * The part of a container engine that holds a published port of the host.
 *
 * @param engine the engine whose proxy it is
 * @param container the container it forwards to, where that is known
 * @param service the swarm service that it forwards to, where it is that; only of characters that
 *     are safe in a command line
 * @param containerPort the port inside it, where that is known
 * @param asked whether the engine answered the query for the container
 * @param left whether it was left behind: its container has gone, or does not run any more
 */
public record PortProxy(
    Container.Engine engine,
    Optional<Container> container,
    Optional<String> service,
    Optional<Port> containerPort,
    boolean asked,
    boolean left) {
  /** One of a container; one that the engine does not know has gone. */
  public PortProxy(
      Container.Engine engine,
      Optional<Container> container,
      Optional<Port> containerPort,
      boolean asked) {
    this(engine, container, Optional.empty(), containerPort, asked, asked && container.isEmpty());
  }

  /** The same, left behind by a container that the engine may still know. */
  public PortProxy leftBehind() {
    return new PortProxy(engine, container, service, containerPort, asked, true);
  }
}
