package inuse.kernel.netlink;

import static inuse.kernel.abi.Constants.AF_NETLINK;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.MSG_TRUNC;
import static inuse.kernel.abi.Constants.NETLINK_NETFILTER;
import static inuse.kernel.abi.Constants.NETLINK_SOCK_DIAG;
import static inuse.kernel.abi.Constants.NLMSG_DONE;
import static inuse.kernel.abi.Constants.NLMSG_ERROR;
import static inuse.kernel.abi.Constants.NLMSG_NOOP;
import static inuse.kernel.abi.Constants.NLM_F_ACK;
import static inuse.kernel.abi.Constants.NLM_F_DUMP;
import static inuse.kernel.abi.Constants.NLM_F_DUMP_INTR;
import static inuse.kernel.abi.Constants.NLM_F_REQUEST;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_RAW;

import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SyscallFailed;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.DumpEnd.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * Dumps over netlink. Every dump has a socket of its own, so that unread messages of a broken dump
 * cannot be taken for the answer to the next.
 */
public final class NetlinkSocket {
  /** How often an interrupted, truncated or overrun dump is requested. */
  public static final int MAX_ATTEMPTS = 4;

  /** Bytes of the first receive buffer; the kernel fills as much of it as it can. */
  static final int FIRST_BUFFER = 8 * 1024;

  /** Bytes of the buffer for the rest of a long dump: the kernel fills no more at once. */
  static final int LONG_BUFFER = 32 * 1024;

  /** Bytes of the largest receive buffer. */
  static final int LARGEST_BUFFER = 512 * 1024;

  /** Messages of another sequence, or from another sender, that one dump skips. */
  static final int MAX_STRAYS = 64;

  private static final int ADDRESS_BYTES = 12;

  private final SystemCalls calls;
  private final int protocol;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int sequence;

  /** Dumps of sockets, by NETLINK_SOCK_DIAG. */
  public NetlinkSocket(SystemCalls calls) {
    this(calls, NETLINK_SOCK_DIAG);
  }

  /**
   * Dumps of one part of the kernel.
   *
   * @param protocol NETLINK_SOCK_DIAG, NETLINK_ROUTE, NETLINK_NETFILTER
   */
  public NetlinkSocket(SystemCalls calls, int protocol) {
    this.calls = calls;
    this.protocol = protocol;
  }

  /** The records of a dump, and how it ended. */
  public record Dump<T>(List<T> records, DumpEnd end) {
    public Dump {
      records = List.copyOf(records);
    }
  }

  /** Reads one message's payload; {@link Malformed} when it cannot. */
  public interface Codec<T> {
    T decode(byte[] buffer, int from, int to);
  }

  /** Decides, while a dump streams in, which records are kept. */
  public interface Filter<T> {
    boolean keeps(T candidate);

    /** Called when the dump is requested, or requested again: what was kept so far is dropped. */
    default void begin() {}
  }

  /**
   * Requests a dump, at most {@link #MAX_ATTEMPTS} times while it is torn in a way that asking
   * again can mend.
   *
   * @param deadlineNanos of CLOCK_MONOTONIC
   */
  public <T> Dump<T> dump(
      int type, byte[] payload, Codec<T> codec, Filter<T> filter, long deadlineNanos) {
    Dump<T> dump = once(type, payload, codec, filter, deadlineNanos);
    for (int attempt = 1; attempt < MAX_ATTEMPTS && askAgain(dump.end()); attempt++) {
      dump = once(type, payload, codec, filter, deadlineNanos);
    }
    return dump;
  }

  /**
   * Requests an action, once: {@link DumpEnd.Whole} when it was done.
   *
   * @param deadlineNanos of CLOCK_MONOTONIC
   */
  public DumpEnd act(int type, byte[] payload, long deadlineNanos) {
    return exchange(
            type,
            NLM_F_REQUEST | NLM_F_ACK,
            payload,
            (bytes, from, to) -> to - from,
            all -> false,
            deadlineNanos)
        .end();
  }

  private boolean askAgain(DumpEnd end) {
    return switch (end) {
      case DumpEnd.Whole whole -> false;
      case DumpEnd.Refused refused -> false;
      case DumpEnd.Torn(Reason reason) ->
          switch (reason) {
            case INTERRUPTED, OVERRUN -> true;
            case TRUNCATED -> grow();
            case SILENT, MALFORMED -> false;
          };
    };
  }

  private boolean grow() {
    if (buffer.length >= LARGEST_BUFFER) {
      return false;
    }
    buffer = new byte[buffer.length * 4];
    return true;
  }

  private <T> Dump<T> once(
      int type, byte[] payload, Codec<T> codec, Filter<T> filter, long deadlineNanos) {
    return exchange(type, NLM_F_REQUEST | NLM_F_DUMP, payload, codec, filter, deadlineNanos);
  }

