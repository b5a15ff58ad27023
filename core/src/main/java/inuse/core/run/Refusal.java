package inuse.core.run;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.Optional;

/**
 * A bind(2) or listen(2) that the kernel would refuse with EADDRINUSE.
 *
 * @param reuseAddress SO_REUSEADDR of its socket
 * @param reusePort SO_REUSEPORT
 * @param ipv6Only IPV6_V6ONLY
 * @param device SO_BINDTODEVICE
 * @param uid of the socket
 */
public record Refusal(
    Protocol protocol,
    Endpoint endpoint,
    boolean reuseAddress,
    boolean reusePort,
    boolean ipv6Only,
    Optional<Untrusted> device,
    Uid uid) {}
