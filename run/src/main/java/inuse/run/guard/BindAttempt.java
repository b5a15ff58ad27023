package inuse.run.guard;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_DOMAIN;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static inuse.kernel.abi.Constants.SO_TYPE;

import inuse.core.io.DeviceNames;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.run.handover.RefusedBind;
import inuse.run.handover.SocketOptions;
import inuse.run.handover.SocketOptions.Outcome;
import inuse.run.process.TaskRights;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A bind of a program's TCP or UDP socket in our network namespace, which can be tried with a twin.
 *
 * @param address struct sockaddr_in or sockaddr_in6
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
record BindAttempt(SocketOptions options, byte[] address) {
  /** sizeof(struct sockaddr_in) and sizeof(struct sockaddr_in6). */
  static final int V4_BYTES = 16;

  static final int V6_BYTES = 28;
  private static final int SCOPE_AT = 24;

  /** The default of net.ipv4.ip_unprivileged_port_start. */
  private static final int FIRST_UNPRIVILEGED = 1024;

  /**
   * Empty where it is another kind of bind.
   *
   * @param namespace the cookie of our network namespace; empty before Linux 5.14
   */
  static Optional<BindAttempt> of(
      SystemCalls calls, int socket, byte[] address, OptionalLong namespace) {
    int type = SocketOption.number(calls, socket, SOL_SOCKET, SO_TYPE);
    int domain = SocketOption.number(calls, socket, SOL_SOCKET, SO_DOMAIN);
    if (!(type == SOCK_STREAM || type == SOCK_DGRAM)
        || domain != Bytes.getShort(address, 0)
        || !SocketOption.cookie(calls, socket, SO_NETNS_COOKIE).equals(namespace)) {
      return Optional.empty();
    }
    byte[] whole = Arrays.copyOf(address, domain == AF_INET6 ? V6_BYTES : V4_BYTES);
    return Optional.of(new BindAttempt(SocketOptions.read(calls, socket, domain, type), whole));
  }

  /** Whether it is a whole struct sockaddr_in or sockaddr_in6. */
  static boolean isInternet(byte[] address) {
    int family = Bytes.getShort(address, 0);
    return family == AF_INET || (family == AF_INET6 && address.length == V6_BYTES);
  }

  boolean isStream() {
    return options.type() == SOCK_STREAM;
  }

  /** Whether the kernel chooses the port. */
  boolean isOfAnyPort() {
    return port() == 0;
  }

  /** Whether a task without root's rights may be refused the port for that reason. */
  boolean isPrivileged() {
    return port() > 0 && port() < FIRST_UNPRIVILEGED;
  }

  private int port() {
    return Bytes.getNetworkShort(address, 2);
  }

  /** What is refused, to a task with those rights. */
  RefusedBind refused(SystemCalls calls, TaskRights rights) {
    int scope = options.domain() == AF_INET6 ? Bytes.getInt(address, SCOPE_AT) : 0;
    return RefusedBind.of(
        options,
        address,
        new DeviceNames(calls).device(scope).map(device -> device.name().bytes()),
        rights);
  }

  /** What it ends with, made with our rights. */
  Outcome outcome(SystemCalls calls) {
    return options.bind(calls, address, false);
  }

  /**
   * What it ends with, made with no more than those rights.
   *
   * @param reused with SO_REUSEADDR, regardless of the options
   */
  Outcome outcome(Host host, boolean reused, TaskRights rights) {
    boolean ours = TaskRights.of(host, host.calls().getPid()).filter(rights::cover).isPresent();
    return ours
        ? options.bind(host.calls(), address, reused)
        : options.bind(host.calls(), address, reused, rights);
  }
}
