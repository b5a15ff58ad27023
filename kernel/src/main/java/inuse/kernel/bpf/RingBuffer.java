package inuse.kernel.bpf;

import static inuse.kernel.abi.Constants.BPF_MAP_TYPE_RINGBUF;
import static inuse.kernel.abi.Constants.BPF_RINGBUF_BUSY_BIT;
import static inuse.kernel.abi.Constants.BPF_RINGBUF_DISCARD_BIT;
import static inuse.kernel.abi.Constants.CLOCK_BOOTTIME;
import static inuse.kernel.abi.Constants.PROT_READ;
import static inuse.kernel.abi.Constants.PROT_WRITE;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;

/**
 * What programs tell, in the order in which they began to: BPF_MAP_TYPE_RINGBUF
 * (Documentation/bpf/ringbuf.rst). Its descriptor is readable when there is something.
 *
 * <p>The kernel writes while we read. What is copied is copied twice, with a system call between,
 * which orders our reads on every machine: the first copy says how far the records are complete,
 * the second has them.
 */
final class RingBuffer implements AutoCloseable {
  /** The page size of both machines served here; a kernel with another refuses the offsets. */
  static final int PAGE = 4096;

  private static final int HEADER = 8;

  /** What is read at once. */
  private static final int CHUNK = 64 * 1024;

  private final SystemCalls calls;
  private final int fd;
  private final int bytes;
  private final long consumed;
  private final long produced;
  private long position;

  private RingBuffer(SystemCalls calls, int fd, int bytes, long consumed, long produced) {
    this.calls = calls;
    this.fd = fd;
    this.bytes = bytes;
    this.consumed = consumed;
    this.produced = produced;
  }

  /**
   * A new buffer.
   *
   * @param bytes a power of two, at least a page
   */
  static CallResult<RingBuffer> create(SystemCalls calls, int bytes) {
    return switch (new Bpf(calls).map(BPF_MAP_TYPE_RINGBUF, 0, 0, bytes, 0)) {
      case CallResult.Failed<Integer>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<Integer>(Integer fd) -> {
        long consumed = calls.mapShared(fd, PAGE, PROT_READ | PROT_WRITE, 0);
        long produced = calls.mapShared(fd, PAGE + bytes, PROT_READ, PAGE);
        if (consumed < 0 || produced < 0) {
          if (consumed >= 0) {
            calls.unmapShared(consumed, PAGE);
          }
          calls.close(fd);
          yield CallResult.failed("mmap", "the ring buffer", Math.min(consumed, produced));
        }
        yield new CallResult.Ok<>(new RingBuffer(calls, fd, bytes, consumed, produced));
      }
    };
  }

  /** Takes a record of the last chunk, which begins there. */
  interface Reader {
    void read(byte[] bytes, int at);
  }

  /**
   * Reads what is complete, at most a chunk.
   *
   * @return whether there was anything
   */
  boolean read(Reader reader) {
    long end = word(produced);
    int length = (int) Math.min(end - position, CHUNK);
    if (length == 0) {
      return false;
    }
    barrier();
    int complete = complete(copy(length));
    if (complete == 0) {
      return false;
    }
    barrier();
    byte[] chunk = copy(complete);
    for (int at = 0; at < complete; ) {
      long header = Bytes.getUnsignedInt(chunk, at);
      if ((header & BPF_RINGBUF_DISCARD_BIT) == 0) {
        reader.read(chunk, at + HEADER);
      }
      at += size(header);
    }
    barrier();
    position += complete;
    calls.writeShared(consumed, position);
    return true;
  }

  /** How many bytes of a chunk are whole records that are written. */
  private static int complete(byte[] chunk) {
    int at = 0;
    while (at + HEADER <= chunk.length) {
      long header = Bytes.getUnsignedInt(chunk, at);
      if ((header & BPF_RINGBUF_BUSY_BIT) != 0 || at + size(header) > chunk.length) {
        break;
      }
      at += size(header);
    }
    return at;
  }

  private static int size(long header) {
    int length = (int) (header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT));
    return (length + HEADER + 7) & ~7;
  }

  /** The bytes from the position on; the end of the memory is followed by its beginning. */
  private byte[] copy(int length) {
    int from = (int) (position & (bytes - 1));
    byte[] all = new byte[length];
    if (from + length <= bytes) {
      calls.readShared(produced + PAGE + from, all);
      return all;
    }
    byte[] first = new byte[bytes - from];
    byte[] rest = new byte[length - first.length];
    calls.readShared(produced + PAGE + from, first);
    calls.readShared(produced + PAGE, rest);
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return all;
  }

  private long word(long address) {
    byte[] word = new byte[Long.BYTES];
    calls.readShared(address, word);
    return Bytes.getLong(word, 0);
  }

  /** Any system call: no read before it is made after it. */
  private void barrier() {
    calls.clockNanos(CLOCK_BOOTTIME);
  }

  int fd() {
    return fd;
  }

  @Override
  public void close() {
    calls.unmapShared(consumed, PAGE);
    calls.unmapShared(produced, PAGE + bytes);
    calls.close(fd);
  }
}
