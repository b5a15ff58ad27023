package inuse.differential;

import inuse.kernel.Bytes;
import inuse.kernel.abi.Constants;
import java.util.List;

/** The calls about sockets, and waits for what they bring. */
abstract class RandomSocketCalls extends RandomFileCalls {
  private static final String HTTP =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n[{}]\r\n0\r\n\r\n";

  private final RandomDatagrams datagrams;
  private final List<Integer> bindResults;

  RandomSocketCalls(RandomInputs random, int port) {
    super(random, port);
    datagrams = new RandomDatagrams(random);
    bindResults =
        random.pick(
            List.of(
                List.of(0),
                List.of(-98),
                List.of(-98, 0),
                List.of(-13),
                List.of(-99),
                List.of(-97, -98, 0, -1)));
  }

  @Override
  public int socket(int domain, int type, int protocol) {
    note("socket", domain + " " + type + " " + protocol);
    return fails() ? failure() : opened(List.of());
  }

  @Override
  public int bind(int fd, byte[] socketAddress) {
    note("bind", socketAddress);
    return random.pick(bindResults);
  }

  @Override
  public int connect(int fd, byte[] socketAddress) {
    note("connect", socketAddress);
    return random.pick(List.of(-111, -111, 0, -91, -11, -13));
  }

  @Override
  public int listen(int fd, int backlog) {
    return failure();
  }

  @Override
  public int socketPair(int[] ends, int type) {
    return failure();
  }

  @Override
  public int accept(int fd, int flags) {
    return failure();
  }

  @Override
  public int send(int fd, byte[] message, int flags) {
    note("send", message);
    Open socket = open.get(fd);
    if (socket != null) {
      socket.left().add(Describe.latin1(random.mutated(HTTP)));
    }
    return fails() ? failure() : message.length;
  }

  @Override
  public int sendTo(int fd, byte[] message, byte[] socketAddress) {
    note("sendto", message);
    note("  to", socketAddress);
    if (fails()) {
      return failure();
    }
    Open socket = open.get(fd);
    if (socket != null) {
      socket
          .left()
          .addAll(datagrams.dump(Bytes.getInt(message, 8), port, message[16] == Constants.AF_UNIX));
    }
    return message.length;
  }

  @Override
  public int receiveFrom(int fd, byte[] into, int flags, byte[] from) {
    if (fails()) {
      return failure();
    }
    if (random.oneIn(60)) {
      return into.length + 1 + random.below(100);
    }
    Bytes.putInt(from, 4, random.oneIn(60) ? 1 : 0);
    int length = next(fd, into);
    return length == 0 ? -EBADF : length;
  }

  @Override
  public int sendMessage(int fd, byte[] message, byte[] control, int flags) {
    return failure();
  }

  /** Control messages that are right, or nonsense. */
  @Override
  public int receiveMessage(int fd, byte[] into, byte[] control, int flags) {
    note("recvmsg", fd + " " + flags);
    if (fails()) {
      return failure();
    }
    int count = random.below(4);
    Bytes.putLong(control, 0, random.oneIn(8) ? random.number() : 16 + 4L * count);
    Bytes.putInt(control, 8, Constants.SOL_SOCKET);
    Bytes.putInt(control, 12, random.oneIn(8) ? random.below(6) : Constants.SCM_RIGHTS);
    for (int i = 0; i < count; i++) {
      Bytes.putInt(control, 16 + 4 * i, opened(List.of()));
    }
    return 1;
  }

  @Override
  public int setSocketOption(int fd, int level, int option, byte[] value) {
    note("setsockopt " + level + " " + option, value);
    return fails() ? failure() : 0;
  }

  @Override
  public int getSocketOption(int fd, int level, int option, byte[] into) {
    note("getsockopt", level + " " + option);
    if (fails()) {
      return failure();
    }
    if (option == Constants.SO_COOKIE) {
      Bytes.putLong(into, 0, random.below(RandomDatagrams.INODES));
    } else if (option == Constants.SO_PROTOCOL) {
      Bytes.putInt(into, 0, random.oneIn(8) ? Constants.IPPROTO_UDP : Constants.IPPROTO_TCP);
    } else if (level == Constants.IPPROTO_TCP) {
      into[0] = (byte) (random.oneIn(8) ? Constants.TCP_LISTEN : Constants.TCP_CLOSE);
    } else {
      Bytes.putInt(into, 0, random.below(2));
    }
    return into.length;
  }

  @Override
  public int getSocketName(int fd, byte[] into) {
    note("getsockname", "");
    if (fails()) {
      return failure();
    }
    Bytes.putShort(into, 0, random.pick(List.of(Constants.AF_INET, Constants.AF_INET6, 1)));
    Bytes.putNetworkShort(into, 2, random.oneIn(4) ? random.below(65_536) : port);
    for (int i = 4; i < into.length; i++) {
      into[i] = (byte) (random.coin() ? 0 : random.below(256));
    }
    return into.length;
  }

  @Override
  public int awaitInput(int fd, long timeoutNanos) {
    Open socket = open.get(fd);
    return socket == null || socket.left().isEmpty() ? 0 : 1;
  }

  @Override
  public int awaitInputs(int[] fds, int[] events, long timeoutNanos) {
    for (int i = 0; i < fds.length; i++) {
      events[i] = random.below(2);
    }
    return random.below(2);
  }

  @Override
  public int bpf(int command, byte[] attributes) {
    return told("bpf " + command, attributes) < 0 ? failure() : opened(List.of(random.bytes(400)));
  }

  @Override
  public int loadProgram(byte[] attributes, byte[] instructions, byte[] licence, byte[] log) {
    note("bpf load", instructions);
    return bpf(Constants.BPF_PROG_LOAD, attributes);
  }

  @Override
  public int ioctl(int fd, long request, byte[] argument) {
    note("ioctl " + request, argument);
    if (request == Constants.TIOCGWINSZ) {
      Bytes.putShort(argument, 2, random.below(200));
      return random.coin() ? 0 : -25;
    }
    String name = random.foreign(2);
    for (int i = 0; i < Math.min(16, argument.length); i++) {
      argument[i] = (byte) (i < name.length() ? name.charAt(i) : 0);
    }
    return fails() ? failure() : 0;
  }
}
