package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.AF_NETLINK;
import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.CAP_NET_ADMIN;
import static inuse.kernel.abi.Constants.IPT_SO_GET_ENTRIES;
import static inuse.kernel.abi.Constants.IPT_SO_GET_INFO;
import static inuse.kernel.abi.Constants.SCM_RIGHTS;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_PEEK_OFF;
import static inuse.kernel.abi.Constants.SO_PEERPIDFD;

import inuse.kernel.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls about sockets: create, bind, connect, query, read and write. */
public final class FakeNetwork {
  private static final int EAGAIN = 11;
  private static final int EPERM = 1;
  private static final int EINVAL = 22;
  private static final int EMFILE = 24;
  private static final int ECONNREFUSED = 111;
  private static final int TYPE_MASK = 0xf;
  private static final int SOCK_NONBLOCK_BIT = 0x800;

  private final FakeRefusals refusals;
  private final FakeDescriptors descriptors;
  private final FakeIdentity identity;
  private final FakeNetlink netlink;
  private final FakeUnixSockets unix;
  private final FakeInterfaces interfaces = new FakeInterfaces();
  private final Map<String, Server> servers = new HashMap<>();
  private Binder binder = (socket, address) -> 0;
  private Binder connector = (socket, address) -> -ECONNREFUSED;
  private long nextInode = 50_000;

  private record Server(long uid, FakeKernel.Peer peer) {}

  /** Answers bind(2): zero, or a negated errno. */
  public interface Binder {
    int bind(FakeDescriptor socket, byte[] address);
  }

  /** A socket that pidfd_getfd(2) can duplicate. */
  public record HeldSocket(
      long cookie, boolean reuseAddress, boolean reusePort, Optional<HeldName> name) {
    public HeldSocket(long cookie, boolean reuseAddress, boolean reusePort) {
      this(cookie, reuseAddress, reusePort, Optional.empty());
    }
  }

  /**
   * What a duplicate reports about its socket.
   *
   * @param address struct sockaddr
   * @param options of four or eight bytes, by level and name as {@code 1/38}
   */
  public record HeldName(List<Byte> address, long uid, Map<String, Long> options) {}

  FakeNetwork(
      FakeRefusals refusals,
      FakeDescriptors descriptors,
      FakeIdentity identity,
      FakeNetlink netlink,
      FakeUnixSockets unix) {
    this.refusals = refusals;
    this.descriptors = descriptors;
    this.identity = identity;
    this.netlink = netlink;
    this.unix = unix;
  }

  FakeInterfaces interfaces() {
    return interfaces;
  }

  void binds(Binder answers) {
    binder = answers;
  }

  void connects(Binder answers) {
    connector = answers;
  }

  void server(String path, long uid, FakeKernel.Peer server) {
    servers.put(path, new Server(uid, server));
  }

  int socket(int domain, int type, int protocol) {
    int refusal =
        Math.min(refusals.of("socket", ""), refusals.of("socket", Integer.toString(domain)));
    if (refusal < 0) {
      return refusal;
    }
    if (descriptors.isFull()) {
      return -EMFILE;
    }
    FakeSocket made =
        new FakeSocket(nextInode++, domain, type & TYPE_MASK)
            .protocol(protocol)
            .owner(identity.fileUid())
            .flags(type & SOCK_NONBLOCK_BIT);
    return descriptors.add(new FakeDescriptor("socket " + domain, made));
  }

  int bind(int fd, byte[] address) {
    FakeDescriptor socket = descriptors.get(fd);
    if (socket.domain() == AF_NETLINK) {
      return netlink.bind(socket, address);
    }
    int result = binder.bind(socket, address);
    if (result == 0 && socket.domain() == AF_UNIX) {
      result = unix.bind(socket.socket.orElseThrow(), address);
    }
    if (result == 0) {
      byte[] found = socket.domain() == AF_UNIX ? unix.canonical(address) : address;
      socket.socket.ifPresent(one -> one.bound(found));
    }
    return result;
  }

  int listen(int fd, int backlog) {
    int refusal = refusals.of("listen", "");
    if (refusal == 0) {
      descriptors.get(fd).socket.orElseThrow().listens(backlog);
    }
    return refusal;
  }

  int accept(int fd) {
    return unix.accept(descriptors.get(fd).socket.orElseThrow());
  }

  int connect(int fd, byte[] address) {
    FakeDescriptor socket = descriptors.get(fd);
    String path = path(address);
    int refusal = refusals.of("connect", path);
    if (refusal < 0) {
      return refusal;
    }
    Server server = servers.get(path);
    if (server == null) {
      if (socket.domain() == AF_UNIX && unix.call(socket.socket.orElseThrow(), address)) {
        return 0;
      }
      int other = socket.domain() == AF_UNIX ? unix.reach(socket.type(), address) : -ECONNREFUSED;
      return other == -ECONNREFUSED ? connector.bind(socket, address) : other;
    }
    socket.server = Optional.of(server.peer);
    socket.socket.orElseThrow().server = Optional.of(server.uid);
    return 0;
  }

