package inuse.cli;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_NETLINK;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.TCP_LISTEN;

import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import inuse.kernel.fake.FakeNetwork;
import inuse.kernel.fake.FakeSockets;
import java.util.List;

/**
 * A fake host in memory, on which a process of the calling user, pid 10, can listen on port 8080.
 */
public final class FakeHost {
  private static final long MILLI = 1_000_000;

  public final FakeSockets sockets = new FakeSockets();
  public final FakeKernel kernel =
      new FakeKernel()
          .dumps(sockets)
          .file("/etc/passwd", "alice:x:1000:1000::/home/alice:/bin/sh\n")
          .file("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
          .file("/proc/1/stat", stat(1, "init", 0))
          .file("/proc/700/stat", stat(700, "bash", 1))
          .file("/proc/4242/stat", stat(4242, "inuse", 700))
          .link("/proc/self/ns/net", "net:[4026531840]");
  private boolean held;

  /** How often somebody tried to bind port 8080. */
  public int binds;

  public FakeHost() {
    kernel.binds((socket, address) -> {
      boolean wanted = socket.domain() != AF_NETLINK && port(address) == 8080;
      binds += wanted ? 1 : 0;
      return held && wanted ? -Errno.EADDRINUSE.code() : 0;
    });
  }

  static int port(byte[] address) {
    return (address[2] & 0xff) << 8 | (address[3] & 0xff);
  }

  private static String stat(int pid, String name, int parent) {
    return stat(pid, name, parent, 90_000);
  }

  private static String stat(int pid, String name, int parent, long startTicks) {
    return pid
        + " ("
        + name
        + ") S "
        + parent
        + " 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 "
        + startTicks
        + " 0 0 0 1 1 7000000\n";
  }

  public int run(String... words) {
    return new Command(Host.of(kernel)).run(List.of(words));
  }

  /** Pid 10 of uid 1000 listens. */
  public FakeHost held() {
    return heldBy(1000);
  }

  /** Pid 10 of that user listens. */
  public FakeHost heldBy(long uid) {
    sockets.add(AF_INET, IPPROTO_TCP, TCP_LISTEN, 100).uid(uid);
    held = true;
    holder(10, "server", uid, 90_000);
    return this;
  }

  private void holder(int pid, String name, long uid, long startTicks) {
    String process = "/proc/" + pid;
    kernel
        .file(process + "/stat", stat(pid, name, 700, startTicks))
        .file(process + "/status", "Name:\t" + name + "\nUid:" + ("\t" + uid).repeat(4) + "\n")
        .file(process + "/cmdline", name + "\0-v\0")
        .file(process + "/cgroup", "0::/user.slice\n")
        .link(process + "/exe", "/usr/bin/" + name)
        .link(process + "/cwd", "/home/alice")
        .link(process + "/fd/3", "socket:[100]")
        .holds(pid, 3, new FakeNetwork.HeldSocket(1100, false, false));
  }

  /** With SIGTERM pid 10 ends, and pid 11, which ran already, has its socket. */
  public FakeHost passesItsSocketOn() {
    return leaves("daemon", 90_000);
  }

  /** With SIGTERM pid 10 ends, and its child with pid 11 has its socket. */
  public FakeHost forks() {
    return leaves("server", 200_000);
  }

  private FakeHost leaves(String name, long startTicks) {
    kernel.onSignal(
        10,
        15,
        () -> {
          holder(11, name, 1000, startTicks);
          kernel.later(MILLI, () -> kernel.remove("/proc/10"));
        });
    kernel.onSignal(
        11,
        15,
        () ->
            kernel.later(
                MILLI,
                () -> {
                  kernel.remove("/proc/11");
                  ends();
                }));
    return this;
  }

  /** It ends. */
  public void ends() {
    sockets.clear();
    kernel.remove("/proc/10");
    held = false;
  }

  /** It ends so long after that signal. */
  public FakeHost obeys(int signal, long millis) {
    kernel.onSignal(10, signal, () -> kernel.later(millis * MILLI, this::ends));
    return this;
  }

  public FakeHost later(long millis, Runnable action) {
    kernel.later(millis * MILLI, action);
    return this;
  }
}
