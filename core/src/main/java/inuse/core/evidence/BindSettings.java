package inuse.core.evidence;

/**
 * The kernel settings that decide about a bind.
 *
 * @param unprivilegedPortStart net.ipv4.ip_unprivileged_port_start
 * @param ephemeral net.ipv4.ip_local_port_range
 */
public record BindSettings(Reading<Port> unprivilegedPortStart, Reading<Range> ephemeral) {}
