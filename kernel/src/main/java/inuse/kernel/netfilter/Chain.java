package inuse.kernel.netfilter;

/**
 * A chain that the kernel itself begins with.
 *
 * @param family NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_INET and others
 * @param hook NF_INET_PRE_ROUTING and the like; negative for a chain that only rules lead to
 */
public record Chain(int family, String table, String name, int hook) {}
