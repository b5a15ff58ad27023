package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_ACCEPTCONN;
import static inuse.kernel.abi.Constants.SO_BINDTODEVICE;
import static inuse.kernel.abi.Constants.SO_COOKIE;
import static inuse.kernel.abi.Constants.SO_DOMAIN;
import static inuse.kernel.abi.Constants.SO_LINGER;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static inuse.kernel.abi.Constants.SO_PEERCRED;
import static inuse.kernel.abi.Constants.SO_PROTOCOL;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_REUSEPORT;
import static inuse.kernel.abi.Constants.SO_TYPE;

import inuse.kernel.Bytes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A fake socket. Any number of descriptors, in any number of processes, share its options, status
 * flags and address.
 */
public final class FakeSocket {
  private static final int EINVAL = 22;
  private static final int NOT_LISTENING = -1;
  private static final int CREDENTIALS_BYTES = 12;

  private final int domain;
  private final int type;
  private final long inode;
  private final Map<String, byte[]> options = new HashMap<>();
  final Deque<FakeUnixSockets.Packet> inbox = new ArrayDeque<>();
  final Deque<FakeSocket> callers = new ArrayDeque<>();
  Optional<FakeSocket> peer = Optional.empty();

  /** Whose server it called, where that is no socket here. */
  Optional<Long> server = Optional.empty();

  private Optional<Long> owner = Optional.empty();
  private Optional<byte[]> address = Optional.empty();
  private Optional<Long> cookie = Optional.empty();
  private int protocol;
  private int maker = FakeIdentity.PID;
  private int flags;
  private int backlog = NOT_LISTENING;
  private int listened;
  private int timesSet;
  private boolean elsewhere;

  /**
   * One that is neither bound nor connected.
   *
   * @param inode by which descriptors in /proc tell of it
   * @param type SOCK_STREAM and so on, without flags
   */
  public FakeSocket(long inode, int domain, int type) {
    this.inode = inode;
    this.domain = domain;
    this.type = type;
  }

  /** What pidfd_getfd(2) gives a duplicate of, and all that it tells. */
  static FakeSocket held(FakeNetwork.HeldSocket held) {
    FakeSocket socket = new FakeSocket(0, 0, 0);
    socket.elsewhere = true;
    socket.cookie = Optional.of(held.cookie());
    socket.option(SOL_SOCKET, SO_REUSEADDR, held.reuseAddress() ? 1 : 0);
    socket.option(SOL_SOCKET, SO_REUSEPORT, held.reusePort() ? 1 : 0);
    held.name()
        .ifPresent(name -> {
          socket.owner = Optional.of(name.uid());
          byte[] address = new byte[name.address().size()];
          for (int i = 0; i < address.length; i++) {
            address[i] = name.address().get(i);
          }
          socket.address = Optional.of(address);
          name.options()
              .forEach((option, value) -> {
                byte[] wide = new byte[8];
                Bytes.putLong(wide, 0, value);
                socket.options.put(option, wide);
              });
        });
    return socket;
  }

  public int domain() {
    return domain;
  }

  public int type() {
    return type;
  }

  public long inode() {
    return inode;
  }

  public FakeSocket owner(long uid) {
    owner = Optional.of(uid);
    return this;
  }

  public Optional<Long> owner() {
    return owner;
  }

  /** The process that connects or listens, the one under test unless a test says otherwise. */
  public FakeSocket maker(int pid) {
    maker = pid;
    return this;
  }

  int maker() {
    return maker;
  }

  public FakeSocket protocol(int number) {
    protocol = number;
    return this;
  }

  /** Binds it to a struct sockaddr. */
  public FakeSocket bound(byte[] socketAddress) {
    address = Optional.of(socketAddress.clone());
    return this;
  }

  Optional<byte[]> address() {
    return address;
  }

  boolean isBoundTo(byte[] socketAddress) {
    return address.filter(one -> Arrays.equals(one, socketAddress)).isPresent();
  }

  /** Sets an option that is an int. */
  public FakeSocket option(int level, int name, int value) {
    byte[] bytes = new byte[4];
    Bytes.putInt(bytes, 0, value);
    return option(level, name, bytes);
  }

  /** Sets an option. */
  public FakeSocket option(int level, int name, byte[] value) {
    options.put(level + "/" + name, value.clone());
    timesSet++;
    return this;
  }

  /** How often any option was set. */
  public int timesSet() {
    return timesSet;
  }

  /** An option that is an int, zero where it was not set. */
  public int number(int level, int name) {
    byte[] value = options.get(level + "/" + name);
    return value == null || value.length < 4 ? 0 : Bytes.getInt(value, 0);
  }

  /** File status flags: O_NONBLOCK and so on. */
  public FakeSocket flags(int statusFlags) {
    flags = statusFlags;
    return this;
  }

  public int flags() {
    return flags;
  }

  /** Lets it listen. */
  public FakeSocket listens(int queue) {
    backlog = queue;
    listened++;
    return this;
  }

  /** Stops it, as shutdown(2) does. */
  public FakeSocket stopsListening() {
    backlog = NOT_LISTENING;
    return this;
  }

  public boolean isListening() {
    return backlog != NOT_LISTENING;
  }

  public int backlog() {
    return backlog;
  }

  /** How often listen(2) was called on it. */
  public int timesListened() {
    return listened;
  }

  /**
   * getsockopt(2).
   *
   * @param here SO_NETNS_COOKIE of sockets that no test has put elsewhere
   */
  int read(int level, int name, byte[] into, long here) {
    byte[] set = options.get(level + "/" + name);
    if (set != null) {
      return set.length == 8 && Bytes.getLong(set, 0) < 0
          ? (int) Bytes.getLong(set, 0)
          : copy(set, into);
    }
    if (level != SOL_SOCKET) {
      return elsewhere ? -EINVAL : number(0, 4, into);
    }
    if (name == SO_NETNS_COOKIE && !elsewhere) {
      return here < 0 ? (int) here : number(here, 8, into);
    }
    if (name == SO_COOKIE && cookie.isPresent()) {
      return number(cookie.get(), 8, into);
    }
    return elsewhere ? -EINVAL : own(name, into);
  }

  private int own(int name, byte[] into) {
    return switch (name) {
      case SO_DOMAIN -> number(domain, 4, into);
      case SO_TYPE -> number(type, 4, into);
      case SO_PROTOCOL -> number(protocol, 4, into);
      case SO_ACCEPTCONN -> number(isListening() ? 1 : 0, 4, into);
      case SO_COOKIE -> number(inode + 1000, 8, into);
      case SO_BINDTODEVICE -> 0;
      case SO_LINGER -> number(0, 8, into);
      case SO_PEERCRED ->
          server
              .or(() -> peer.filter(one -> domain == AF_UNIX).map(one -> one.owner.orElse(0L)))
              .map(uid -> credentials(peer.map(FakeSocket::maker).orElse(maker), uid, into))
              .orElse(-EINVAL);
      default -> number(0, 4, into);
    };
  }

  private static int credentials(int pid, long uid, byte[] into) {
    byte[] value = new byte[CREDENTIALS_BYTES];
    Bytes.putInt(value, 0, pid);
    Bytes.putInt(value, 4, (int) uid);
    return copy(value, into);
  }

  private static int number(long value, int size, byte[] into) {
    byte[] bytes = new byte[8];
    Bytes.putLong(bytes, 0, value);
    return copy(Arrays.copyOf(bytes, size), into);
  }

  private static int copy(byte[] value, byte[] into) {
    int length = Math.min(value.length, into.length);
    System.arraycopy(value, 0, into, 0, length);
    return length;
  }
}
