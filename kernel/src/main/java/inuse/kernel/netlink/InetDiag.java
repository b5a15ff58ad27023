package inuse.kernel.netlink;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.AF_UNSPEC;
import static inuse.kernel.abi.Constants.INET_DIAG_BC_AUTO;
import static inuse.kernel.abi.Constants.INET_DIAG_BC_S_EQ;
import static inuse.kernel.abi.Constants.INET_DIAG_CGROUP_ID;
import static inuse.kernel.abi.Constants.INET_DIAG_INFO;
import static inuse.kernel.abi.Constants.INET_DIAG_REQ_BYTECODE;
import static inuse.kernel.abi.Constants.INET_DIAG_SHUTDOWN;
import static inuse.kernel.abi.Constants.INET_DIAG_SKV6ONLY;
import static inuse.kernel.abi.Constants.INET_DIAG_SOCKOPT;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.SOCK_DIAG_BY_FAMILY;
import static inuse.kernel.abi.Constants.TCPDIAG_GETSOCK;

import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The codec of inet_diag (linux/inet_diag.h): one query to bytes, bytes to one socket. */
public final class InetDiag {
  /** sizeof(struct inet_diag_req_v2). */
  public static final int REQUEST_BYTES = 56;

  /** sizeof(struct inet_diag_req). */
  public static final int OLD_REQUEST_BYTES = 60;

  /** sizeof(struct inet_diag_msg). */
  public static final int RECORD_BYTES = 72;

  /** The timer of a socket in TIME_WAIT. */
  public static final int TIMER_TIME_WAIT = 3;

  /** Bytes of struct tcp_info up to and with tcpi_bytes_retrans. */
  private static final int TCP_INFO_BYTES_ACKED = 120;

  private static final int TCP_INFO_BYTES_SENT = 200;
  private static final int TCP_INFO_BYTES_RETRANS = 208;

  private InetDiag() {}

  /**
   * The query of one dump.
   *
   * @param family AF_INET or AF_INET6, or AF_UNSPEC for TCP over both: the kernel goes through its
   *     tables once instead of twice
   * @param protocol IPPROTO_TCP or IPPROTO_UDP
   * @param states a bit per state, {@code 1 << TCP_LISTEN} and so on
   * @param localPort zero for any
   * @param remotePort zero for any
   * @param filter how the kernel selects the sockets
   */
  public record Query(
      int family, int protocol, int states, int localPort, int remotePort, Filter filter) {

    public Query {
      if (family == AF_UNSPEC && protocol != IPPROTO_TCP) {
        throw new IllegalArgumentException("only TCP is dumped for both families at once");
      }
    }

    /** The message's type: the newer request has no way to ask for both families. */
    public int type() {
      return family == AF_UNSPEC ? TCPDIAG_GETSOCK : SOCK_DIAG_BY_FAMILY;
    }

    /**
     * Encodes struct inet_diag_req_v2, or struct inet_diag_req for both families, and the attribute
     * with the program where there is one.
     */
    public byte[] encode() {
      byte[] program = program();
      byte extensions = (byte) ((1 << (INET_DIAG_INFO - 1)) | (1 << (INET_DIAG_SHUTDOWN - 1)));
      boolean old = family == AF_UNSPEC;
      int length = old ? OLD_REQUEST_BYTES : REQUEST_BYTES;
      int socket = old ? 4 : 8;
      byte[] request = new byte[length + program.length];
      request[0] = (byte) family;
      request[1] = (byte) (old ? 0 : protocol);
      request[old ? 3 : 2] = extensions;
      Bytes.putInt(request, old ? 52 : 4, states);
      Bytes.putNetworkShort(request, socket, filter == Filter.AUTO_PORT ? 0 : localPort);
      Bytes.putNetworkShort(request, socket + 2, remotePort);
      Bytes.putLong(request, socket + 40, -1);
      System.arraycopy(program, 0, request, length, program.length);
      return request;
    }

    /** Operations accept by landing on the end of the program, and reject by jumping past it. */
    private byte[] program() {
      return switch (filter) {
        case HEADER -> new byte[0];
        case PROGRAM -> attribute(operation(INET_DIAG_BC_S_EQ, 8, 12), operation(0, 0, localPort));
        case AUTO_PORT ->
            localPort == 0
                ? attribute(operation(INET_DIAG_BC_AUTO, 4, 8))
                : attribute(
                    operation(INET_DIAG_BC_AUTO, 4, 16),
                    operation(INET_DIAG_BC_S_EQ, 8, 12),
                    operation(0, 0, localPort));
      };
    }

    /** struct inet_diag_bc_op. */
    private static byte[] operation(int code, int yes, int no) {
      byte[] operation = new byte[4];
      operation[0] = (byte) code;
      operation[1] = (byte) yes;
      Bytes.putShort(operation, 2, no);
      return operation;
    }

    private static byte[] attribute(byte[]... operations) {
      byte[] attribute = new byte[4 + 4 * operations.length];
      Bytes.putShort(attribute, 0, attribute.length);
      Bytes.putShort(attribute, 2, INET_DIAG_REQ_BYTECODE);
      for (int i = 0; i < operations.length; i++) {
        System.arraycopy(operations[i], 0, attribute, 4 + 4 * i, 4);
      }
      return attribute;
    }

    /** Whether a socket matches the query; a kernel may report more than it was asked for. */
    public boolean matches(Socket socket) {
      return (localPort == 0 || socket.sourcePort() == localPort)
          && (remotePort == 0 || socket.destinationPort() == remotePort);
    }
  }

