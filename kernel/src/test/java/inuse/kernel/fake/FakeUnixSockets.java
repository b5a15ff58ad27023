package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.POLLHUP;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.SCM_RIGHTS;
import static inuse.kernel.abi.Constants.SOL_SOCKET;

import inuse.kernel.Bytes;
import inuse.kernel.UnixAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Unix sockets that keep message boundaries (SOCK_SEQPACKET): connections between the test and the
 * code under test, descriptors passed over them (unix(7)), and datagrams.
 */
final class FakeUnixSockets {
  private static final int EAGAIN = 11;
  private static final int EPIPE = 32;
  private static final int EPROTOTYPE = 91;
  private static final int EADDRINUSE = 98;
  private static final int ENOTCONN = 107;
  private static final int ECONNREFUSED = 111;
  private static final int HEADER_BYTES = 16;
  private static final int TYPE_MASK = 0xf;

  private final FakeRefusals refusals;
  private final FakeDescriptors descriptors;
  private final FakeIdentity identity;
  private final FakePaths paths;
  private final List<String> datagrams = new ArrayList<>();
  private long nextInode = 70_000;

  /** A message, and the files that came with it. */
  @SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
  record Packet(byte[] bytes, List<FakeDescriptor> files) {}

  FakeUnixSockets(
      FakeRefusals refusals, FakeDescriptors descriptors, FakeIdentity identity, FakePaths paths) {
    this.paths = paths;
    this.refusals = refusals;
    this.descriptors = descriptors;
    this.identity = identity;
  }

  private FakeSocket make(int type) {
    return new FakeSocket(nextInode++, AF_UNIX, type & TYPE_MASK).owner(identity.uid());
  }

  int pair(int[] ends, int type) {
    int refusal = refusals.of("socketpair", "");
    if (refusal < 0) {
      return refusal;
    }
    FakeSocket one = make(type);
    FakeSocket other = make(type);
    connect(one, other);
    ends[0] = descriptors.add(new FakeDescriptor("unix pair", one));
    ends[1] = descriptors.add(new FakeDescriptor("unix pair", other));
    return 0;
  }

  private static void connect(FakeSocket one, FakeSocket other) {
    one.peer = Optional.of(other);
    other.peer = Optional.of(one);
  }

  /** An abstract name is free again when its socket is closed, a path when it is unlinked. */
  int bind(FakeSocket socket, byte[] address) {
    Optional<String> path = path(address);
    boolean taken =
        path.isPresent() ? paths.isSocket(path.get()) : bound(socket.type(), address).isPresent();
    if (!taken) {
      path.ifPresent(paths::socket);
    }
    return taken ? -EADDRINUSE : 0;
  }

  private Optional<String> path(byte[] address) {
    String name = Bytes.text(address, 2, address.length - 2);
    return name.startsWith("/") ? Optional.of(descriptors.resolved(name)) : Optional.empty();
  }

  /** The address by which a socket is found, whichever way a path goes. */
  byte[] canonical(byte[] address) {
    return path(address).map(UnixAddress::of).orElse(address);
  }

  /** Why nobody can be reached there: zero where somebody listens. */
  int reach(int type, byte[] address) {
    Optional<String> path = path(address);
    if (path.isPresent() && !paths.isSocket(path.get())) {
      return -ECONNREFUSED;
    }
    boolean other =
        descriptors.all().stream()
            .flatMap(one -> one.socket.stream())
            .anyMatch(one ->
                one.domain() == AF_UNIX && one.type() != type && one.isBoundTo(canonical(address)));
    return other ? -EPROTOTYPE : -ECONNREFUSED;
  }

  private Optional<FakeSocket> bound(int type, byte[] address) {
    return descriptors.all().stream()
        .flatMap(one -> one.socket.stream())
        .filter(one -> one.domain() == AF_UNIX && one.type() == type && one.isBoundTo(address))
        .findFirst();
  }

