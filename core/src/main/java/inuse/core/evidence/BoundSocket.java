package inuse.core.evidence;

import java.time.Duration;
import java.util.Optional;

/**
 * A socket that has the port asked about.
 *
 * @param inode empty where no file exists: TIME_WAIT, orphans, connections that are not yet
 *     accepted
 * @param cookie SO_COOKIE, which identifies this socket; zero where it is not known
 * @param device SO_BINDTODEVICE
 * @param cgroup path of the control group in which the socket was made
 * @param expires time left for a socket in TIME_WAIT, or in FIN_WAIT2 without an owner
 * @param options what its holder has set on it
 * @param origin how it came to its connection and its port
 * @param queue the connections that wait to be accepted; empty where it does not listen, or the
 *     kernel did not tell
 */
public record BoundSocket(
    Protocol protocol,
    SocketState state,
    Endpoint local,
    Optional<Endpoint> peer,
    Account owner,
    Optional<Inode> inode,
    long cookie,
    Optional<Device> device,
    Reading<Untrusted> cgroup,
    Optional<Duration> expires,
    Options options,
    Origin origin,
    Optional<AcceptQueue> queue) {

  /** A socket of which no connection waits. */
  public BoundSocket(
      Protocol protocol,
      SocketState state,
      Endpoint local,
      Optional<Endpoint> peer,
      Account owner,
      Optional<Inode> inode,
      long cookie,
      Optional<Device> device,
      Reading<Untrusted> cgroup,
      Optional<Duration> expires,
      Options options,
      Origin origin) {
    this(
        protocol,
        state,
        local,
        peer,
        owner,
        inode,
        cookie,
        device,
        cgroup,
        expires,
        options,
        origin,
        Optional.empty());
  }

  /**
   * The socket options that decide who else may bind.
   *
   * @param reuseAddress SO_REUSEADDR, read from the holder's own socket
   * @param reusePort SO_REUSEPORT, read from the holder's own socket
   * @param ipv6Only IPV6_V6ONLY
   */
  public record Options(
      Reading<Boolean> reuseAddress, Reading<Boolean> reusePort, Reading<Boolean> ipv6Only) {}

  /**
   * How it came to its connection and its port.
   *
   * @param initiated whether this side called connect(2): true outgoing, false accepted
   * @param autoPort whether the kernel chose the port, or a listener handed it down
   */
  public record Origin(Reading<Boolean> initiated, Reading<Boolean> autoPort) {}

  public Reading<Boolean> reuseAddress() {
    return options.reuseAddress;
  }

  public Reading<Boolean> reusePort() {
    return options.reusePort;
  }

  public Reading<Boolean> ipv6Only() {
    return options.ipv6Only;
  }

  public Reading<Boolean> initiated() {
    return origin.initiated;
  }

  public Reading<Boolean> autoPort() {
    return origin.autoPort;
  }

  /** Whether the kernel keeps only a stub of the socket, which it counts as TIME_WAIT. */
  public boolean isTimeWaitStub() {
    return state == SocketState.TIME_WAIT || expires.isPresent();
  }

  /**
   * Whether it is a server's: it listens or may, and is neither a connection nor the rest of one.
   */
  public boolean isServers() {
    return state == SocketState.LISTEN || state == SocketState.BOUND;
  }

  /** Whether clients to whom it is not connected reach it. */
  public boolean takesClients() {
    return switch (protocol) {
      case TCP -> state == SocketState.LISTEN;
      case UDP -> state == SocketState.BOUND && peer.isEmpty();
    };
  }

  /**
   * Whether it is what is left of a connection: no process has it, and the kernel drops it by
   * itself, unless a listener has yet to accept it.
   */
  public boolean isRemains() {
    return inode.isEmpty() && !isServers();
  }

  /**
   * Whether systemd made it for a socket unit, by its control group: that of PID 1, or that of the
   * unit, which newer versions enter to make the socket.
   */
  public boolean isOfSocketUnit() {
    String group = cgroup.toOptional().map(Untrusted::bytes).orElse("");
    return owner.uid().equals(Uid.ROOT)
        && (group.equals("/init.scope") || group.endsWith(".socket"));
  }

  /** This socket with options read from its holder. */
  public BoundSocket withOptions(Options read) {
    return with(read, origin);
  }

  /** This socket with the origin of its port. */
  public BoundSocket withAutoPort(boolean auto) {
    return with(options, new Origin(origin.initiated, Reading.known(auto)));
  }

  private BoundSocket with(Options options, Origin origin) {
    return new BoundSocket(
        protocol, state, local, peer, owner, inode, cookie, device, cgroup, expires, options,
        origin, queue);
  }
}
