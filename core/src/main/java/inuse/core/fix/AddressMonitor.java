package inuse.core.fix;

import inuse.core.explain.Diagnosis;
import java.time.Duration;
import java.util.Optional;

/** Looks at one address. */
public interface AddressMonitor {
  /** The complete diagnosis as of now. */
  Diagnosis diagnose();

  /** Whether a server could bind it now. */
  Proof proof();

  /**
   * Whether a process has it, a server or a client, by the very rule that refuses a bind; checked
   * without a bind of our own, which could make a server's fail, where the sockets alone tell.
   */
  boolean isTaken();

  /** Whether a server listens there, which is faster to check. */
  boolean isListenedOn();

  /** What will expire by itself. */
  Expiry expiry();

  /**
   * How long a server that does not set SO_REUSEADDR is still refused.
   *
   * @return empty where it is not, or where no timer is reported
   */
  default Optional<Duration> rest(Proof proof) {
    return proof == Proof.REUSE ? expiry().last() : Optional.empty();
  }

  /** How long to rely on notifications before polling. */
  Duration pollInterval();

  /** How it is known that the address is free. */
  enum Proof {
    /** It is refused. */
    NONE,
    /** This user may not bind there, but no socket is in the way. */
    TABLE,
    /**
     * A real bind with SO_REUSEADDR succeeded, and only what is left of connections of a server
     * that had set it too refuses one without, or a session that systemd started for one.
     */
    REUSE,
    /** A real bind succeeded. */
    BIND;

    /** Whether it is free. */
    public boolean isFree() {
      return this != NONE;
    }
  }

  /**
   * Sockets that the kernel drops by itself.
   *
   * @param next until the next socket expires; empty where no timer is reported
   * @param last until the last one expires; empty where no timer is reported
   * @param state of the last one, for people; empty for none
   */
  record Expiry(Optional<Duration> next, Optional<Duration> last, String state) {
    public static final Expiry NONE = new Expiry(Optional.empty(), Optional.empty(), "");
  }
}