  /**
   * One specific socket, for SOCK_DESTROY.
   *
   * @param boundInterface index of SO_BINDTODEVICE, zero for none
   */
  public record Exact(
      int family,
      int protocol,
      int sourcePort,
      int destinationPort,
      RawAddress source,
      RawAddress destination,
      int boundInterface,
      long cookie) {

    /** struct inet_diag_req_v2. */
    public byte[] encode() {
      byte[] request = new byte[REQUEST_BYTES];
      int length = family == AF_INET ? 4 : 16;
      request[0] = (byte) family;
      request[1] = (byte) protocol;
      Bytes.putInt(request, 4, -1);
      Bytes.putNetworkShort(request, 8, sourcePort);
      Bytes.putNetworkShort(request, 10, destinationPort);
      source.write(request, 12, length);
      destination.write(request, 28, length);
      Bytes.putInt(request, 44, boundInterface);
      Bytes.putLong(request, 48, cookie);
      return request;
    }
  }

  /** How the kernel selects the wanted sockets. */
  public enum Filter {
    /** By the ports in the request's header, which it ignores for TCP_BOUND_INACTIVE. */
    HEADER,
    /** By a program on the local port, besides. */
    PROGRAM,
    /** By a program that only accepts ports that no bind(2) asked for: the local one, or any. */
    AUTO_PORT
  }

  /**
   * One socket as the kernel reports it: struct inet_diag_msg and the attributes after it.
   *
   * @param state a TCP state's number
   * @param source the local address
   * @param boundInterface index of SO_BINDTODEVICE, zero for none
   * @param cookie SO_COOKIE of the same socket
   * @param expiresMillis the time left on the timer
   * @param uid as the user namespace of the asking socket sees it
   * @param inode zero where no file exists for the socket
   * @param shutdown bit 0 receiving, bit 1 sending
   * @param ipv6Only IPV6_V6ONLY, reported only for AF_INET6 in LISTEN or CLOSE
   * @param cgroup id of the cgroup v2 in which the socket was made
   * @param options bits of struct inet_diag_sockopt
   * @param volume reported for TCP, except for sockets too small to have counters
   */
  public record Socket(
      int family,
      int state,
      int timer,
      int sourcePort,
      int destinationPort,
      RawAddress source,
      RawAddress destination,
      int boundInterface,
      long cookie,
      long expiresMillis,
      long receiveQueue,
      long sendQueue,
      long uid,
      long inode,
      OptionalInt shutdown,
      Optional<Boolean> ipv6Only,
      OptionalLong cgroup,
      OptionalInt options,
      Optional<Volume> volume) {}

  /** Counters of struct tcp_info, in bytes. */
  public record Volume(long acknowledged, long sent, long resent) {}

