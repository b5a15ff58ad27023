package inuse.core.evidence;

/**
 * One real bind(2) of a unix socket of type SOCK_STREAM, closed at once.
 *
 * @param reuseAddress whether SO_REUSEADDR was set
 */
public record UnixProbe(boolean reuseAddress, Probe.Result result) {}