  private static String path(byte[] address) {
    String path =
        new String(Arrays.copyOfRange(address, 2, address.length), StandardCharsets.ISO_8859_1);
    int end = path.indexOf('\0');
    return end < 0 ? path : path.substring(0, end);
  }

  int setOption(int fd, int level, int option, byte[] value) {
    int refusal = refusals.of("setsockopt", level + "/" + option);
    if (refusal == 0) {
      descriptors.get(fd).socket.ifPresent(one -> one.option(level, option, value));
    }
    return refusal;
  }

  /** Where what was sent and not received is peeked at; negative for its start, always. */
  int peekOffset = -1;

  /** The tables of iptables, by level, option and name. */
  final Map<String, byte[]> tables = new HashMap<>();

  /** A table's size or its entries, by the name that is asked for. */
  private int table(String which, byte[] into) {
    int length = 0;
    while (length < into.length && into[length] != 0) {
      length++;
    }
    byte[] table = tables.get(which + "/" + Bytes.text(into, 0, length));
    if ((identity.credentials().effective() & 1L << CAP_NET_ADMIN) == 0) {
      return -EPERM;
    }
    if (table == null || table.length != into.length) {
      return -EINVAL;
    }
    System.arraycopy(table, 0, into, 0, table.length);
    return table.length;
  }

  int option(int fd, int level, int option, byte[] into) {
    if (option == IPT_SO_GET_INFO || option == IPT_SO_GET_ENTRIES) {
      return table(level + "/" + option, into);
    }
    if (option == SO_PEEK_OFF && !descriptors.get(fd).unreceived.isEmpty()) {
      Bytes.putInt(into, 0, peekOffset);
      return Integer.BYTES;
    }
    int refusal = refusals.of("getsockopt", level + "/" + option);
    if (refusal < 0) {
      return refusal;
    }
    Optional<FakeSocket> peer = descriptors.get(fd).socket.flatMap(one -> one.peer);
    if (level == SOL_SOCKET && option == SO_PEERPIDFD && peer.isPresent()) {
      FakeDescriptor pidfd = new FakeDescriptor("pidfd " + peer.get().maker());
      pidfd.pid = peer.get().maker();
      Bytes.putInt(into, 0, descriptors.add(pidfd));
      return Integer.BYTES;
    }
    return descriptors
        .get(fd)
        .socket
        .map(one -> one.read(level, option, into, identity.namespaceCookie))
        .orElse(-EINVAL);
  }

  /** Before it is bound, an address of zeroes. */
  int name(int fd, byte[] into) {
    Optional<FakeSocket> socket = descriptors.get(fd).socket;
    if (socket.isEmpty() || (socket.get().address().isEmpty() && socket.get().domain() == 0)) {
      return -EINVAL;
    }
    byte[] unbound = new byte[socket.get().domain() == AF_UNIX ? 2 : 16];
    Bytes.putShort(unbound, 0, socket.get().domain());
    byte[] address = socket.get().address().orElse(unbound);
    System.arraycopy(address, 0, into, 0, Math.min(into.length, address.length));
    return address.length;
  }

  int sendTo(int fd, byte[] message, byte[] address) {
    FakeDescriptor socket = descriptors.get(fd);
    int refusal = refusals.of("sendto", "");
    if (refusal < 0) {
      return refusal;
    }
    return socket.domain() == AF_NETLINK
        ? netlink.send(socket, message)
        : socket.domain() == AF_UNIX ? unix.sendTo(message, address) : -EINVAL;
  }

  int send(int fd, byte[] message) {
    FakeDescriptor socket = descriptors.get(fd);
    if (socket.server.isEmpty()) {
      return unix.send(socket.socket.orElseThrow(), message, List.of());
    }
    socket.say(socket.server.get().answer(new String(message, StandardCharsets.ISO_8859_1)));
    return message.length;
  }

  int receiveFrom(int fd, byte[] into, int flags, byte[] from) {
    return netlink.receive(descriptors.get(fd), into, flags, from);
  }

  int sendMessage(int fd, byte[] message, byte[] control) {
    return unix.send(descriptors.get(fd).socket.orElseThrow(), message, unix.files(control));
  }

  int receiveMessage(int fd, byte[] into, byte[] control) {
    FakeDescriptor socket = descriptors.get(fd);
    return socket.socket.filter(one -> one.domain() == AF_UNIX).isPresent()
        ? unix.receive(socket.socket.get(), into, control)
        : peek(socket.unreceived, control);
  }

  /** What was sent is told again the next time. */
  private int peek(List<String> targets, byte[] control) {
    if (targets.isEmpty()) {
      return -EAGAIN;
    }
    int refusal = refusals.of("recvmsg", "");
    if (refusal < 0) {
      return refusal;
    }
    Bytes.putLong(control, 0, 16 + 4L * targets.size());
    Bytes.putInt(control, 8, SOL_SOCKET);
    Bytes.putInt(control, 12, SCM_RIGHTS);
    for (int i = 0; i < targets.size(); i++) {
      Bytes.putInt(control, 16 + 4 * i, descriptors.add(new FakeDescriptor(targets.get(i))));
    }
    return 1;
  }
}
