package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;
import inuse.run.process.TaskRights;
import java.util.Optional;

/**
 * A bind(2) or listen(2) that the kernel would refuse with EADDRINUSE.
 *
 * @param reuseAddress SO_REUSEADDR of its socket
 * @param reusePort SO_REUSEPORT
 * @param ipv6Only IPV6_V6ONLY
 * @param device SO_BINDTODEVICE
 * @param uid as whom the bind is asked about again: the socket's owner, where whoever asks may do
 *     so
 */
public record RefusedBind(
    Protocol protocol,
    Endpoint endpoint,
    boolean reuseAddress,
    boolean reusePort,
    boolean ipv6Only,
    Optional<Untrusted> device,
    Uid uid) {
  /**
   * The refused bind of a socket.
   *
   * @param address struct sockaddr_in or sockaddr_in6
   * @param rights of the task that binds: only root may ask as another user
   */
  public static RefusedBind of(SocketOptions options, byte[] address, TaskRights rights) {
    boolean v6 = options.domain() == AF_INET6;
    RawAddress raw = RawAddress.read(address, v6 ? 8 : 4, v6 ? 16 : 4);
    IpAddress.Family family = v6 ? IpAddress.Family.V6 : IpAddress.Family.V4;
    return new RefusedBind(
        options.type() == SOCK_DGRAM ? Protocol.UDP : Protocol.TCP,
        new Endpoint(
            new IpAddress(family, raw.high(), raw.low()),
            new Port(Bytes.getNetworkShort(address, 2))),
        options.reuseAddress(),
        options.reusePort(),
        options.ipv6Only(),
        options.device(),
        rights.uid() == 0 ? new Uid(options.uid()) : new Uid(rights.uid()));
  }
}
