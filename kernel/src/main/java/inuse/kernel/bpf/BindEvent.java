package inuse.kernel.bpf;

import static inuse.kernel.abi.Constants.AF_INET6;

import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;

/**
 * What happened to a socket of TCP or UDP at bind(2), listen(2) or close(2), as {@link BindTables}
 * write it.
 *
 * @param nanos when, by CLOCK_BOOTTIME
 * @param cookie of the socket, SO_COOKIE
 * @param namespace the network namespace, SO_NETNS_COOKIE; zero where it is not said
 * @param pid the process, in the first pid namespace; zero where it is not said
 * @param thread the thread that made the call
 * @param family AF_INET or AF_INET6; zero of what is released, as are the next three
 * @param protocol IPPROTO_TCP or another
 * @param port zero where the kernel was asked for any
 */
public record BindEvent(
    Kind kind,
    long nanos,
    long cookie,
    long namespace,
    int pid,
    int thread,
    int family,
    int protocol,
    int port,
    RawAddress address) {

  /** Bytes of an event. */
  static final int BYTES = 64;

  private static final int ADDRESS_AT = 48;

  /** What happened. */
  public enum Kind {
    /** bind(2) was called. Whether it succeeds is told by what follows. */
    ASKED,
    /** bind(2) has the port. */
    BOUND,
    /** listen(2) succeeded. */
    LISTENING,
    /** The last descriptor of the socket is closed. */
    RELEASED;

    private static final Kind[] ALL = values();
  }

  static BindEvent read(byte[] bytes, int at) {
    int family = Bytes.getInt(bytes, at + 36);
    return new BindEvent(
        Kind.ALL[Bytes.getInt(bytes, at + 32) - 1],
        Bytes.getLong(bytes, at),
        Bytes.getLong(bytes, at + 8),
        Bytes.getLong(bytes, at + 16),
        Bytes.getInt(bytes, at + 28),
        Bytes.getInt(bytes, at + 24),
        family,
        Bytes.getInt(bytes, at + 40),
        Bytes.getInt(bytes, at + 44),
        RawAddress.read(bytes, at + ADDRESS_AT, family == AF_INET6 ? 16 : 4));
  }
}