  /** False where nothing listens under that name. */
  boolean call(FakeSocket socket, byte[] address) {
    Optional<FakeSocket> listener =
        path(address).filter(one -> !paths.isSocket(one)).isPresent()
            ? Optional.empty()
            : bound(socket.type(), canonical(address)).filter(FakeSocket::isListening);
    listener.ifPresent(one -> {
      FakeSocket end = make(socket.type()).owner(one.owner().orElse(0L)).maker(one.maker());
      connect(socket, end);
      one.callers.add(end);
    });
    return listener.isPresent();
  }

  int accept(FakeSocket listener) {
    FakeSocket caller = listener.callers.poll();
    return caller == null ? -EAGAIN : descriptors.add(new FakeDescriptor("unix caller", caller));
  }

  /** A call that nobody has taken yet is open too. */
  private boolean isOpen(FakeSocket socket) {
    return descriptors.isOpen(socket)
        || descriptors.all().stream()
            .flatMap(one -> one.socket.stream())
            .anyMatch(one -> one.callers.contains(socket));
  }

  int send(FakeSocket socket, byte[] message, List<FakeDescriptor> files) {
    int refusal = refusals.of(files.isEmpty() ? "send" : "sendmsg", "");
    if (refusal < 0 || socket.peer.isEmpty()) {
      return refusal < 0 ? refusal : -ENOTCONN;
    }
    if (!isOpen(socket.peer.get())) {
      return -EPIPE;
    }
    socket.peer.get().inbox.add(new Packet(message.clone(), files));
    return message.length;
  }

  /** The files of a struct cmsghdr with SCM_RIGHTS. */
  List<FakeDescriptor> files(byte[] control) {
    List<FakeDescriptor> files = new ArrayList<>();
    if (control.length > HEADER_BYTES && Bytes.getInt(control, 12) == SCM_RIGHTS) {
      for (int at = HEADER_BYTES; at + 4 <= Bytes.getLong(control, 0); at += 4) {
        files.add(descriptors.get(Bytes.getInt(control, at)).copy());
      }
    }
    return files;
  }

  /** As many descriptors arrive as the control buffer has room for. */
  int receive(FakeSocket socket, byte[] into, byte[] control) {
    Packet packet = socket.inbox.poll();
    if (packet == null) {
      return socket.peer.filter(this::isOpen).isPresent() ? -EAGAIN : 0;
    }
    int length = Math.min(packet.bytes.length, into.length);
    System.arraycopy(packet.bytes, 0, into, 0, length);
    int count = Math.min(packet.files.size(), (control.length - HEADER_BYTES) / 4);
    if (count > 0) {
      Bytes.putLong(control, 0, HEADER_BYTES + 4L * count);
      Bytes.putInt(control, 8, SOL_SOCKET);
      Bytes.putInt(control, 12, SCM_RIGHTS);
      for (int i = 0; i < count; i++) {
        Bytes.putInt(control, HEADER_BYTES + 4 * i, descriptors.add(packet.files.get(i)));
      }
    }
    return length;
  }

  int events(FakeSocket socket) {
    boolean input = !socket.inbox.isEmpty() || !socket.callers.isEmpty();
    boolean gone = socket.peer.filter(one -> !isOpen(one)).isPresent();
    return (input || gone ? POLLIN : 0) | (gone ? POLLHUP : 0);
  }

  /** sendto(2) without a connection. */
  int sendTo(byte[] message, byte[] address) {
    int refusal = refusals.of("sendto", "");
    if (refusal == 0) {
      datagrams.add(
          Bytes.text(address, 2, address.length - 2)
              + " "
              + Bytes.text(message, 0, message.length));
    }
    return refusal < 0 ? refusal : message.length;
  }

  /** The datagrams that were sent, each as its address, a blank and its text. */
  List<String> datagrams() {
    return List.copyOf(datagrams);
  }
}
