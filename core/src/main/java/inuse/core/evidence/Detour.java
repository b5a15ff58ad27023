package inuse.core.evidence;

import java.util.Optional;

/**
 * A rule of the packet filter that sends what is for a port elsewhere.
 *
 * @param rule what it does, in nft(8)'s words, and where it is found
 * @param unserved where on this host the rule sends it, if no socket takes it there; with the
 *     wildcard address where the rule names a port alone; empty where one does, where the rule
 *     leads to another host, and where it cannot be told
 */
public record Detour(Untrusted rule, Optional<Endpoint> unserved) {}
