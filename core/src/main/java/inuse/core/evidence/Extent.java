package inuse.core.evidence;

/**
 * How much an {@link Inventory} has.
 *
 * @param unixSockets whether those are looked at, too
 * @param everywhere whether other network namespaces are, too
 * @param connections ports of which also connections in the ephemeral range are told
 */
public record Extent(boolean unixSockets, boolean everywhere, PortSet connections) {
  /** The ports of our own network namespace. */
  public static final Extent HERE = new Extent(false, false, PortSet.NONE);
}
