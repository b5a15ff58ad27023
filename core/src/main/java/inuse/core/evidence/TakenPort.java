package inuse.core.evidence;

import java.util.Optional;

/**
 * A port on which a server listens.
 *
 * @param owner one of the processes that have it, if visible
 */
public record TakenPort(Protocol protocol, Port port, Optional<Ancestor> owner) {}
