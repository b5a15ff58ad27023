package inuse.core.evidence;

import java.time.Duration;
import java.util.Optional;

/** Builds sockets on port 8080 of uid 1000, whose options are known and unset. */
public final class SocketBuilder {
  private final SocketState state;
  private Protocol protocol = Protocol.TCP;
  private String address = "0.0.0.0";
  private int port = 8080;
  private Optional<Endpoint> peer = Optional.empty();
  private Account owner = new Account(new Uid(1000), Optional.of(new Untrusted("alice")));
  private Optional<Inode> inode = Optional.of(new Inode(100));
  private Optional<Device> device = Optional.empty();
  private Reading<Untrusted> cgroup = Reading.unknown(Reading.Why.UNSUPPORTED);
  private Optional<Duration> expires = Optional.empty();
  private Reading<Boolean> reuseAddress = Reading.known(false);
  private Reading<Boolean> reusePort = Reading.known(false);
  private Reading<Boolean> ipv6Only = Reading.known(false);
  private Reading<Boolean> initiated = Reading.unknown(Reading.Why.UNSUPPORTED);
  private Reading<Boolean> autoPort = Reading.unknown(Reading.Why.NOT_ASKED);

  private Optional<AcceptQueue> queue = Optional.empty();

  private SocketBuilder(SocketState state) {
    this.state = state;
  }

  public static SocketBuilder socket(SocketState state) {
    return new SocketBuilder(state);
  }

  public static SocketBuilder listener() {
    return socket(SocketState.LISTEN);
  }

  /** A connection that was accepted from 10.0.0.9. */
  public static SocketBuilder accepted() {
    return socket(SocketState.ESTABLISHED).at("10.0.0.1").peer("10.0.0.9", 50_000).initiated(false);
  }

  /** A connection that this side made to 10.0.0.9:443. */
  public static SocketBuilder outgoing() {
    return socket(SocketState.ESTABLISHED).at("10.0.0.1").peer("10.0.0.9", 443).initiated(true);
  }

  /** What is left of a connection from 10.0.0.9, without owner or inode. */
  public static SocketBuilder timeWait(long millis) {
    return socket(SocketState.TIME_WAIT)
        .at("10.0.0.1")
        .peer("10.0.0.9", 50_000)
        .noInode()
        .expires(millis)
        .uid(0)
        .unknownOptions();
  }

  public SocketBuilder udp() {
    protocol = Protocol.UDP;
    return this;
  }

  public SocketBuilder at(String text) {
    address = text;
    return this;
  }

  public SocketBuilder port(int number) {
    port = number;
    return this;
  }

  public SocketBuilder peer(String text, int number) {
    peer = Optional.of(new Endpoint(IpAddress.parse(text).orElseThrow(), new Port(number)));
    return this;
  }

  public SocketBuilder uid(long uid) {
    owner = new Account(new Uid(uid), Optional.empty());
    return this;
  }

  public SocketBuilder owner(long uid, String name) {
    owner = new Account(new Uid(uid), Optional.of(new Untrusted(name)));
    return this;
  }

  public SocketBuilder inode(long number) {
    inode = Optional.of(new Inode(number));
    return this;
  }

  public SocketBuilder noInode() {
    inode = Optional.empty();
    return this;
  }

  public SocketBuilder device(int index, String name) {
    device = Optional.of(new Device(index, new Untrusted(name)));
    return this;
  }

  public SocketBuilder cgroup(String path) {
    cgroup = Reading.known(new Untrusted(path));
    return this;
  }

  public SocketBuilder expires(long millis) {
    expires = Optional.of(Duration.ofMillis(millis));
    return this;
  }

  public SocketBuilder reuseAddress(boolean set) {
    reuseAddress = Reading.known(set);
    return this;
  }

  public SocketBuilder reusePort(boolean set) {
    reusePort = Reading.known(set);
    return this;
  }

  /** As of a holder that does not let its options be read. */
  public SocketBuilder unknownOptions() {
    reuseAddress = Reading.unknown(Reading.Why.DENIED);
    reusePort = Reading.unknown(Reading.Why.DENIED);
    return this;
  }

  public SocketBuilder ipv6Only(boolean set) {
    ipv6Only = Reading.known(set);
    return this;
  }

  public SocketBuilder unknownIpv6Only() {
    ipv6Only = Reading.unknown(Reading.Why.UNSUPPORTED);
    return this;
  }

  public SocketBuilder initiated(boolean by) {
    initiated = Reading.known(by);
    return this;
  }

  public SocketBuilder unknownInitiated() {
    initiated = Reading.unknown(Reading.Why.UNSUPPORTED);
    return this;
  }

  public SocketBuilder autoPort(boolean auto) {
    autoPort = Reading.known(auto);
    return this;
  }

  /** So many connections wait to be accepted, of those that may. */
  public SocketBuilder waiting(long waiting, long backlog) {
    queue = Optional.of(new AcceptQueue(waiting, backlog));
    return this;
  }

  public BoundSocket build() {
    return new BoundSocket(
        protocol,
        state,
        new Endpoint(IpAddress.parse(address).orElseThrow(), new Port(port)),
        peer,
        owner,
        inode,
        inode.map(Inode::number).orElse(0L),
        device,
        cgroup,
        expires,
        new BoundSocket.Options(reuseAddress, reusePort, ipv6Only),
        new BoundSocket.Origin(initiated, autoPort),
        queue);
  }
}
