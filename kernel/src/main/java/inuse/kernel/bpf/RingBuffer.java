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
 * the second has them. Only a part of the buffer is mapped, which moves on with what is read: what
 * is mapped counts as memory of this process.
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

  /** The address of the part of the data that is mapped, and the position of its first byte. */
  private long window = -1;

  private long windowFrom;

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
        long produced = calls.mapShared(fd, PAGE, PROT_READ, PAGE);
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
    if (!isMapped(length)) {
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

  /** Maps what begins at the position, where it is not mapped; whether it is. */
  private boolean isMapped(int length) {
    if (window >= 0 && position + length <= windowFrom + windowBytes()) {
      return true;
    }
    unmap();
    windowFrom = position & -PAGE;
    // The kernel has the data there twice, one after the other: no part is broken by its end.
    long offset = 2 * PAGE + (windowFrom & (bytes - 1));
    window = calls.mapShared(fd, windowBytes(), PROT_READ, offset);
    return window >= 0;
  }

  /** A chunk from anywhere in its first page. */
  private int windowBytes() {
    return Math.min(CHUNK, bytes) + PAGE;
  }

  private void unmap() {
    if (window >= 0) {
      calls.unmapShared(window, windowBytes());
    }
    window = -1;
  }

  /** The bytes from the position on. */
  private byte[] copy(int length) {
    byte[] all = new byte[length];
    calls.readShared(window + (position - windowFrom), all);
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
    unmap();
    calls.unmapShared(consumed, PAGE);
    calls.unmapShared(produced, PAGE);
    calls.close(fd);
  }
}
