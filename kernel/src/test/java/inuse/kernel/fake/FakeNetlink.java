package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.MSG_DONTWAIT;

import inuse.kernel.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Answers over netlink: first those that a test scripted, then those of a table. */
public final class FakeNetlink {
  private static final int EAGAIN = 11;

  private final FakeRefusals refusals;
  private final FakeDescriptors descriptors;
  private final Deque<List<Datagram>> scripts = new ArrayDeque<>();
  private final List<byte[]> requests = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private Optional<Dumper> dumper = Optional.empty();

  /** The result of one recvfrom(2): bytes from a sender, or an errno. */
  public static final class Datagram {
    private final byte[] bytes;
    private final int sender;
    private final int errno;

    private Datagram(byte[] bytes, int sender, int errno) {
      this.bytes = bytes.clone();
      this.sender = sender;
      this.errno = errno;
    }

    public byte[] bytes() {
      return bytes.clone();
    }

    /** From the kernel. */
    public static Datagram of(byte[] bytes) {
      return new Datagram(bytes, 0, 0);
    }

    /** From another process. */
    public static Datagram from(int sender, byte[] bytes) {
      return new Datagram(bytes, sender, 0);
    }

    /** An error instead. */
    public static Datagram error(int errno) {
      return new Datagram(new byte[0], 0, errno);
    }
  }

  /** Answers dumps that the test did not script. */
  public interface Dumper {
    List<Datagram> answer(byte[] request);
  }

  FakeNetlink(FakeRefusals refusals, FakeDescriptors descriptors) {
    this.refusals = refusals;
    this.descriptors = descriptors;
  }

  void script(List<Datagram> datagrams) {
    scripts.addLast(datagrams);
  }

  void answers(Dumper answers) {
    dumper = Optional.of(answers);
  }

  /** For all who listen to a group. */
  void news(Datagram datagram) {
    descriptors.all().stream()
        .filter(one -> one.groups != 0)
        .forEach(one -> one.queue.add(datagram));
  }

  int bind(FakeDescriptor socket, byte[] address) {
    socket.groups = Bytes.getInt(address, 8);
    return refusals.of("bind", "netlink");
  }

  int send(FakeDescriptor socket, byte[] message) {
    requests.add(message.clone());
    if (!scripts.isEmpty()) {
      socket.queue.addAll(scripts.removeFirst());
    } else {
      dumper.ifPresent(answers -> socket.queue.addAll(answers.answer(message.clone())));
    }
    return message.length;
  }

  int receive(FakeDescriptor socket, byte[] into, int flags, byte[] from) {
    lengths.add(into.length);
    Datagram datagram = socket.queue.pollFirst();
    if (datagram == null) {
      if ((flags & MSG_DONTWAIT) != 0) {
        return -EAGAIN;
      }
      throw new AssertionError("recvfrom would block for ever");
    }
    if (datagram.errno != 0) {
      return -datagram.errno;
    }
    System.arraycopy(datagram.bytes, 0, into, 0, Math.min(datagram.bytes.length, into.length));
    Bytes.putInt(from, 4, datagram.sender);
    return datagram.bytes.length;
  }

  List<byte[]> requests() {
    return List.copyOf(requests);
  }

  List<Integer> bufferLengths() {
    return List.copyOf(lengths);
  }
}
