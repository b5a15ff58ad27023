package inuse.kernel.fake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** An open descriptor of the process under test. */
public final class FakeDescriptor {
  private static final int EAGAIN = 11;

  String path;
  byte[] content;
  final Deque<FakeNetlink.Datagram> queue = new ArrayDeque<>();
  final Deque<byte[]> stream = new ArrayDeque<>();
  Optional<FakeSocket> socket = Optional.empty();
  Optional<FakeKernel.Peer> server = Optional.empty();
  List<String> unreceived = List.of();
  boolean isStream;
  boolean ended;

  /** Whether this process, or a copy of it, has the other end of the pipe. */
  boolean written;

  boolean passed;
  int pid;
  int groups;
  int offset;
  long namespace;

  FakeDescriptor(String path, byte[] content) {
    this.path = path;
    this.content = content;
  }

  /** One without content. */
  FakeDescriptor(String path) {
    this(path, new byte[0]);
  }

  /** One of a socket. */
  FakeDescriptor(String path, FakeSocket socket) {
    this(path);
    this.socket = Optional.of(socket);
  }

  /** Another one of the same open file. */
  FakeDescriptor copy() {
    FakeDescriptor copy = new FakeDescriptor(path, content);
    copy.socket = socket;
    copy.pid = pid;
    copy.namespace = namespace;
    return copy;
  }

  public int domain() {
    return socket.map(FakeSocket::domain).orElse(0);
  }

  public int type() {
    return socket.map(FakeSocket::type).orElse(0);
  }

  /** By which the tables of the kernel tell of a socket; zero for anything else. */
  public long inode() {
    return socket.map(FakeSocket::inode).orElse(0L);
  }

  /** The user that a socket belongs to. */
  public long owner() {
    return socket.flatMap(FakeSocket::owner).orElse(0L);
  }

  /** An option of four bytes, zero where it was not set. */
  public int option(int level, int name) {
    return socket.map(one -> one.number(level, name)).orElse(0);
  }

  int read(byte[] into) {
    if (isStream) {
      return readStream(into);
    }
    int count = Math.min(into.length, content.length - offset);
    System.arraycopy(content, offset, into, 0, count);
    offset += count;
    return count;
  }

  int readAt(byte[] into, long from) {
    int start = (int) Math.min(from, content.length);
    int count = Math.min(into.length, content.length - start);
    System.arraycopy(content, start, into, 0, count);
    return count;
  }

  private int readStream(byte[] into) {
    byte[] chunk = stream.pollFirst();
    if (chunk == null) {
      if (path.equals(FakeProcesses.SIGNALS)) {
        return -EAGAIN;
      }
      if (!ended) {
        throw new AssertionError("read would block for ever");
      }
      return 0;
    }
    int count = Math.min(chunk.length, into.length);
    System.arraycopy(chunk, 0, into, 0, count);
    if (count < chunk.length) {
      stream.addFirst(Arrays.copyOfRange(chunk, count, chunk.length));
    }
    return count;
  }

  /** What will be read from it; the end comes with an answer only. */
  void say(Optional<String> answer) {
    isStream = true;
    ended = answer.isPresent();
    answer
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> stream.add(text.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