  /** The socket in a message's payload. */
  public static Socket decode(byte[] buffer, int from, int to) {
    if (to - from < RECORD_BYTES) {
      throw new Malformed("an inet_diag record cut short", buffer, from, to);
    }
    int family = buffer[from];
    if (family != AF_INET && family != AF_INET6) {
      throw new Malformed("an inet_diag record of family " + family, buffer, from, to);
    }
    Attributes attributes = Attributes.parse(buffer, from + RECORD_BYTES, to);
    return new Socket(
        family,
        buffer[from + 1] & 0xff,
        buffer[from + 2] & 0xff,
        Bytes.getNetworkShort(buffer, from + 4),
        Bytes.getNetworkShort(buffer, from + 6),
        address(buffer, from + 8, family),
        address(buffer, from + 24, family),
        Bytes.getInt(buffer, from + 40),
        Bytes.getLong(buffer, from + 44),
        Bytes.getUnsignedInt(buffer, from + 52),
        Bytes.getUnsignedInt(buffer, from + 56),
        Bytes.getUnsignedInt(buffer, from + 60),
        Bytes.getUnsignedInt(buffer, from + 64),
        Bytes.getUnsignedInt(buffer, from + 68),
        attributes.shutdown,
        attributes.ipv6Only,
        attributes.cgroup,
        attributes.options,
        attributes.volume);
  }

  /** A record that is counted: only its numbers, without an object. */
  public static final class Numbers {
    private Numbers() {}

    /** A TCP state's number. */
    public static int state(byte[] buffer, int from) {
      return buffer[from + 1] & 0xff;
    }

    public static int sourcePort(byte[] buffer, int from) {
      return Bytes.getNetworkShort(buffer, from + 4);
    }

    /** As the user namespace of the asking socket sees it. */
    public static long uid(byte[] buffer, int from) {
      return Bytes.getUnsignedInt(buffer, from + 64);
    }

    /** Zero where no file exists for the socket. */
    public static long inode(byte[] buffer, int from) {
      return Bytes.getUnsignedInt(buffer, from + 68);
    }
  }

  private static RawAddress address(byte[] buffer, int at, int family) {
    return RawAddress.read(buffer, at, family == AF_INET ? 4 : 16);
  }

  /** The attributes after a record; unknown ones are ignored. */
  private static final class Attributes {
    private OptionalInt shutdown = OptionalInt.empty();
    private Optional<Boolean> ipv6Only = Optional.empty();
    private OptionalLong cgroup = OptionalLong.empty();
    private OptionalInt options = OptionalInt.empty();
    private Optional<Volume> volume = Optional.empty();

    static Attributes parse(byte[] buffer, int from, int to) {
      Attributes attributes = new Attributes();
      AttributeList.read(buffer, from, to, attributes::take);
      return attributes;
    }

    private void take(int type, byte[] buffer, int from, int to) {
      switch (type) {
        case INET_DIAG_SHUTDOWN ->
            shutdown = OptionalInt.of(AttributeList.checked(buffer, from, to, 1)[from]);
        case INET_DIAG_SKV6ONLY ->
            ipv6Only = Optional.of(AttributeList.checked(buffer, from, to, 1)[from] != 0);
        case INET_DIAG_CGROUP_ID ->
            cgroup =
                OptionalLong.of(Bytes.getLong(AttributeList.checked(buffer, from, to, 8), from));
        case INET_DIAG_SOCKOPT ->
            options =
                OptionalInt.of(Bytes.getShort(AttributeList.checked(buffer, from, to, 2), from));
        case INET_DIAG_INFO -> volume = volume(buffer, from, to);
        default -> {}
      }
    }

    /** Older kernels' struct tcp_info ends earlier. */
    private static Optional<Volume> volume(byte[] buffer, int from, int to) {
      if (to - from < TCP_INFO_BYTES_RETRANS + 8) {
        return Optional.empty();
      }
      return Optional.of(
          new Volume(
              Bytes.getLong(buffer, from + TCP_INFO_BYTES_ACKED),
              Bytes.getLong(buffer, from + TCP_INFO_BYTES_SENT),
              Bytes.getLong(buffer, from + TCP_INFO_BYTES_RETRANS)));
    }
  }
}
