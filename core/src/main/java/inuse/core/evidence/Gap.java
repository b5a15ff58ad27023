package inuse.core.evidence;

/**
 * Something that was not examined.
 *
 * @param what a description for people
 * @param remedy what would let it be seen
 */
public record Gap(Subject subject, String what, Reading.Why why, Phrase remedy) {
  /** The part of the answer that may be incomplete. */
  public enum Subject {
    /** Which sockets there are. */
    SOCKETS,
    /** Which processes have a socket among their open files. */
    OPEN_FILES,
    /** What these processes are: their arguments and paths. */
    PROCESSES,
    /** What keeps alive a socket that no open file shows. */
    REFERENCES,
    /** The contents of another network namespace. */
    NAMESPACES,
    /** What is in charge of the processes: a service manager, a container engine. */
    SUPERVISION,
    /** Whether a rule of the packet filter sends the port's traffic elsewhere. */
    PACKET_FILTER
  }

  /** A gap whose remedy is in our own words. */
  public Gap(Subject subject, String what, Reading.Why why, String remedy) {
    this(subject, what, why, Phrase.of(remedy));
  }
}
