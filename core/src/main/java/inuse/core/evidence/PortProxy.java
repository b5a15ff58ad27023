package inuse.core.evidence;

import java.util.Optional;

/**
 * The part of a container engine that holds a published port of the host.
 *
 * @param engine the engine whose proxy it is
 * @param container the container it forwards to, where that is known
 * @param containerPort the port inside it, where that is known
 * @param asked whether the engine answered the query for the container
 */
public record PortProxy(
    Container.Engine engine,
    Optional<Container> container,
    Optional<Port> containerPort,
    boolean asked) {}
