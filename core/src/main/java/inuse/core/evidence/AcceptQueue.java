package inuse.core.evidence;

/**
 * The connections of a listener that its program has not accepted yet.
 *
 * @param waiting how many there are
 * @param backlog how many it lets wait: listen(2), and net.core.somaxconn
 */
public record AcceptQueue(long waiting, long backlog) {
  /** Whether the kernel answers no further client: sk_acceptq_is_full() in net/sock.h. */
  public boolean isFull() {
    return waiting > backlog;
  }
}
