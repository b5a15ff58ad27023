package inuse.run;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.SOCK_STREAM;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeSocket;
import inuse.run.process.PollHandler;
import java.util.List;
import java.util.function.Supplier;

/** A host on which inuse is pid 4242 of uid 1000, and whatever it starts is 9000 and so on. */
public final class RunHost {
  public static final int SELF = 4242;
  public static final int PROGRAM = 9000;
  public static final long MILLI = 1_000_000;
  public static final long SECOND = 1_000 * MILLI;

  public final FakeKernel kernel = new FakeKernel();
  public final Host machine = Host.of(kernel);

  public RunHost() {
    process(1, 0).process(SELF, 1);
  }

  /** A process that sleeps. */
  public RunHost process(int pid, int parent) {
    return process(pid, parent, 'S', 90_000);
  }

  public RunHost process(int pid, int parent, char state, long startTicks) {
    kernel.file(
        "/proc/" + pid + "/stat",
        pid
            + " (p) "
            + state
            + " "
            + parent
            + " 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 "
            + startTicks
            + " 0 0\n");
    return this;
  }

  /** A process that the program has left behind. */
  public RunHost orphan(int pid) {
    kernel.processes().adopt(pid);
    return process(pid, SELF);
  }

  /** A TCP socket of IPv4 that a process has open. */
  public FakeSocket socket(int pid, int fd, long inode) {
    return open(pid, fd, new FakeSocket(inode, AF_INET, SOCK_STREAM).owner(1000));
  }

  public FakeSocket open(int pid, int fd, FakeSocket socket) {
    kernel.link("/proc/" + pid + "/fd/" + fd, "socket:[" + socket.inode() + "]");
    kernel.processes().holds(pid, fd, socket.protocol(IPPROTO_TCP));
    return socket;
  }

  /** Such a socket that listens there already. */
  public FakeSocket listener(int pid, int fd, long inode, int port) {
    return socket(pid, fd, inode).bound(v4(port)).listens(128);
  }

  /** struct sockaddr_in of 127.0.0.1. */
  public static byte[] v4(int port) {
    byte[] address = new byte[16];
    Bytes.putShort(address, 0, AF_INET);
    Bytes.putNetworkShort(address, 2, port);
    address[4] = 127;
    address[7] = 1;
    return address;
  }

  /** struct sockaddr_in6 of ::1. */
  public static byte[] v6(int port, int scope) {
    byte[] address = new byte[28];
    Bytes.putShort(address, 0, AF_INET6);
    Bytes.putNetworkShort(address, 2, port);
    address[23] = 1;
    Bytes.putInt(address, 24, scope);
    return address;
  }

  /** What waits at these descriptors hears what has come for it. */
  public void serve(Supplier<List<PollHandler>> watched) {
    boolean heard = true;
    while (heard) {
      heard = false;
      for (PollHandler one : List.copyOf(watched.get())) {
        int[] events = new int[1];
        boolean open = watched.get().stream().anyMatch(other -> other.fd() == one.fd());
        if (open && kernel.awaitInputs(new int[] {one.fd()}, events, 0) > 0) {
          one.ready(events[0]);
          heard = true;
        }
      }
    }
  }
}
