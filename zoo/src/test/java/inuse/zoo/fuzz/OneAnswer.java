package inuse.zoo.fuzz;

import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;
import inuse.kernel.abi.Architecture;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * A kernel with one answer to every read of a directory or a netlink socket: the fuzzer's bytes, in
 * pieces. Netlink's sequence numbers are correct in every other run, since no fuzzer guesses them.
 * A reader that never ends is stopped.
 */
final class OneAnswer implements InvocationHandler {
  private static final int MAX_CALLS = 100_000;
  private static final int ENOENT = 2;
  private static final int SEQUENCE = 8;
  private static final int FD = 3;

  private final byte[] bytes;
  private final int piece;
  private int at;
  private int calls;
  private int sequence;

  private OneAnswer(byte[] bytes) {
    this.bytes = bytes;
    // The last byte says how large the pieces are: from 64 bytes to all of it.
    piece = bytes.length == 0 ? 1 : 64 << (bytes[bytes.length - 1] & 7);
  }

  static SystemCalls of(byte[] bytes) {
    return (SystemCalls)
        Proxy.newProxyInstance(
            SystemCalls.class.getClassLoader(),
            new Class<?>[] {SystemCalls.class},
            new OneAnswer(bytes));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) {
    if (++calls > MAX_CALLS) {
      throw new IllegalStateException("no end of system calls");
    }
    return switch (method.getName()) {
      case "open" ->
          Bytes.text((byte[]) arguments[1], 0, ((byte[]) arguments[1]).length).startsWith("/etc")
              ? -ENOENT
              : FD;
      case "socket" -> {
        at = 0;
        yield FD;
      }
      case "architecture" -> Architecture.X86_64;
      case "close" -> 0;
      case "sendTo" -> {
        byte[] request = (byte[]) arguments[1];
        sequence = Bytes.getInt(request, SEQUENCE);
        yield request.length;
      }
      case "awaitInput" -> at < bytes.length ? 1 : 0;
      case "clockNanos" -> 1L;
      case "receiveFrom" -> {
        byte[] into = (byte[]) arguments[1];
        int length = next(into);
        if (length >= 16 && (into[12] & 1) == 0) {
          Bytes.putInt(into, SEQUENCE, sequence);
        }
        yield length;
      }
      case "getDirectoryEntries", "read" -> next((byte[]) arguments[1]);
      default -> -ENOENT;
    };
  }

  private int next(byte[] into) {
    int length = Math.min(Math.min(piece, into.length), bytes.length - at);
    System.arraycopy(bytes, at, into, 0, length);
    at += length;
    return length;
  }
}
