package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.AF_INET6;

import inuse.core.ask.holders.CgroupNames;
import inuse.core.ask.holders.UserNames;
import inuse.core.evidence.AcceptQueue;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Crowd;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Addresses;
import inuse.core.io.DeviceNames;
import inuse.kernel.RawAddress;
import inuse.kernel.abi.Constants;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.proc.NetTcp;
import java.time.Duration;
import java.util.Optional;

/** Conversion of the kernel's records of sockets to ours. */
public final class SocketRecords {
  /** USER_HZ: clock ticks in /proc, 100 a second on every architecture served here. */
  private static final int MILLIS_PER_TICK = 10;

  private final UserNames users;
  private final CgroupNames cgroups;
  private final DeviceNames devices;

  public SocketRecords(UserNames users, CgroupNames cgroups, DeviceNames devices) {
    this.users = users;
    this.cgroups = cgroups;
    this.devices = devices;
  }

  BoundSocket socket(Protocol protocol, InetDiag.Socket raw) {
    boolean v6 = raw.family() == AF_INET6;
    Reading<Untrusted> cgroup =
        raw.cgroup().isPresent()
            ? cgroups.path(raw.cgroup().getAsLong())
            : Reading.unknown(Reading.Why.UNSUPPORTED);
    Reading<Boolean> initiated =
        raw.volume()
            .map(volume -> initiated(volume, state(raw.state())))
            .orElse(Reading.unknown(Reading.Why.UNSUPPORTED));
    BoundSocket.Options options =
        new BoundSocket.Options(
            Reading.unknown(Reading.Why.NOT_ASKED),
            Reading.unknown(Reading.Why.NOT_ASKED),
            raw.ipv6Only().map(Reading::known).orElse(Reading.unknown(Reading.Why.UNSUPPORTED)));
    return new BoundSocket(
        protocol,
        state(raw.state()),
        Addresses.endpoint(v6, raw.source(), raw.sourcePort()),
        peer(v6, raw.destination(), raw.destinationPort()),
        users.account(raw.uid()),
        raw.inode() == 0 ? Optional.empty() : Optional.of(new Inode(raw.inode())),
        raw.cookie(),
        devices.device(raw.boundInterface()),
        cgroup,
        expires(raw.timer(), raw.expiresMillis()),
        options,
        new BoundSocket.Origin(initiated, Reading.unknown(Reading.Why.NOT_ASKED)),
        queue(protocol, raw));
  }

  /** Of a listener the kernel tells its queue where others have what they have not read or sent. */
  private static Optional<AcceptQueue> queue(Protocol protocol, InetDiag.Socket raw) {
    return protocol == Protocol.TCP && raw.state() == Constants.TCP_LISTEN
        ? Optional.of(new AcceptQueue(raw.receiveQueue(), raw.sendQueue()))
        : Optional.empty();
  }

  Crowd.Kind kind(Gathering.Kind raw, int count) {
    return new Crowd.Kind(state(raw.state()), users.account(raw.uid()), raw.open(), count);
  }

  BoundSocket socket(Protocol protocol, NetTcp line) {
    BoundSocket.Options options =
        new BoundSocket.Options(
            Reading.unknown(Reading.Why.NOT_ASKED),
            Reading.unknown(Reading.Why.NOT_ASKED),
            Reading.unknown(Reading.Why.UNSUPPORTED));
    BoundSocket.Origin origin =
        new BoundSocket.Origin(
            Reading.unknown(Reading.Why.UNSUPPORTED), Reading.unknown(Reading.Why.UNSUPPORTED));
    return new BoundSocket(
        protocol,
        state(line.state()),
        Addresses.endpoint(line.wide(), line.source(), line.sourcePort()),
        peer(line.wide(), line.destination(), line.destinationPort()),
        users.account(line.uid()),
        line.inode() == 0 ? Optional.empty() : Optional.of(new Inode(line.inode())),
        0,
        Optional.empty(),
        Reading.unknown(Reading.Why.UNSUPPORTED),
        expires(line.timer(), line.expiresTicks() * MILLIS_PER_TICK),
        options,
        origin);
  }

  /**
   * Whether this side called connect(2). The connecting side counts its SYN among the bytes
   * acknowledged, and the closing side its FIN, which is acknowledged in FIN_WAIT2. While data is
   * unacknowledged the difference says nothing.
   */
  private static Reading<Boolean> initiated(InetDiag.Volume volume, SocketState state) {
    long fin = state == SocketState.FIN_WAIT2 ? 1 : 0;
    long extra = volume.acknowledged() - fin - (volume.sent() - volume.resent());
    if (extra != 0 && extra != 1) {
      return Reading.unknown(Reading.Why.UNREADABLE);
    }
    return Reading.known(extra == 1);
  }

  private static Optional<Endpoint> peer(boolean v6, RawAddress address, int port) {
    return port == 0 && Addresses.address(v6, address).isWildcard()
        ? Optional.empty()
        : Optional.of(Addresses.endpoint(v6, address, port));
  }

  private static Optional<Duration> expires(int timer, long millis) {
    return timer == InetDiag.TIMER_TIME_WAIT
        ? Optional.of(Duration.ofMillis(millis))
        : Optional.empty();
  }

  /** An endpoint with an IPv4-mapped address as IPv4, for comparing both ends of a connection. */
  public static Endpoint unmapped(Endpoint endpoint) {
    return new Endpoint(endpoint.address().unmapped(), endpoint.port());
  }

  static SocketState state(int number) {
    return switch (number) {
      case Constants.TCP_ESTABLISHED -> SocketState.ESTABLISHED;
      case Constants.TCP_SYN_SENT -> SocketState.SYN_SENT;
      case Constants.TCP_SYN_RECV, Constants.TCP_NEW_SYN_RECV -> SocketState.SYN_RECV;
      case Constants.TCP_FIN_WAIT1 -> SocketState.FIN_WAIT1;
      case Constants.TCP_FIN_WAIT2 -> SocketState.FIN_WAIT2;
      case Constants.TCP_TIME_WAIT -> SocketState.TIME_WAIT;
      case Constants.TCP_CLOSE, Constants.TCP_BOUND_INACTIVE -> SocketState.BOUND;
      case Constants.TCP_CLOSE_WAIT -> SocketState.CLOSE_WAIT;
      case Constants.TCP_LAST_ACK -> SocketState.LAST_ACK;
      case Constants.TCP_LISTEN -> SocketState.LISTEN;
      case Constants.TCP_CLOSING -> SocketState.CLOSING;
      default -> SocketState.OTHER;
    };
  }
}