  private <T> Dump<T> exchange(
      int type, int flags, byte[] payload, Codec<T> codec, Filter<T> filter, long deadlineNanos) {
    int fd = calls.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    if (fd < 0) {
      return refused("socket", fd);
    }
    filter.begin();
    try {
      byte[] request = Message.request(type, flags, ++sequence, payload);
      int sent = calls.sendTo(fd, request, kernelAddress());
      return sent < 0 ? refused("sendto", sent) : receive(fd, codec, filter, deadlineNanos);
    } finally {
      calls.close(fd);
    }
  }

  /** A message that fills most of a small buffer is followed by more. */
  private void makeRoomAfter(int length) {
    if (length > FIRST_BUFFER / 2 && buffer.length < LONG_BUFFER) {
      buffer = new byte[LONG_BUFFER];
    }
  }

  private <T> Dump<T> receive(int fd, Codec<T> codec, Filter<T> filter, long deadlineNanos) {
    List<T> records = new ArrayList<>();
    boolean interrupted = false;
    int strays = 0;
    int last = 0;
    while (true) {
      long left = deadlineNanos - calls.clockNanos(CLOCK_MONOTONIC);
      int ready = left <= 0 ? 0 : calls.awaitInput(fd, left);
      if (ready == 0) {
        return new Dump<>(records, new DumpEnd.Torn(Reason.SILENT));
      }
      if (ready == -Errno.EINTR.code()) {
        continue;
      }
      if (ready < 0) {
        return refused("ppoll", ready);
      }
      makeRoomAfter(last);
      byte[] sender = kernelAddress();
      int length = calls.receiveFrom(fd, buffer, MSG_TRUNC, sender);
      if (length == -Errno.ENOBUFS.code()) {
        return new Dump<>(records, new DumpEnd.Torn(Reason.OVERRUN));
      }
      if (length < 0) {
        return refused("recvfrom", length);
      }
      if (length > buffer.length) {
        return new Dump<>(records, new DumpEnd.Torn(Reason.TRUNCATED));
      }
      last = length;
      if (Bytes.getInt(sender, 4) != 0) {
        if (++strays > MAX_STRAYS) {
          return new Dump<>(records, new DumpEnd.Torn(Reason.MALFORMED));
        }
        continue;
      }
      try {
        for (int at = 0; at < length; ) {
          Message message = Message.at(buffer, at, length);
          at = message.next();
          if (message.sequence() != sequence) {
            if (++strays > MAX_STRAYS) {
              return new Dump<>(records, new DumpEnd.Torn(Reason.MALFORMED));
            }
            continue;
          }
          interrupted |= (message.flags() & NLM_F_DUMP_INTR) != 0;
          switch (message.type()) {
            case NLMSG_NOOP -> {}
            case NLMSG_ERROR, NLMSG_DONE -> {
              int code = status(message);
              if (code < 0) {
                return refused("netlink dump", code);
              }
              return new Dump<>(
                  records,
                  interrupted ? new DumpEnd.Torn(Reason.INTERRUPTED) : new DumpEnd.Whole());
            }
            default -> {
              T told = codec.decode(buffer, message.payload(), message.end());
              if (filter.keeps(told)) {
                records.add(told);
              }
            }
          }
        }
      } catch (Malformed broken) {
        return new Dump<>(records, new DumpEnd.Torn(Reason.MALFORMED));
      }
    }
  }

  /** The error in struct nlmsgerr, or the status that newer kernels put after NLMSG_DONE. */
  private int status(Message message) {
    if (message.end() - message.payload() < 4) {
      if (message.type() == NLMSG_DONE) {
        return 0;
      }
      throw new Malformed("an error cut short", buffer, message.payload(), message.end());
    }
    int code = Bytes.getInt(buffer, message.payload());
    if (code > 0 || code < -4095) {
      throw new Malformed("an error of " + code, buffer, message.payload(), message.end());
    }
    return code;
  }

  private <T> Dump<T> refused(String call, int rawResult) {
    String what =
        switch (protocol) {
          case NETLINK_SOCK_DIAG -> "sock_diag";
          case NETLINK_NETFILTER -> "nfnetlink";
          default -> "rtnetlink";
        };
    return new Dump<>(
        List.of(), new DumpEnd.Refused(new SyscallFailed(call, what, Errno.of(rawResult))));
  }

  /** struct sockaddr_nl of the kernel: nl_pid 0. */
  private static byte[] kernelAddress() {
    byte[] address = new byte[ADDRESS_BYTES];
    Bytes.putShort(address, 0, AF_NETLINK);
    return address;
  }
}
