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
import java.util.Collections;
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
    kernel
        .link("/proc/self/ns/user", "user:[4026531830]")
        .link("/proc/self/ns/pid", "pid:[4026531830]")
        .link("/proc/self/ns/net", "net:[4026531840]");
  }

  /** Inuse itself is root, with those capabilities. */
  public RunHost root(long capabilities) {
    kernel.user(0).capabilities(capabilities);
    return actsAs(SELF, 0, capabilities);
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
    return actsAs(pid, 1000, 0).shares(pid, "user").shares(pid, "pid");
  }

  /** A task of that user and of the group of the same number, with these capabilities. */
  public RunHost actsAs(int pid, long uid, long capabilities) {
    kernel.file(
        "/proc/" + pid + "/status",
        "Name:\tp\nTgid:\t"
            + pid
            + ids("Uid", uid)
            + ids("Gid", uid)
            + "\nGroups:\t"
            + uid
            + " \nCapEff:\t"
            + Long.toHexString(capabilities)
            + "\n");
    return this;
  }

  private static String ids(String name, long id) {
    return "\n" + name + ":\t" + String.join("\t", Collections.nCopies(4, Long.toString(id)));
  }

  private RunHost shares(int pid, String namespace) {
    kernel.link("/proc/" + pid + "/ns/" + namespace, namespace + ":[4026531830]");
    return this;
  }

  /** A task that is in a namespace of its own. */
  public RunHost apart(int pid, String namespace) {
    kernel.link("/proc/" + pid + "/ns/" + namespace, namespace + ":[4026532999]");
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
