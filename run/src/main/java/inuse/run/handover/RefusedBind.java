package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;
import inuse.run.process.TaskRights;
import java.util.Optional;

/**
 * A bind(2) or listen(2) that the kernel would refuse.
 *
 * @param target with an address, and with its interface where it is one of each link
 * @param reuseAddress SO_REUSEADDR of its socket
 * @param reusePort SO_REUSEPORT
 * @param ipv6Only IPV6_V6ONLY
 * @param nonLocal IP_FREEBIND or IP_TRANSPARENT
 * @param device SO_BINDTODEVICE
 * @param uid as whom the bind is asked about again: the socket's owner, where whoever asks may do
 *     so
 */
public record RefusedBind(
    PortTarget target,
    boolean reuseAddress,
    boolean reusePort,
    boolean ipv6Only,
    boolean nonLocal,
    Optional<Untrusted> device,
    Uid uid)
    implements RefusedTarget {
  /** One of an address that is here. */
  public RefusedBind(
      Protocol protocol,
      Endpoint endpoint,
      boolean reuseAddress,
      boolean reusePort,
      boolean ipv6Only,
      Optional<Untrusted> device,
      Uid uid) {
    this(
        new PortTarget(protocol, Optional.of(endpoint.address()), endpoint.port()),
        reuseAddress,
        reusePort,
        ipv6Only,
        false,
        device,
        uid);
  }

  /**
   * The refused bind of a socket.
   *
   * @param address struct sockaddr_in or sockaddr_in6
   * @param zone the interface that the address names
   * @param rights of the task that binds: only root may ask as another user
   */
  public static RefusedBind of(
      SocketOptions options, byte[] address, Optional<String> zone, TaskRights rights) {
    boolean v6 = options.domain() == AF_INET6;
    RawAddress raw = RawAddress.read(address, v6 ? 8 : 4, v6 ? 16 : 4);
    IpAddress place =
        new IpAddress(v6 ? IpAddress.Family.V6 : IpAddress.Family.V4, raw.high(), raw.low());
    return new RefusedBind(
        new PortTarget(
            options.type() == SOCK_DGRAM ? Protocol.UDP : Protocol.TCP,
            Optional.of(place),
            new Port(Bytes.getNetworkShort(address, 2)),
            zone.filter(one -> place.needsInterface())),
        options.reuseAddress(),
        options.reusePort(),
        options.ipv6Only(),
        options.nonLocal(),
        options.device(),
        rights.uid() == 0 ? new Uid(options.uid()) : new Uid(rights.uid()));
  }
}
