package inuse.java;

import java.io.UncheckedIOException;

/**
 * A TCP port that this process keeps for a server to come, until it is closed or the process ends.
 *
 * <p>It is a socket that is bound with SO_REUSEADDR and never listens. Linux gives such a port to
 * no client and to no bind to port 0, and refuses it to a server without that option. A server that
 * sets the option, as Java's do by themselves, binds and listens there at once, in this process or
 * another, while it is held: it need not be closed before.
 *
 * <p>Another program that names the number and sets the option is not kept away. Both families are
 * held (IPv4 alone where {@code java.net.preferIPv4Stack} is set or there is no IPv6). On another
 * system than Linux ports cannot be held so: it is then only free when it is taken, and {@link
 * #isKept} is false.
 */
public final class HeldPort implements AutoCloseable {
  private final int port;

  private HeldPort(int port) {
    this.port = port;
  }

  /**
   * Takes a free port, chosen outside the range of ephemeral ports as long as there is one.
   *
   * @throws UncheckedIOException if there is none, or this process may open no more descriptors
   */
  public static HeldPort take() {
    return new HeldPort(0);
  }

  /**
   * Takes that port.
   *
   * @param port 1 to 65535
   * @throws UncheckedIOException if it cannot be bound; the message says what holds it, where that
   *     can be found out
   * @throws IllegalArgumentException if the number is none of a port
   */
  public static HeldPort take(int port) {
    return new HeldPort(port);
  }

  /** Its number. */
  public int port() {
    return port;
  }

  /** Whether no other process is given it until this is closed. */
  public boolean isKept() {
    return false;
  }

  /** Gives it up; a server that listens there by then is not affected. */
  @Override
  public void close() {}

  /** The number. */
  @Override
  public String toString() {
    return Integer.toString(port);
  }
}
