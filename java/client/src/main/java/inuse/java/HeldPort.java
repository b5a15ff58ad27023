package inuse.java;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.PrimitiveIterator;

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
  /*
   * Two sockets with SO_REUSEADDR may both be bound to one port, and then two would hold it. So the
   * port is taken by a plain bind, which the kernel allows only to the first, and the option is set
   * on the bound socket: from then on servers that set it may come, and no plain bind may. A
   * SocketChannel is used, since it sets no option by itself, as a ServerSocket does.
   */

  /** For what is said of a port that cannot be taken. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final boolean LINUX = "Linux".equals(System.getProperty("os.name"));

  private final SocketChannel socket;
  private final int port;

  private HeldPort(SocketChannel socket, int port) {
    this.socket = socket;
    this.port = port;
  }

  /**
   * Takes a free port, chosen outside the range of ephemeral ports as long as there is one.
   *
   * @throws UncheckedIOException if there is none, or this process may open no more descriptors
   */
  public static HeldPort take() {
    try {
      PrimitiveIterator.OfInt ports = FreePorts.order().iterator();
      while (ports.hasNext()) {
        try {
          return bound(ports.nextInt());
        } catch (BindException e) {
          // Another has it: the next one.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no port can be held: " + e.getMessage(), e);
    }
    throw new UncheckedIOException(new BindException("no free port is left"));
  }

  /**
   * Takes that port.
   *
   * @param port 1 to 65535
   * @throws UncheckedIOException if it cannot be bound; the message says what holds it, where that
   *     can be found out. A port of which only connections are left, as in TIME_WAIT, cannot be
   *     taken either
   * @throws IllegalArgumentException if the number is none of a port
   */
  public static HeldPort take(int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("a port is a number from 1 to 65535, not " + port);
    }
    try {
      return bound(port);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "port " + port + " cannot be held: " + e.getMessage() + why(port, e), e);
    }
  }

  private static String why(int port, IOException failure) {
    if (!(failure instanceof BindException)) {
      return "";
    }
    try {
      return "; " + Inuse.ask(String.valueOf(port), PATIENCE).summary();
    } catch (InuseException e) {
      return "; what holds it could not be found out: " + e.getMessage();
    }
  }

  private static HeldPort bound(int port) throws IOException {
    SocketChannel socket = SocketChannel.open();
    boolean held = false;
    try {
      socket.bind(new InetSocketAddress(port));
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      held = true;
    } finally {
      if (!held || !LINUX) {
        socket.close();
      }
    }
    return new HeldPort(socket, port);
  }

  /** Its number. */
  public int port() {
    return port;
  }

  /** Whether no other process is given it until this is closed. */
  public boolean isKept() {
    return socket.isOpen();
  }

  /** Gives it up; a server that listens there by then is not affected. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The number. */
  @Override
  public String toString() {
    return Integer.toString(port);
  }
}
