package inuse.core.fix;

import inuse.core.explain.Diagnosis;
import java.time.Duration;
import java.util.Optional;

/** Looks at one address. */
public interface AddressMonitor {
  /** Everything, as the question would be answered now. */
  Diagnosis diagnose();

  /** Whether a server could have it now. */
  Proof proof();

  /** Whether a server has it, asked without a bind: one of ours might be what refuses theirs. */
  boolean isServed();

  /** Whether one listens there already, which is told faster. */
  boolean isListenedOn();

  /** What time will do by itself. */
  Expiry expiry();

  /** How long to rely on news of what was seen, until it is looked at without any. */
  Duration pollInterval();

  /** What a look says about a bind. */
  enum Proof {
    /** It is refused. */
    NONE,
    /** This user may not bind there, and no socket is in the way. */
    TABLE,
    /** A real bind succeeded. */
    BIND;

    /** Whether it is free. */
    public boolean isFree() {
      return this == TABLE || this == BIND;
    }
  }

  /**
   * What the kernel forgets by itself.
   *
   * @param next until the next socket goes, nothing where none has a timer that is told
   * @param last until the last one goes, likewise
   * @param state of the last one, for people; empty for none
   */
  record Expiry(Optional<Duration> next, Optional<Duration> last, String state) {
    public static final Expiry NONE = new Expiry(Optional.empty(), Optional.empty(), "");
  }
}
