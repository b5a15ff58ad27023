package inuse.core.evidence;

/**
 * An address that an interface has.
 *
 * @param device the interface
 */
public record LocalAddress(IpAddress address, Device device, State state) {
  /** Whether it can be used (RFC 4862). */
  public enum State {
    /** It can be bound. */
    READY,
    /** Its neighbours are still asked whether they have it, and until then nobody may bind it. */
    TENTATIVE,
    /** Another machine on the link has it, and it is never used. */
    DUPLICATE
  }
}
