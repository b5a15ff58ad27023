package inuse.core.evidence;

import java.util.Optional;

/**
 * A unix socket that has the path or the name asked about.
 *
 * @param state LISTEN, ESTABLISHED, or BOUND for every other one
 * @param name as its holder wrote it for bind(2): a path may be relative, or older than a rename;
 *     an abstract name begins with {@code @}
 * @param inode empty for a connection that is not yet accepted
 * @param cookie SO_COOKIE, which identifies this socket; zero where it is not known
 * @param waiting for a listener: how many connections wait to be accepted
 */
public record UnixSocket(
    Type type,
    SocketState state,
    Untrusted name,
    Optional<Inode> inode,
    long cookie,
    Reading<Account> owner,
    Reading<Long> waiting) {

  /** SOCK_STREAM and so on. */
  public enum Type {
    STREAM("stream"),
    DATAGRAM("datagram"),
    SEQPACKET("seqpacket"),
    OTHER("other");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    /** The word for people. */
    public String word() {
      return word;
    }
  }
}
