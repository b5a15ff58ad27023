package inuse.core.evidence;

/**
 * A network interface that a socket is bound to by SO_BINDTODEVICE.
 *
 * @param name as the interface is called now
 */
public record Device(int index, Untrusted name) {}
