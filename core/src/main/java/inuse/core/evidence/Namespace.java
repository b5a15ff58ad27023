package inuse.core.evidence;

import java.util.Optional;

/**
 * A network namespace: a port space of its own (network_namespaces(7)).
 *
 * @param inode of its file; unknown where it may not be read
 * @param name of the file that keeps it alive, as {@code ip netns add} or Docker chose it
 * @param path of a file that leads into it
 * @param member one of the processes in it
 * @param container the container that it belongs to
 * @param own whether it is the caller's own
 */
public record Namespace(
    Reading<Long> inode,
    Optional<Untrusted> name,
    String path,
    Optional<Ancestor> member,
    Optional<Container> container,
    boolean own) {}
